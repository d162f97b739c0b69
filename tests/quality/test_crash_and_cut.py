"""The API killed and its line cut, by benchmarks/alerts_crash.py and alerts_outage.py: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def account(script: str, database: str, record: Path, *given: str) -> dict[str, Any]:
    """What a script found; it has printed it."""
    if database == "postgres":
        pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    command = [sys.executable, str(BENCHMARKS / script), *given, "--database", database, "--json", str(record)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    found: dict[str, Any] = json.loads(record.read_text())
    assert found["faults"] == [] and done.returncode == 0
    return found


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.usefixtures("line_between_namespaces")
def test_every_acknowledged_event_is_kept_and_each_alert_is_delivered_and_applied_once(
    database: str, size: Callable[[str, int], int], tmp_path: Path
) -> None:
    kills, cuts = size("CRASH_KILLS", 100), size("CRASH_CUTS", 20)
    given = ("--kills", str(kills), "--cuts", str(cuts))
    found = account("alerts_crash.py", database, tmp_path / "crash.json", *given)
    assert (found["kills"], found["cuts"]) == (kills, cuts)
    assert found["messages"] >= found["alerts"] == found["events_acknowledged"] > 0


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.usefixtures("line_between_namespaces")
def test_after_an_outage_the_newest_critical_comes_first_at_the_target_s_rate(database: str, tmp_path: Path) -> None:
    found = account("alerts_outage.py", database, tmp_path / "outage.json", "--messages", "300")
    assert found["messages"] == 300
