"""Events into the store and alerts out of it: once, in any order, across restarts, and after a failed commit."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from zhsq.serve.alerting.events.envelope import read_event
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.store.tables import Alert, AlertLink, AlertStep, Event, Vehicle

from .conftest import make_store, teller


def alerts(store) -> list[Alert]:
    with store.session() as session:
        return list(session.scalars(select(Alert).order_by(Alert.opened_at, Alert.rule)))


def test_an_event_is_taken_once_however_often_and_in_whatever_company_it_comes(intake, store, clock) -> None:
    data = {"estate": "east", "device": "s1", "kind": "smoke", "value": 1}
    one = read_event({"id": "1", "source": "/s", "type": "fire", "data": data}, clock())
    other = read_event({"id": "1", "source": "/t", "type": "fire", "data": data}, clock())
    first = intake.submit([one, one, other]).result(10)
    again = intake.submit([one]).result(10)
    assert [o.duplicate for o in (*first, *again)] == [False, True, False, True]
    assert first[0].alerts == first[2].alerts and not again[0].alerts
    [alert] = alerts(store)
    assert (alert.events, alert.rule, alert.message["zh"]) == (2, "smoke", "s1 报告烟雾")


def test_a_late_event_within_the_window_completes_a_count_and_a_later_one_is_refused_with_the_reason(tell) -> None:
    assert [tell("access", n, ago, decision="denied").alerts for n, ago in ((1, 3500), (2, 3400))] == [[], []]
    assert tell("access", 3, 3450, decision="denied").alerts, "it lies between the two"
    refused = tell("access", 4, 3601, decision="denied")
    assert refused.refused.code == "event-time" and str(refused.refused).startswith(
        "The event is 60 min old; events are taken for 60 min"
    )
    assert tell("access", 5, -301, decision="denied").refused.code == "event-time"
    assert tell("fire", 6, kind="smoke", value=1, estate="north").refused.code == "not-found"


def test_what_was_taken_is_a_duplicate_even_when_it_is_sent_again_after_days(tell, clock) -> None:
    assert not tell("fire", 1, kind="smoke", value=0).duplicate
    clock.pass_s(5 * 86_400)
    again = tell("fire", 1, ago_s=5 * 86_400, kind="smoke", value=0)
    assert again.duplicate and not again.refused


def test_windows_and_silences_outlive_a_restart(intake, store, clock, tell) -> None:
    for n in (1, 2):
        tell("access", n, 20, decision="denied")
    tell("heartbeat", 3, state="online")
    intake.close()
    clock.pass_s(30)
    later = Intake(store, RuleFile(None), 3600, clock, tick_s=3600)
    assert teller(later, clock)("access", 4, decision="denied").alerts
    clock.pass_s(600)
    later.tick()
    assert [a.rule for a in alerts(store)] == ["denied-repeatedly", "device-silent"]
    later.close()
    with store.session() as session:
        session.execute(text("UPDATE alerts SET state = 'resolved', escalate_at = NULL"))
    clock.pass_s(3600)
    third = Intake(store, RuleFile(None), 3600, clock, tick_s=3600)
    third.tick()
    assert len(alerts(store)) == 2, "the same silence is not told a second time"
    third.close()


def test_after_a_commit_that_failed_memory_is_that_of_the_store(intake, store, tell, clock) -> None:
    tell("access", 1, decision="denied")
    with store.session() as session:
        session.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.event_id = '2' BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )
        )
    with pytest.raises(Exception, match="disk full"):
        tell("access", 2, decision="denied")
    with store.session() as session:
        session.execute(text("DROP TRIGGER full"))
    assert tell("access", 3, decision="denied").alerts == [], "the second never happened"
    assert tell("access", 2, decision="denied").alerts, "sent again it is the third"


def test_a_closed_alert_holds_new_ones_back_for_its_cool_down(tell, store) -> None:
    tell("fire", 1, 500, kind="smoke", value=1)
    with store.session() as session:
        session.execute(text("UPDATE alerts SET state = 'resolved'"))
    assert tell("fire", 2, 201, kind="smoke", value=1).alerts == []
    assert tell("fire", 3, 200, kind="smoke", value=1).alerts
    assert len(alerts(store)) == 2


def test_a_plate_pass_without_a_decision_is_looked_up_in_its_own_estate(tell, store) -> None:
    with store.session() as session:
        session.add(Vehicle(estate_id="east", plate="皖A12345"))
    assert tell("vehicle", 1, plate="皖A·12345").alerts == []
    assert tell("vehicle", 2, plate="皖A12345", estate="west").alerts
    assert tell("vehicle", 3, device="d2").alerts == [], "no plate was read: nothing is known of it"
    assert tell("vehicle", 4, device="d2", plate="京B00000", decision="match").alerts == [], "the sender knows better"


def test_evidence_is_linked_up_to_a_limit_and_counted_beyond_it(intake, store, clock) -> None:
    data = {"estate": "east", "device": "s1", "kind": "smoke", "value": 1}
    events = [read_event({"id": str(i), "source": "/s", "type": "fire", "data": data}, clock()) for i in range(300)]
    intake.submit(events).result(30)
    with store.session() as session:
        assert session.scalar(select(func.count()).select_from(AlertLink)) == 200
        assert session.scalar(select(func.count()).select_from(Event)) == 300
        assert session.scalar(select(func.count()).select_from(AlertStep)) == 1
    assert alerts(store)[0].events == 300


def test_an_alert_that_nobody_acknowledges_escalates_step_by_step(intake, tell, clock, store) -> None:
    for n, kind, value in ((1, "smoke", 1), (2, "heat", 60)):
        tell("fire", n, kind=kind, value=value, zone="b1", device=f"d{n}")
    seen = []
    for seconds in (59, 1, 119, 1, 9999):
        clock.pass_s(seconds)
        intake.tick()
        one = next(a for a in alerts(store) if a.rule == "fire")
        seen.append((one.escalations, one.assigned_to))
    assert seen == [(0, "guard"), (1, "property"), (1, "property"), (2, "operator"), (2, "operator")]
    with store.session() as session:
        steps = session.scalars(select(AlertStep).where(AlertStep.alert_id == one.id).order_by(AlertStep.id)).all()
    assert [(s.action, s.actor) for s in steps] == [
        ("opened", "rule:fire"),
        ("escalated", "clock"),
        ("escalated", "clock"),
    ]


def test_on_either_database_rules_raise_alerts_once(database_url, clock) -> None:
    store = make_store(database_url)
    intake = Intake(store, RuleFile(None), 3600, clock, tick_s=3600)
    say = teller(intake, clock)
    opened = say("fire", 1, kind="smoke", value=1).alerts
    assert opened and say("fire", 2, kind="smoke", value=1).alerts == opened
    assert say("fire", 1, kind="smoke", value=1).duplicate
    clock.pass_s(601)
    say("heartbeat", 5, ago_s=601, state="online")
    say("heartbeat", 6, ago_s=600, state="online")
    intake.tick()
    assert sorted(a.rule for a in alerts(store)) == ["device-silent", "smoke"]
    intake.close()
    store.close()


def test_of_requests_that_share_a_commit_one_that_can_t_be_stored_fails_alone(intake, store, clock) -> None:
    with store.session() as session:
        session.execute(
            text(
                "CREATE TRIGGER bad BEFORE INSERT ON events WHEN NEW.event_id = 'bad' BEGIN SELECT RAISE(ABORT, 'bad'); END"
            )
        )
    data = {"estate": "east", "device": "s1", "kind": "smoke", "value": 1}
    with store.session():  # nothing is committed while it is open: the requests wait together
        waiting = {
            name: intake.submit([read_event({"id": name, "source": "/s", "type": "fire", "data": data}, clock())])
            for name in ("first", "bad", "good", "better")
        }
    with pytest.raises(Exception, match="bad"):
        waiting.pop("bad").result(30)
    assert all(not one.result(30)[0].duplicate for one in waiting.values())
    assert [a.events for a in alerts(store)] == [3]


def test_events_of_many_senders_share_commits(intake, store, clock) -> None:
    data = {"estate": "east", "device": "x", "state": "on"}
    waiting = [
        intake.submit([read_event({"id": str(i), "source": "/s", "type": "lamp", "data": data}, clock())])
        for i in range(400)
    ]
    assert all(not one.result(30)[0].duplicate for one in waiting)
    with store.session() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 400
