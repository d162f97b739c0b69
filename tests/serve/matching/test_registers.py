"""The estates' indexes follow the store, whoever changes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from zhsq.models.bundle import Bundle
from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.types import Character, PlateRead, table_of
from zhsq.serve.matching import plates
from zhsq.serve.matching.plates import REGISTERED, REMOVED, Registers
from zhsq.serve.security.audit import record
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate, Vehicle


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'serve.db'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url, bytes(32))
    with made.session() as session:
        session.add_all([Estate(id=name, name=name, salt=bytes(32)) for name in ("east", "west")])
    yield made
    made.close()


@pytest.fixture
def elsewhere(url: str, database: Database) -> Iterator[Database]:
    """Another process's connection to the same store."""
    made = Database(url, bytes(32))
    yield made
    made.close()


def register(session: Session, plate: str, estate: str = "east") -> str:
    vehicle = Vehicle(estate_id=estate, plate=plate)
    session.add(vehicle)
    session.flush()
    record(session, "operator:1", REGISTERED, f"{estate}/{vehicle.id}")
    return vehicle.id


def remove(session: Session, vehicle: str, estate: str = "east") -> None:
    session.delete(session.get(Vehicle, vehicle))
    record(session, "operator:1", REMOVED, f"{estate}/{vehicle}")


def read(text: str) -> PlateRead:
    return read_of(table_of([Character(s, 0.98) for s in text]), "unknown")


@pytest.fixture
def decide(database: Database, plate_bundle: Bundle):
    kept = Registers()

    def ask(text: str, estate: str = "east") -> str:
        with database.session() as session:
            return kept.match(session, estate, read(text), bundle=plate_bundle, accept=0.9, margin=1.0).decision

    return ask


def test_a_vehicle_matches_as_soon_as_it_is_registered_and_no_longer_when_removed(database, decide) -> None:
    assert decide("皖A12345") == "unknown"
    with database.session() as session:
        vehicle = register(session, "皖A12345")
    assert decide("皖A12345") == "match"
    with database.session() as session:
        remove(session, vehicle)
    assert decide("皖A12345") == "unknown"


def test_what_another_process_changes_is_seen_at_the_next_match(elsewhere, decide) -> None:
    assert decide("皖A12345") == "unknown"
    with elsewhere.session() as session:
        vehicle = register(session, "皖A12345")
    assert decide("皖A12345") == "match"
    with elsewhere.session() as session:
        remove(session, vehicle)
        register(session, "皖B12345")
    assert (decide("皖A12345"), decide("皖B12345")) == ("unknown", "match")


def test_a_plate_that_was_removed_and_registered_anew_between_two_matches_stays(elsewhere, decide) -> None:
    with elsewhere.session() as session:
        vehicle = register(session, "皖A12345")
    assert decide("皖A12345") == "match"
    with elsewhere.session() as session:
        remove(session, vehicle)
        session.flush()
        register(session, "皖A12345")
    assert decide("皖A12345") == "match"


def test_estates_are_kept_apart(database, decide) -> None:
    with database.session() as session:
        register(session, "皖A12345", "west")
    assert (decide("皖A12345", "east"), decide("皖A12345", "west")) == ("unknown", "match")


def test_what_is_rolled_back_never_matches(database, decide) -> None:
    assert decide("皖A12345") == "unknown"
    with pytest.raises(RuntimeError), database.session() as session:
        register(session, "皖A12345")
        raise RuntimeError
    with database.session() as session:
        register(session, "皖B12345")  # takes the id in the audit that the other had
    assert (decide("皖A12345"), decide("皖B12345")) == ("unknown", "match")


def test_many_changes_at_once_are_read_anew(elsewhere, decide, monkeypatch) -> None:
    monkeypatch.setattr(plates, "_MANY", 70)
    assert decide("皖A00001") == "unknown"
    with elsewhere.session() as session:
        for number in range(150):
            register(session, f"皖A{number:05d}")
    assert (decide("皖A00001"), decide("皖A00149"), decide("皖A00150")) == ("match", "match", "unknown")


def test_a_stored_text_that_the_grammar_no_longer_takes_is_left_out(database, decide) -> None:
    with database.session() as session:
        register(session, "HELLO")
        register(session, "皖A12345")
    assert decide("皖A12345") == "match"


def test_provinces_of_an_estates_vehicles_are_expected_there_and_nowhere_else(database, plate_bundle) -> None:
    kept = Registers()
    doubtful = read_of(table_of([Character("赣", 0.6, (("皖", 0.39),)), *read("A12345").characters]), "blue")

    def ask(estate: str) -> str:
        with database.session() as session:
            return kept.provinces(session, estate).apply(doubtful).text

    with database.session() as session:
        vehicles = [register(session, f"皖A{number:05d}") for number in range(60)]
    assert (ask("east"), ask("west")) == ("皖A12345", "赣A12345")
    with database.session() as session:
        for vehicle in vehicles:
            remove(session, vehicle)
    with database.session() as session:
        kept.match(session, "east", doubtful, bundle=plate_bundle, accept=0.9, margin=1.0)  # follows the changes
    assert ask("east") == "赣A12345"


def test_matches_from_many_threads_agree_with_the_store(database, decide) -> None:
    with database.session() as session:
        for number in range(50):
            register(session, f"皖A{number:05d}")
    wrong: list[str] = []

    def ask(first: int) -> None:
        for number in range(first, first + 50, 5):
            text = f"皖A{number:05d}"
            if decide(text) != ("match" if number < 50 else "unknown"):
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
