"""What was last heard of each device, whatever order events come in and whoever writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from zhsq.serve.alerting.events.envelope import read_event
from zhsq.serve.alerting.presence import Presence
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import DeviceState, now

from .conftest import make_store

AT = now().replace(microsecond=0)


@pytest.fixture
def either(database_url: str) -> Iterator[Database]:
    made = make_store(database_url)
    yield made
    made.close()


def event(kind: str = "heartbeat", seconds: float = 0, device: str = "d1", **data: object):
    time = (AT + timedelta(seconds=seconds)).isoformat()
    return read_event(
        {"id": "x", "source": "/s", "type": kind, "time": time, "data": {"estate": "east", "device": device, **data}},
        AT,
    )


def note(store: Database, presence: Presence, *events) -> None:
    with store.session() as session:
        presence.note(session, events)


def found(store: Database, device: str = "d1") -> DeviceState:
    with store.session() as session:
        return session.get(DeviceState, ("east", device))


def test_the_newest_counts_though_it_came_first(either) -> None:
    presence = Presence()
    note(
        either,
        presence,
        event(seconds=0, state="offline", battery_pct=40),
        event(seconds=-60, state="online", battery_pct=50),
    )
    note(
        either, presence, event("charger", -30, state="idle", zone="b1"), event("charger", -90, state="idle", zone="b2")
    )
    row = found(either)
    assert (row.state, row.battery_pct, row.kind, row.zone) == ("offline", 40, "charger", "")
    assert (row.last_at, row.heartbeat_at) == (AT, AT)


def test_another_process_that_knows_less_takes_nothing_back(either) -> None:
    note(either, Presence(), event(state="degraded", battery_pct=30), event("lamp", 5, state="on", zone="b1"))
    note(either, Presence(), event(seconds=-100, state="online"), event("charger", -50, state="idle", zone="b2"))
    row = found(either)
    assert (row.state, row.battery_pct, row.kind, row.zone) == ("degraded", 30, "lamp", "b1")
    assert row.last_at == AT + timedelta(seconds=5)
    note(either, Presence(), event(seconds=60, state="online"))
    row = found(either)
    assert (row.state, row.battery_pct, row.last_at) == ("online", 30, AT + timedelta(seconds=60))


def test_what_changes_is_written_at_once_and_what_stays_four_times_a_minute_at_most(store) -> None:
    presence = Presence()
    note(store, presence, event())
    note(store, presence, event(seconds=14))
    assert found(store).last_at == AT
    note(store, presence, event(seconds=14.5, state="offline"))
    assert found(store).state == "offline"
    note(store, presence, event(seconds=40, state="offline"))
    assert found(store).last_at == AT + timedelta(seconds=40)
    presence.forget()
    note(store, presence, event(seconds=41, state="offline"))
    assert found(store).last_at == AT + timedelta(seconds=41)


def test_of_an_estate_that_comes_back_what_another_process_noted_meanwhile_is_not_taken_as_known(store) -> None:
    presence, other = Presence(), Presence()
    note(store, presence, event(state="online"))
    presence.keep({"west"})
    note(store, other, event(seconds=1, state="offline"))
    presence.keep({"east", "west"})
    note(store, presence, event(seconds=2, state="online"))
    assert found(store).state == "online"
