"""The API killed and its line cut under load, by benchmarks/alerts_crash.py: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "alerts_crash.py"


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.usefixtures("line_between_namespaces")
def test_every_acknowledged_event_is_kept_and_each_alert_is_delivered_and_applied_once(
    database: str, size: Callable[[str, int], int], tmp_path: Path
) -> None:
    if database == "postgres":
        pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    kills, cuts, record = size("CRASH_KILLS", 100), size("CRASH_CUTS", 20), tmp_path / "crash.json"
    given = ["--kills", str(kills), "--cuts", str(cuts), "--database", database, "--json", str(record)]
    done = subprocess.run([sys.executable, str(SCRIPT), *given], stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    account = json.loads(record.read_text())
    assert account["faults"] == [] and done.returncode == 0
    assert (account["kills"], account["cuts"]) == (kills, cuts)
    assert account["messages"] >= account["alerts"] == account["events_acknowledged"] > 0
