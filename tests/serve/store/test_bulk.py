"""Many rows by one statement: on both databases they are what single statements would have written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from zhsq.serve.store import bulk
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, Estate, Event, Heard

MOMENT = datetime(2026, 11, 26, 8, 0, 0, 250_000)


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    made = Database(database_url, bytes(32))
    with made.session() as session:
        session.add(Estate(id="east", name="东", salt=bytes(32)))
    yield made
    made.close()


def event(number: int, **data: object) -> dict[str, object]:
    return {
        "source": "/s'\"",
        "event_id": str(number),
        "type": "lamp",
        "estate_id": "east",
        "time": MOMENT,
        "data": data,
    }


def test_rows_are_written_as_given_and_those_that_are_there_are_left_alone(store: Database) -> None:
    data = {"device": "灯 'x' \"y\" \\", "on": True, "none": None, "list": [1, 2.5], "large": 2**40}
    wanted = ("source", "event_id", "id")
    with store.session() as session:
        first = bulk.insert(session, Event, [event(1, **data)], skip=True, returning=wanted)
        more = bulk.insert(session, Event, [event(n) for n in (1, 2, 2, 3)], skip=True, returning=wanted)
        assert bulk.insert(session, Event, [], returning=wanted) == []
    assert [row[:2] for row in (*first, *more)] == [("/s'\"", "1"), ("/s'\"", "2"), ("/s'\"", "3")]
    with store.session() as session:
        found = session.scalars(select(Event).order_by(Event.id)).all()
        assert {(one.event_id, one.id) for one in found} == {row[1:] for row in (*first, *more)}
        assert (found[0].data, found[0].time, found[1].data) == (data, MOMENT, {})


def test_columns_are_taken_over_into_rows_that_are_there(store: Database) -> None:
    row = {"rule": "r", "key": "east|d", "estate_id": "east", "at": 1764144000.125}
    with store.session() as session:
        bulk.insert(session, Heard, [row], replace=("at",))
        bulk.insert(session, Heard, [{**row, "at": 5.5}, {**row, "key": "east|e"}], replace=("at",))
    with store.session() as session:
        assert dict(session.execute(select(Heard.key, Heard.at)).tuples().all()) == {
            "east|d": 5.5,
            "east|e": 1764144000.125,
        }


def test_empty_times_and_lists_stay_empty(store: Database) -> None:
    names = Alert.__table__.columns.keys()
    row = dict.fromkeys(names) | {
        "id": "a",
        "estate_id": "east",
        "rule": "r",
        "severity": "minor",
        "message": {"zh": "烟"},
        "dedupe_key": "k",
        "device": "",
        "zone": "",
        "state": "open",
        "version": 1,
        "events": 1,
        "assigned_to": "guard",
        "ladder": [],
        "escalations": 0,
        "opened_at": MOMENT,
        "last_at": MOMENT,
    }
    with store.session() as session:
        bulk.insert(session, Alert, [row])
    with store.session() as session:
        found = session.scalars(select(Alert)).one()
        assert {name: getattr(found, name) for name in names} == row


def test_strings_are_a_table_of_as_many_rows(store: Database) -> None:
    wanted = ["a", "b'\"", "东"]
    with store.session() as session:
        table = bulk.strings(session.get_bind().dialect.name, "given")
        for given in (wanted, []):
            assert list(session.scalars(select(table.c.value), {"given": bulk.as_json(given)})) == given
