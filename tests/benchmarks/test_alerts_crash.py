"""The API and the receiver of its alerts, killed under load: nothing lost, nothing doubled. More kills: the script."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
with pytest.MonkeyPatch.context() as patch:  # a script, and no part of the package
    patch.syspath_prepend(ROOT / "benchmarks")
    import alerts_crash


def test_killed_at_random_every_acknowledged_event_is_kept_and_each_message_is_applied_once() -> None:
    account = alerts_crash.run(kills=1, cuts=1, seed=1, pause_s=1.0)
    assert account.faults == []
    assert account.events_acknowledged > 0 and account.messages > account.alerts > 0
