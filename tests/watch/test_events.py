"""Hysteresis, and the event as the platform takes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhsq.errors import ZhsqError
from zhsq.serve.alerting.replay import recorded, replay
from zhsq.serve.alerting.rules.parse import read
from zhsq.watch.events import EventRules, Incident, Journal, Tracker, cloud_event


def run(tracker: Tracker, scores: list[float]) -> list[tuple[str, Incident]]:
    found = []
    for frame, score in enumerate(scores):
        change, incident = tracker.update(frame / 10, score, (frame, 0, frame + 5, 5))
        if change in ("opened", "closed"):
            assert incident is not None
            found.append((change, incident))
    return found


def test_an_event_opens_after_some_frames_and_closes_below_the_lower_level() -> None:
    tracker = Tracker(1.0, EventRules(open_frames=3, close_frames=2, margin=0.2))
    found = run(tracker, [0, 2, 0, 2, 3, 2, 0.9, 0.9, 0.9, 5, 0.7, 0.7, 0])
    assert [change for change, _ in found] == ["opened", "closed"]
    (_, opened), (_, closed) = found
    assert (opened.started, opened.opened) == (pytest.approx(0.3), pytest.approx(0.5))
    assert opened.peak == 3 and opened.score == 2
    assert closed.peak == 5 and closed.peak_time == pytest.approx(0.9) and closed.box == (9, 0, 14, 5)
    assert closed.closed == pytest.approx(1.1) and closed.reason == "score fell"


def test_none_opens_in_the_cool_down() -> None:
    rules = EventRules(open_frames=1, close_frames=1, cooldown_s=1.0)
    assert len(run(Tracker(1.0, rules), [2, 0, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0])) == 2
    assert len(run(Tracker(1.0, rules), [2, 0, *[2] * 11])) == 3  # still there after it: said again


def test_a_negative_threshold_has_its_lower_level_below_it() -> None:
    assert Tracker(-4.0).lower < -4.0


def test_the_platform_takes_the_event_and_raises_one_alert_by_it(tmp_path: Path) -> None:
    (_, opened), (_, closed) = run(Tracker(1.0), [2.0] * 5 + [0.0] * 12)
    began = datetime(2026, 11, 24, 8, tzinfo=UTC)
    events = [
        cloud_event(i, camera="gate", estate="east", began=began, model="a" * 64, snapshot=Path("a.jpg"))
        for i in (opened, closed)
    ]
    assert len({event["id"] for event in events}) == 2
    Journal(tmp_path / "events.jsonl").write(events)
    found = replay(read(None), recorded(tmp_path / "events.jsonl"), late_s=3600, handled_after_s=3600)
    assert (found.events, found.late) == (2, 0)
    (alert,) = found.alerts
    assert (alert.rule, alert.estate, alert.device) == ("video-anomaly", "east", "gate")
    assert alert.events == 1, "that it closed is no new evidence"
    assert alert.at >= began


def test_the_journal_appends_and_says_a_path_that_can_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    Journal(path).write([{"id": "1"}])
    Journal(path).write([{"id": "2"}])
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ["1", "2"]
    with pytest.raises(ZhsqError, match="--events"):
        Journal(tmp_path / "none" / "events.jsonl")
