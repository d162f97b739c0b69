"""SQLite by the shortest way gives and takes what SQLAlchemy's own way does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, create_engine, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from zhsq.serve.security.audit import Broken, record, verify
from zhsq.serve.store.database import Database
from zhsq.serve.store.kept import Kept, Ready
from zhsq.serve.store.tables import ApiKey, AuditEntry, Base, new_id, now

ROW = {"name": "gate", "role": "guard", "digest": "d" * 64, "estate_id": None, "replaced_by": None}
BY_NAME = Ready(
    select(ApiKey.id, ApiKey.areas, ApiKey.created_at, ApiKey.expires_at).where(ApiKey.name == bindparam("name"))
)
RENAME = Ready(update(ApiKey).values(name=bindparam("new")).where(ApiKey.name == bindparam("old")))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    engine = create_engine(f"sqlite:///{tmp_path}/a.db", connect_args={"isolation_level": None})
    Base.metadata.create_all(engine)
    made = Kept(engine)
    yield made
    made.close()
    engine.dispose()


def row(**other: object) -> dict[str, object]:
    dates = {"created_at": now(), "expires_at": None, "revoked_at": None, "last_used_at": None}
    return {"id": new_id(), **ROW, "areas": ["faces", "plates"], **dates, **other}


def test_values_go_in_and_come_out_as_columns_have_them(kept: Kept) -> None:
    one, other = row(), row(name="desk", digest="e" * 64, areas=None, expires_at=now() + timedelta(days=1))
    assert kept.change(Ready(insert(ApiKey)), [one, other]) == 2
    assert kept.one(BY_NAME, {"name": "gate"}) == (one["id"], one["areas"], one["created_at"], None)
    assert kept.one(BY_NAME, {"name": "desk"}) == (other["id"], None, other["created_at"], other["expires_at"])
    assert kept.one(BY_NAME, {"name": "nobody"}) is None
    assert kept.change(RENAME, [{"old": "gate", "new": "door"}]) == 1
    assert kept.change(RENAME, [{"old": "gate", "new": "door"}]) == 0


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(kept: Kept) -> None:
    with pytest.raises(IntegrityError, match="UNIQUE"), kept.transaction():
        kept.change(Ready(insert(ApiKey)), [row()])
        kept.change(Ready(insert(ApiKey)), [row()])
    assert kept.one(BY_NAME, {"name": "gate"}) is None
    with pytest.raises(ValueError, match="stop"), kept.transaction():
        kept.change(Ready(insert(ApiKey)), [row()])
        raise ValueError("stop")
    assert kept.one(BY_NAME, {"name": "gate"}) is None
    with kept.transaction():
        kept.change(Ready(insert(ApiKey)), [row()])
    assert kept.one(BY_NAME, {"name": "gate"}) is not None


def test_what_goes_wrong_is_told_as_sqlalchemy_tells_it_and_without_values(kept: Kept) -> None:
    with kept._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE api_keys")
    with pytest.raises(OperationalError, match="no such table") as caught:
        kept.one(BY_NAME, {"name": "a secret"})
    assert "secret" not in str(caught.value)


def test_a_note_stands_in_the_chain_as_a_session_s_entry_does(database_url: str) -> None:
    database = Database(database_url, bytes(32))
    try:
        before = datetime.now(UTC) - timedelta(minutes=1)
        database.note("operator:a", "faces.verify", "two photos", "asked")
        with database.session() as session:
            record(session, "operator:b", "faces.identify", "east/-", "unknown")
        database.note("x" * 200, "y" * 100, "z" * 400)
        with database.session() as session:
            assert verify(session) is None
            entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(e.actor, e.action, e.outcome) for e in entries[-3:-1]] == [
            ("operator:a", "faces.verify", "asked"),
            ("operator:b", "faces.identify", "unknown"),
        ]
        assert (len(entries[-1].actor), len(entries[-1].action), len(entries[-1].target)) == (140, 64, 300)
        assert before < datetime.fromisoformat(entries[-3].at) <= datetime.now(UTC) + timedelta(minutes=1)
    finally:
        database.close()


def test_notes_and_sessions_at_the_same_time_make_one_chain(database_url: str) -> None:
    database = Database(database_url, bytes(32))

    def note(who: int) -> None:
        for _ in range(20):
            if who % 2:
                database.note(f"operator:{who}", "faces.verify", "two photos")
            else:
                with database.session() as session:
                    record(session, f"operator:{who}", "faces.identify", "east/-")

    try:
        threads = [threading.Thread(target=note, args=(who,)) for who in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.session() as session:
            assert verify(session) is None
            actors = session.scalars(select(AuditEntry.actor)).all()
        assert sorted(actors) == sorted(f"operator:{who}" for who in range(4) for _ in range(20))
    finally:
        database.close()


def test_a_note_finds_a_head_that_was_changed(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db", bytes(32))
    try:
        database.note("operator:a", "faces.verify", "two photos")
        with database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE audit_head SET mac = 'x'")
        database.note("operator:a", "faces.verify", "two photos")
        with database.session() as session:
            found = verify(session)
        assert isinstance(found, Broken) and found.entry == 2
    finally:
        database.close()
