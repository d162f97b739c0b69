"""Several processes on one PostgreSQL: each estate is evaluated by one of them, and each event once, whoever dies when."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from sqlalchemy import func, select, text

from zhsq.serve.alerting import life
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.alerting.rules.parse import packaged
from zhsq.serve.api.alert_stream import _newest, _read
from zhsq.serve.problems import ProblemError
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, AlertLink, AlertStep, Arrival, DeviceState, Estate

from .conftest import Clock, make_store, teller


@pytest.fixture
def store(postgres_url: str) -> Iterator[Database]:
    made = make_store(postgres_url)
    yield made
    made.close()


@pytest.fixture
def process(store: Database, clock: Clock) -> Iterator[Callable[..., Intake]]:
    """process(rules=None) -> an intake as a process of its own has it, ticked by the test; with its estates so far."""
    made: list[Intake] = []

    def start(rules: Path | None = None) -> Intake:
        one = Intake(store, RuleFile(rules), 3600, clock, tick_s=3600)
        made.append(one)
        one.start()
        one.tick()
        return one

    yield start
    for one in made:
        one.close()


def kill(intake: Intake, store: Database) -> None:
    """As SIGKILL does for the database: the connection that holds the estates ends."""
    with intake._turn, intake._ownership.session() as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
    with store.session() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})


def until(done: Callable[[], object], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.02)


def count(store: Database, kind: type) -> int:
    with store.session() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def alerts(store: Database) -> list[Alert]:
    with store.session() as session:
        return list(session.scalars(select(Alert).order_by(Alert.opened_at, Alert.rule)))


def test_estates_are_shared_out_and_what_one_process_takes_the_other_evaluates(process, store, clock) -> None:
    one = process()
    assert one.estates == {"east", "west"}
    other = process()
    one.tick()
    other.tick()
    assert (one.estates, other.estates) == ({"east"}, {"west"})
    say = teller(other, clock)
    here, there = say("fire", 1, kind="smoke", value=1, estate="west"), say("fire", 2, kind="smoke", value=1)
    assert here.evaluated and here.alerts and not there.evaluated and not there.alerts
    until(lambda: len(alerts(store)) == 2)
    assert {(a.rule, a.estate_id) for a in alerts(store)} == {("smoke", "east"), ("smoke", "west")}
    assert count(store, Arrival) == 0


def test_devices_are_noted_by_the_process_that_has_their_estate_whoever_took_the_event(process, store, clock) -> None:
    one, other = process(), process()
    one.tick()
    other.tick()
    say = teller(other, clock)
    with store.session() as session:  # as the other's transaction that is about to commit would
        session.add(DeviceState(estate_id="east", device="held", last_at=clock() - timedelta(hours=1)))
        session.flush()
        assert not say("lamp", 1, device="held", state="on").evaluated  # it waits for no device of another's estate
    until(lambda: _heard(store, "held") == clock())
    say("lamp", 2, device="d2", zone="b3", state="on")
    until(lambda: _heard(store, "d2") == clock())


def _heard(store: Database, device: str) -> datetime | None:
    with store.session() as session:
        return session.scalar(select(DeviceState.last_at).where(DeviceState.device == device))


def test_a_window_counts_what_came_to_all_processes_once_each(process, store, clock) -> None:
    processes = [process(), process()]
    for one in processes:
        one.tick()
    says = [teller(one, clock) for one in processes]
    for number in range(2):  # each event to both: one of them has it first
        found = [say("access", number, decision="denied") for say in says]
        assert [o.duplicate for o in found] == [False, True]
    assert alerts(store) == []
    says[1]("access", 3, decision="denied")
    until(lambda: alerts(store))
    [alert] = alerts(store)
    assert (alert.rule, alert.events) == ("denied-repeatedly", 1)
    assert count(store, AlertLink) == 3


def test_events_wait_while_nobody_has_their_estate_and_are_evaluated_once_in_their_order(process, store, clock) -> None:
    one, other = process(), process()
    one.tick()
    other.tick()
    assert one.estates == {"east"}
    say = teller(other, clock)
    assert not say("lamp", "first", state="on").evaluated
    until(lambda: count(store, Arrival) == 0)
    kill(one, store)
    for number in range(30):
        assert not say("perimeter", number, device=f"d{number % 3}", state="crossed").evaluated
    assert count(store, Arrival) == 30 and not alerts(store)
    other.tick()
    assert other.estates == {"east", "west"}
    until(lambda: count(store, Arrival) == 0)
    assert sorted((a.device, a.events) for a in alerts(store)) == [(f"d{n}", 10) for n in range(3)]
    with store.session() as session:
        triggers = session.scalars(select(AlertLink.event_id).join(Alert).where(Alert.device == "d1")).all()
    assert sorted(map(int, triggers)) == list(range(1, 30, 3))


def test_who_lost_an_estate_commits_nothing_for_it_and_comes_back_with_the_store_s_memory(
    process, store, clock
) -> None:
    one = process()
    say = teller(one, clock)
    for number in range(2):
        say("access", number, decision="denied")
    kill(one, store)
    other = process()
    assert other.estates == {"east", "west"}
    later = say("access", 3, decision="denied")
    assert not later.evaluated, "the estate is the other's by now"
    until(lambda: alerts(store))
    assert [a.rule for a in alerts(store)] == ["denied-repeatedly"] and count(store, AlertLink) == 3
    assert one.estates == frozenset()


def test_a_process_that_hangs_loses_its_estates(store, clock) -> None:
    one = Intake(store, RuleFile(None), 3600, clock, tick_s=3600)
    one._ownership._patience_s = 2
    one.tick()
    other = Intake(store, RuleFile(None), 3600, clock, tick_s=3600)
    assert one.estates == {"east", "west"}
    until(lambda: other.tick() or other.estates == {"east", "west"})
    one.close()
    other.close()


def test_the_clock_is_one_process_s(process, store, clock) -> None:
    processes = [process(), process()]
    say = teller(processes[1], clock)
    say("heartbeat", 1, state="online")
    say("fire", 2, kind="smoke", value=1, device="s1")
    say("fire", 3, kind="heat", value=60, device="s2", zone="b1")
    say("fire", 4, kind="smoke", value=1, device="s3", zone="b1")
    for _ in range(5):
        for one in processes:
            one.tick()
        clock.pass_s(601)
    rules = [a.rule for a in alerts(store)]
    assert len(rules) == len(set(rules)) + rules.count("smoke") - 1 and {"device-silent", "fire"} <= set(rules)
    with store.session() as session:
        steps = session.execute(select(AlertStep.alert_id, AlertStep.version)).all()
    assert len(steps) == len(set(steps)) and len(steps) > len(rules), "each escalation once"


def test_rules_that_change_are_in_force_in_every_process_and_keep_what_they_remember(
    process, store, clock, tmp_path
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(packaged(), "utf-8")
    processes = [process(path), process(path)]
    for one in processes:
        one.tick()
    says = {estate: teller(one, clock) for one in processes for estate in one.estates}
    for estate, say in says.items():
        say("access", f"{estate} 1", decision="denied", estate=estate)
        say("access", f"{estate} 2", decision="denied", estate=estate)
    changed = yaml.safe_load(packaged())
    for rule in changed["rules"]:
        if rule["name"] == "denied-repeatedly":
            rule["count"] = 2
    path.write_text(yaml.safe_dump(changed, allow_unicode=True), "utf-8")
    for one in processes:
        one.rules.look()
        one.tick()
    for estate, say in says.items():
        assert say("access", f"{estate} 3", decision="denied", estate=estate).alerts
    assert sorted(a.estate_id for a in alerts(store)) == ["east", "west"]
    assert count(store, AlertLink) == 6


def test_an_estate_that_is_new_is_evaluated_from_its_first_event(process, store, clock) -> None:
    say = teller(process(), clock)
    with store.session() as session:
        session.add(Estate(id="north", name="north", salt=bytes(32)))
    assert say("fire", 1, kind="smoke", value=1, estate="north").alerts


def test_two_processes_that_take_the_same_events_at_once_hold_each_other_up_but_never_for_good(process, clock) -> None:
    from zhsq.serve.alerting.events.envelope import read_event

    processes = [process(), process()]
    moment = clock() - timedelta(seconds=1)
    raws = [
        {
            "id": str(n),
            "source": "/s",
            "type": "lamp",
            "time": moment.isoformat(),
            "data": {"estate": "east", "device": "x", "state": "on"},
        }
        for n in range(300)
    ]
    events = [read_event(raw, clock()) for raw in raws]
    waiting = [
        one.submit(part)
        for start in range(0, 300, 100)
        for one, part in zip(processes, (events[start : start + 100], events[start : start + 100][::-1]), strict=True)
    ]
    assert sum(not o.duplicate for one in waiting for o in one.result(30)) == 300


def test_a_server_that_is_told_to_stop_leaves_its_estates_at_once(process, store) -> None:
    one, other = process(), process()
    one.close()
    until(lambda: other.tick() or other.estates == {"east", "west"})


def test_the_stream_misses_no_change_that_is_committed_later_than_one_after_it(process, store, clock) -> None:
    say = teller(process(), clock)
    slow, quick = (say("fire", n, kind="smoke", value=1, device=f"s{n}").alerts[0] for n in (1, 2))

    def acknowledge(alert: str, written: threading.Event, go_on: threading.Event) -> None:
        with store.session() as session:
            life.change(session, session.get_one(Alert, alert), "acknowledge", "guard:1")
            written.set()
            assert go_on.wait(20)

    shared = SimpleNamespace(database=store)
    after = _newest(shared)  # type: ignore[arg-type]
    written, go_on, at_once = threading.Event(), threading.Event(), threading.Event()
    at_once.set()
    first = threading.Thread(target=acknowledge, args=(slow, written, go_on))
    second = threading.Thread(target=acknowledge, args=(quick, threading.Event(), at_once))
    first.start()
    assert written.wait(20)  # it has its number, and is not committed
    second.start()
    second.join(0.5)
    heard = [row[0] for row in _read(shared, None, after)]  # type: ignore[arg-type]
    go_on.set()
    first.join(20)
    second.join(20)
    heard += [row[0] for row in _read(shared, None, max([after, *heard]))]  # type: ignore[arg-type]
    with store.session() as session:
        there = session.scalars(select(AlertStep.id).where(AlertStep.action == "acknowledged").order_by(AlertStep.id))
        assert heard == list(there) and len(heard) == 2


def test_people_and_the_clock_that_change_the_same_alerts_at_once_wait_for_each_other_never_mutually(
    process, store, clock
) -> None:
    one = process()
    say = teller(one, clock)
    for number in range(20):
        for kind, value in (("smoke", 1), ("heat", 60)):
            say("fire", f"{number} {kind}", kind=kind, value=value, zone=f"z{number}", device=f"d{number} {kind}")
    with store.session() as session:
        names = session.scalars(select(Alert.id).where(Alert.rule == "fire").order_by(Alert.id.desc())).all()
    failures: list[Exception] = []

    def handle() -> None:
        for name in names:
            try:
                with store.session() as session:
                    life.change(session, session.get_one(Alert, name), "note", "guard:1", note="seen")
            except ProblemError as error:
                assert error.code == "changed-meanwhile"
            except Exception as error:
                failures.append(error)

    person = threading.Thread(target=handle)
    person.start()
    clock.pass_s(61)
    for number in range(20):
        say("perimeter", number, device=f"p{number}", state="crossed")
        with contextlib.suppress(ProblemError):
            one.tick()
    person.join(30)
    assert not failures and len(names) == 20
