"""What a permit says at a time and a place, and what several of them come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from zhsq.serve.matching.permits import Pass, judge, look_up, state_of
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate, Permit, Vehicle

#: A Thursday, 20:00 in China.
EVENING = datetime(2026, 11, 26, 12)
CHINA = 8 * 3600
OFFICE = {"from": "08:00", "to": "18:00", "days": ["mon", "tue", "wed", "thu", "fri"]}
NIGHT = {"from": "22:00", "to": "06:00", "days": []}
HERE = frozenset({"east-gate-1", "east"})


def permit(begin: int = -10, end: int | None = 10, gates: tuple[str, ...] = (), hours: tuple[dict, ...] = ()) -> Permit:
    """Valid from so many days from EVENING on, for so many days."""
    until = None if end is None else EVENING + timedelta(days=end)
    made = {"valid_from": EVENING + timedelta(days=begin), "valid_until": until}
    return Permit(kind="visitor", gates=list(gates), hours=list(hours), **made)


def state(one: Permit, at: datetime = EVENING, places: frozenset[str] = HERE) -> str:
    return state_of(one, at, places, CHINA)


def test_a_permit_holds_from_its_beginning_to_just_before_its_end() -> None:
    one = permit(0, 1)
    assert state(one) == "valid"
    assert state(one, EVENING - timedelta(microseconds=1)) == "not-yet"
    assert state(one, EVENING + timedelta(days=1) - timedelta(microseconds=1)) == "valid"
    assert state(one, EVENING + timedelta(days=1)) == "expired"
    assert state(permit(end=None), EVENING + timedelta(days=9999)) == "valid"


def test_a_permit_for_gates_holds_at_these_gates_and_zones_alone() -> None:
    assert state(permit(gates=("east-gate-1",))) == "valid"
    assert state(permit(gates=("north", "east"))) == "valid", "by the zone"
    assert state(permit(gates=("north",))) == "wrong-gate"
    assert state(permit(gates=("east",)), places=frozenset()) == "wrong-gate", "who leaves the gate out gains nothing"


@pytest.mark.parametrize(
    ("hours", "local", "expected"),
    [
        (OFFICE, "2026-11-26 08:00", "valid"),
        (OFFICE, "2026-11-26 07:59", "wrong-hours"),
        (OFFICE, "2026-11-26 18:00", "wrong-hours"),
        (OFFICE, "2026-11-28 10:00", "wrong-hours"),  # a Saturday
        (NIGHT, "2026-11-26 23:30", "valid"),
        (NIGHT, "2026-11-27 05:59", "valid"),  # begun the day before
        (NIGHT, "2026-11-27 06:00", "wrong-hours"),
    ],
)
def test_hours_are_local_and_go_over_midnight(hours: dict, local: str, expected: str) -> None:
    at = datetime.fromisoformat(local) - timedelta(seconds=CHINA)
    assert state(permit(hours=(hours,)), at) == expected


def test_one_of_several_that_is_valid_will_do_else_the_nearest_to_it_is_told() -> None:
    expired, early, elsewhere = permit(-9, -1), permit(1, 2), permit(gates=("north",))
    late = permit(hours=(OFFICE,))

    def told(*permits: Permit) -> str:
        return judge(permits, EVENING, HERE, CHINA).state

    assert told() == "none" and judge([], EVENING, HERE, CHINA).permit is None
    assert told(expired, early) == "not-yet"
    assert told(early, elsewhere, expired) == "wrong-gate"
    assert told(elsewhere, late) == "wrong-hours"
    assert told(expired, late, permit()) == "valid"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url, bytes(32))
    with made.session() as session:
        session.add_all([Estate(id=name, name=name, salt=bytes(32)) for name in ("east", "west")])
    yield made
    made.close()


def test_plates_are_looked_up_in_their_own_estate_on_both_databases(database: Database) -> None:
    with database.session() as session:
        for estate, plate, end in (("east", "皖A00001", 1), ("west", "皖A00001", -1), ("east", "皖A00002", None)):
            vehicle = Vehicle(id=f"{estate}{plate}", estate_id=estate, plate=plate)
            session.add(vehicle)
            session.flush()
            if end is not None:
                made = permit(end=end)
                made.estate_id, made.vehicle_id, made.reference = estate, vehicle.id, ""
                session.add(made)
    asked = [
        ("east", "皖A00001"),
        ("west", "皖A00001"),
        ("east", "皖A00002"),
        ("west", "皖A00002"),
        ("east", "皖A00001"),
    ]
    passes = [Pass(estate, plate, EVENING, HERE) for estate, plate in asked]
    with database.session() as session:
        found = look_up(session, passes, CHINA)
    assert [one and one.state for one in found] == ["valid", "expired", "none", None, "valid"]
    with database.session("east") as session:
        assert [one and one.state for one in look_up(session, passes, CHINA)] == ["valid", None, "none", None, "valid"]
        assert look_up(session, [], CHINA) == []
