"""Rules tried on a record: the same answer each time, and the lines of what can't be read."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhsq.commands.alerts import app
from zhsq.errors import ZhsqError
from zhsq.serve.alerting.events.payloads import PAYLOADS
from zhsq.serve.alerting.replay import recorded, replay
from zhsq.serve.alerting.rules.parse import BadRulesError, packaged, parse

RULES = parse(packaged(), "rules.yaml")


def event(number: int, minute: float, kind: str, /, **data: object) -> dict:
    time = f"2026-11-24T{8 + int(minute) // 60:02d}:{int(minute) % 60:02d}:{round(minute % 1 * 60):02d}+08:00"
    full = {"estate": "east", "device": "d1", **data}
    return {"specversion": "1.0", "id": str(number), "source": "/s", "type": kind, "time": time, "data": full}


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A morning: heartbeats that stop at 08:20, three refusals within two minutes, smoke for half an hour."""
    lines = [event(i, i, "heartbeat", state="online") for i in range(20)]
    lines += [event(100 + i, 30 + i / 2, "access", decision="denied") for i in range(3)]
    lines += [event(200 + i, 60 + i, "fire", kind="smoke", value=1) for i in range(30)]
    path = tmp_path / "day.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in [*lines, lines[0]]), encoding="utf-8")
    return path


def test_a_replay_says_which_alerts_there_would_have_been_and_is_the_same_each_time(day: Path) -> None:
    report = replay(RULES, recorded(day), late_s=3600, handled_after_s=600)
    assert (report.events, report.duplicates) == (53, 1)
    assert [(a.at.strftime("%H:%M:%S"), a.rule, a.events) for a in report.alerts] == [
        ("00:29:00", "device-silent", 0),  # ten minutes after 08:19, told when the next event came
        ("00:31:00", "denied-repeatedly", 3),
        ("01:00:00", "smoke", 10),
        # Taken to be closed at 09:10. Smoke goes on, held back until five minutes after 09:09, the newest evidence.
        ("01:14:00", "smoke", 10),
        ("01:28:00", "smoke", 2),
    ]
    assert {c.rule: c.held_back for c in report.rules if c.held_back} == {"smoke": 8}
    assert replay(RULES, recorded(day), late_s=3600, handled_after_s=600) == report


def test_an_event_that_the_api_would_refuse_as_late_is_counted_and_left_out(day: Path) -> None:
    events = list(recorded(day))
    report = replay(RULES, [*events[1:], events[0]], late_s=600, handled_after_s=600)
    assert (report.events, report.late) == (52, 1)


def test_the_command_writes_the_report_and_prints_the_same(day: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(packaged(), encoding="utf-8")
    for name in ("a.json", "b.json"):
        arguments = ["replay", "--rules", str(rules), "--events", str(day), "--json", str(tmp_path / name)]
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert done.exit_code == 0 and "53 events, 1 duplicates, 0 late, 5 alerts" in done.output
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert len(json.loads((tmp_path / "a.json").read_text())["alerts"]) == 5


def test_what_can_t_be_read_is_named_by_its_line(tmp_path: Path, day: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    lines = day.read_text().splitlines()
    for line, says in (
        ("{", "Expecting"),
        (json.dumps(event(1, 0, "fire", kind="fog", value=1)), "data.kind"),
        ("{}", "needs its time"),
    ):
        bad.write_text("\n".join([*lines[:3], "", line]), encoding="utf-8")
        with pytest.raises(ZhsqError, match=rf"bad\.jsonl:5: .*{says}"):
            list(recorded(bad))
    rules = tmp_path / "rules.yaml"
    rules.write_text(packaged().replace("kind: heat", "kind: hot"), encoding="utf-8")
    with pytest.raises(BadRulesError, match=r"rules\.yaml:\d+:\d+: rule fire, all\[1\]\.where\.kind"):
        CliRunner().invoke(app, ["check", "--rules", str(rules)], catch_exceptions=False)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    """The packaged day, as the command prints it."""
    path = tmp_path_factory.mktemp("day") / "day.jsonl"
    done = CliRunner().invoke(app, ["sample", "--events", "--seed", "7"], catch_exceptions=False)
    path.write_text(done.output, encoding="utf-8")
    return path


def test_the_packaged_day_has_events_of_every_kind_that_raise_every_packaged_rule(sample: Path) -> None:
    events = list(recorded(sample))
    assert {one.type for one in events} == set(PAYLOADS)
    assert not any(one.data.keys() & PAYLOADS[one.type].HIDDEN for one in events), "it names no one and no vehicle"
    times = [one.time for one in events]
    assert times != sorted(times), "some came before others that were earlier"
    report = replay(RULES, events, late_s=3600, handled_after_s=600)
    assert report.late == 0 and {one.rule for one in report.rules if not one.alerts} == set()


def test_a_recorded_day_is_replayed_to_the_same_report_byte_for_byte(sample: Path, tmp_path: Path) -> None:
    rules, reports = tmp_path / "rules.yaml", []
    rules.write_text(CliRunner().invoke(app, ["sample"], catch_exceptions=False).output, encoding="utf-8")
    for name in ("a.json", "b.json"):
        arguments = ["replay", "--rules", str(rules), "--events", str(sample), "--json", str(tmp_path / name)]
        assert CliRunner().invoke(app, arguments, catch_exceptions=False).exit_code == 0
        reports.append((tmp_path / name).read_bytes())
    assert reports[0] == reports[1]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_a_day_came_makes_no_difference_within_the_window(sample: Path, seed: int) -> None:
    events = list(recorded(sample))
    expected = replay(RULES, events, late_s=3600, handled_after_s=600)
    draw = random.Random(seed)
    # Each up to an hour late: none is later than the API takes it.
    shuffled = sorted(events, key=lambda one: one.time + timedelta(seconds=draw.uniform(0, 3600)))
    assert shuffled != events
    found = replay(RULES, shuffled, late_s=3600, handled_after_s=600)
    assert found.model_dump_json() == expected.model_dump_json()
