"""The API killed and its line cut under load, in small: nothing lost, nothing doubled. All of it: `make quality`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from zhsq_testing.line import ADDRESSES, End, EstateLine

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "alerts_crash.py"


@pytest.mark.usefixtures("line_between_namespaces")
def test_killed_and_cut_every_acknowledged_event_is_kept_and_each_message_is_applied_once(tmp_path: Path) -> None:
    record = tmp_path / "crash.json"
    given = ["--kills", "2", "--cuts", "1", "--seed", "31", "--json", str(record)]
    done = subprocess.run([sys.executable, str(SCRIPT), *given], capture_output=True, text=True)
    account = json.loads(record.read_text()) if record.exists() else pytest.fail(done.stderr)
    assert account["faults"] == [] and done.returncode == 0
    assert account["events_acknowledged"] > account["events_by_mqtt"] > 0
    assert account["messages"] > account["alerts"] > 0


@pytest.mark.usefixtures("line_between_namespaces")
def test_a_line_that_is_cut_carries_nothing_and_none_is_left_behind() -> None:
    with EstateLine() as line:
        listening = _at(line, "platform", lambda: socket.create_server((ADDRESSES["platform"], 9000)))
        for end in ADDRESSES:
            assert _at(line, "estate", _reaches)
            line.cut(end)
            assert not _at(line, "estate", _reaches)
            line.mend(end)
        listening.close()
        assert len(_namespaces()) >= 2
    killed = "import os, signal; from estate_line import EstateLine; EstateLine().__enter__(); os.kill(os.getpid(), 9)"
    process = subprocess.Popen([sys.executable, "-c", killed], cwd=SCRIPT.parent)
    process.wait()
    assert any(f"-{process.pid}-" in name for name in _namespaces())
    with EstateLine():
        pass
    assert not [name for name in _namespaces() if f"-{process.pid}-" in name or f"-{os.getpid()}-" in name]


def _at(line: EstateLine, end: End, do: Callable[[], Any]) -> Any:
    """From a thread of its own, which is at one end of the line; the test's own stays where it is."""

    def there() -> Any:
        line.enter(end)
        return do()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(there).result()


def _reaches() -> bool:
    deadline = time.monotonic() + 1  # a line that was mended needs a moment
    while time.monotonic() < deadline:
        try:
            socket.create_connection((ADDRESSES["platform"], 9000), timeout=0.5).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def _namespaces() -> list[str]:
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split() if name.startswith("zhsq-")]
