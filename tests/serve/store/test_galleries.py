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
from zhsq.serve.store.tables import Consent, Estate, Subject, Template

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


def enrol(session: Session, *names: str, estate: str = "east") -> None:
    """People with a consent and a template each, all three of one identifier; in one flush."""
    for name in names:
        session.add(Subject(id=name, estate_id=estate, reference="", credential_kind="card", credential_reference=""))
    session.flush()  # of no matter to a gallery
    for name in names:
        agreed = {"purpose": "", "evidence": "", "given_at": END - timedelta(days=1), "expires_at": END}
        session.add(Consent(id=name, estate_id=estate, subject_id=name, **agreed))
        made = {"bundle_sha256": "b", "key_id": "k", "sealed": name.encode()}
        session.add(Template(id=name, estate_id=estate, subject_id=name, **made))


def read(database: Database, estate: str = "east") -> tuple[int, list[str]]:
    with database.session() as session:
        state, rows = galleries.rows(session, estate)
        return state.generation, sorted(row.subject_id for row in rows)


def test_each_change_raises_the_generation_and_other_processes_see_it(database, elsewhere) -> None:
    assert read(elsewhere) == (0, [])
    with database.session() as session:
        enrol(session, "a", "b")
    assert read(elsewhere) == (1, ["a", "b"])
    with database.session() as session:
        session.get(Consent, "a").expires_at = END - timedelta(days=1)
    assert read(elsewhere) == (2, ["a", "b"])
    with database.session() as session:
        session.get(Subject, "a").reference = "flat 3"  # decides no match
    assert read(elsewhere) == (2, ["a", "b"])
    with database.session() as session:
        session.delete(session.get(Template, "a"))
    assert read(elsewhere) == (3, ["b"])
    assert read(elsewhere, "west") == (0, [])


def test_a_withdrawn_consent_takes_its_templates_out(database, elsewhere) -> None:
    with database.session() as session:
        enrol(session, "a", "b")
    with database.session() as session:
        session.get(Consent, "a").withdrawn_at = END
    generation, people = read(elsewhere)
    assert (generation > 1, people) == (True, ["b"])


def test_a_change_that_is_rolled_back_leaves_the_generation(database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        enrol(session, "a")
        session.flush()
        raise RuntimeError
    assert read(database) == (0, [])


def test_bulk_statements_are_followed_too(database, elsewhere) -> None:
    with database.session() as session:
        enrol(session, "a", "b", "c")
        enrol(session, "d", estate="west")
    with database.session("east") as session:
        session.execute(update(Template).values(sealed=b"anew"))
    assert read(elsewhere) == (2, ["a", "b", "c"])
    with database.session() as session:
        session.execute(delete(Template).where(Template.subject_id.in_(["a", "b"])))
    assert read(elsewhere) == (3, ["c"])
    assert read(elsewhere, "west") == (1, ["d"])


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM templates WHERE id = 'a'",
        "DELETE FROM consents WHERE id = 'a'",
        "UPDATE templates SET sealed = (SELECT sealed FROM templates WHERE id = 'b') WHERE id = 'a'",
        "UPDATE templates SET subject_id = 'b' WHERE id = 'a'",
        "UPDATE consents SET expires_at = '2099-01-01 00:00:00' WHERE id = 'a'",
        "UPDATE templates SET estate_id = 'west' WHERE id = 'a'",
    ],
)
def test_what_was_written_past_the_api_is_refused_until_someone_accepts_it(database, statement: str) -> None:
    with database.session() as session:
        enrol(session, "a", "b")
    with database.session() as session:
        session.execute(text(statement))
    with pytest.raises(ProblemError, match="not those that were enrolled") as caught:
        read(database)
    assert caught.value.code == "gallery-mismatch"
    with database.session() as session:
        for estate in ("east", "west"):
            galleries.accept(session, estate)
    read(database)
