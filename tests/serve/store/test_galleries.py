"""Galleries follow the store, whichever process writes, and tell when it holds what nobody enrolled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from zhsq.serve.problems import ProblemError
from zhsq.serve.store import galleries
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate, Subject

END = datetime(2030, 1, 1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url, bytes(32))
    with made.session() as session:
        session.add_all([Estate(id=name, name=name, salt=bytes(32)) for name in ("east", "west")])
    yield made
    made.close()


@pytest.fixture
def elsewhere(database: Database, database_url: str) -> Iterator[Database]:
    """Another process's connection to the same store."""
    made = Database(database_url, bytes(32))
    yield made
    made.close()


def enrol(session: Session, name: str, estate: str = "east") -> Subject:
    subject = Subject(
        id=name,
        estate_id=estate,
        reference="",
        consent_purpose="",
        consent_evidence="",
        consent_expires_at=END,
        credential_kind="card",
        credential_reference="",
        bundle_sha256="b",
        template=name.encode(),
    )
    session.add(subject)
    return subject


def read(database: Database, estate: str = "east") -> tuple[int, list[str]]:
    with database.session() as session:
        state, rows = galleries.rows(session, estate)
        assert (state.templates, state.checksum) == (len(rows), galleries.checksum(rows))
        return state.generation, sorted(row.id for row in rows)


def test_each_change_raises_the_generation_and_other_processes_see_it(database, elsewhere) -> None:
    assert read(elsewhere) == (0, [])
    with database.session() as session:
        enrol(session, "a")
        enrol(session, "b")
    assert read(elsewhere) == (1, ["a", "b"])
    with database.session() as session:
        session.get(Subject, "a").consent_expires_at = END - timedelta(days=1)
    assert read(elsewhere) == (2, ["a", "b"])
    with database.session() as session:
        session.get(Subject, "a").reference = "flat 3"  # decides no match
    assert read(elsewhere) == (2, ["a", "b"])
    with database.session() as session:
        session.delete(session.get(Subject, "a"))
    assert read(elsewhere) == (3, ["b"])
    assert read(elsewhere, "west") == (0, [])


def test_a_change_that_is_rolled_back_leaves_the_generation(database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        enrol(session, "a")
        session.flush()
        raise RuntimeError
    assert read(database) == (0, [])


def test_bulk_statements_are_followed_too(database, elsewhere) -> None:
    with database.session() as session:
        for name in "abc":
            enrol(session, name)
        enrol(session, "d", "west")
    with database.session("east") as session:
        session.execute(update(Subject).values(template=b"anew"))
    assert read(elsewhere) == (2, ["a", "b", "c"])
    with database.session() as session:
        session.execute(delete(Subject).where(Subject.id.in_(["a", "b"])))
    assert read(elsewhere) == (3, ["c"])
    assert read(elsewhere, "west") == (1, ["d"])


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM subjects WHERE id = 'a'",
        "UPDATE subjects SET template = (SELECT template FROM subjects WHERE id = 'b') WHERE id = 'a'",
        "UPDATE subjects SET consent_expires_at = '2099-01-01 00:00:00' WHERE id = 'a'",
        "UPDATE subjects SET estate_id = 'west' WHERE id = 'a'",
    ],
)
def test_what_was_written_past_the_api_is_refused_until_someone_accepts_it(database, statement: str) -> None:
    with database.session() as session:
        enrol(session, "a")
        enrol(session, "b")
    with database.session() as session:
        session.execute(text(statement))
    with pytest.raises(ProblemError, match="not those that were enrolled") as caught:
        read(database)
    assert caught.value.code == "gallery-mismatch"
    with database.session() as session:
        for estate in ("east", "west"):
            galleries.accept(session, estate)
    read(database)
