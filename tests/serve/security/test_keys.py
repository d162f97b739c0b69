"""API keys: stored as digests; they expire, rotate with an overlap, and end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.serve.security import keys
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import ApiKey, now


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url, bytes(32))
    yield made
    made.close()


def who(database: Database, key: str) -> keys.Caller | None:
    """As a request asks."""
    known = keys.look_up(database, key)
    if known is None:
        return None
    found, due = known
    if due:
        keys.note_use(database, found.key_id)
    return found


def test_a_key_gives_its_role_estate_and_areas_and_only_its_digest_is_stored(database) -> None:
    with database.session() as session:
        key = keys.create(session, "gate", "guard", "east", ["plates", "plates"])
    found = who(database, key)
    assert (found.role, found.estate, found.areas) == ("guard", "east", frozenset({"plates"}))
    with database.session() as session:
        assert key not in str(session.execute(text("SELECT * FROM api_keys")).one())
    assert who(database, key[:-1]) is None


def test_a_key_ends_when_it_expires_and_when_it_is_revoked(database) -> None:
    with database.session() as session:
        short = keys.create(session, "a", "operator", None, expires_at=now() + timedelta(hours=1))
        other = keys.create(session, "b", "operator", None)
    assert who(database, short) and who(database, other)
    with database.session() as session:
        session.execute(update(ApiKey).where(ApiKey.name == "a").values(expires_at=now() - timedelta(seconds=1)))
        keys.revoke(session, who_id(session, "b"))
    assert who(database, short) is None and who(database, other) is None
    with pytest.raises(ZhsqError, match="expired already"), database.session() as session:
        keys.create(session, "c", "operator", None, expires_at=now())


def who_id(session, name: str) -> str:
    return session.scalars(text(f"SELECT id FROM api_keys WHERE name = '{name}' AND replaced_by IS NULL")).one()


def test_a_rotated_key_is_valid_beside_the_new_one_for_the_overlap(database) -> None:
    with database.session() as session:
        old = keys.create(session, "gate", "guard", "east", ["plates"], now() + timedelta(days=30))
        new = keys.rotate(session, who_id(session, "gate"), timedelta(hours=2))
    assert who(database, old).areas == who(database, new).areas == frozenset({"plates"})
    assert who(database, new).estate == "east"
    with database.session() as session:
        replaced = session.scalars(select(ApiKey).where(ApiKey.replaced_by.is_not(None))).one()
        assert timedelta(hours=1) < replaced.expires_at - now() <= timedelta(hours=2)
        session.execute(
            update(ApiKey).where(ApiKey.replaced_by.is_not(None)).values(expires_at=now() - timedelta(seconds=1))
        )
    assert who(database, old) is None and who(database, new) is not None


def test_an_ended_or_replaced_key_is_not_rotated_again(database) -> None:
    with database.session() as session:
        keys.create(session, "gate", "operator", None)
        first = who_id(session, "gate")
        keys.rotate(session, first, timedelta(hours=1))
        with pytest.raises(ZhsqError, match="replaced already"):
            keys.rotate(session, first, timedelta(hours=1))
        second = who_id(session, "gate")
        keys.revoke(session, second)
        with pytest.raises(ZhsqError, match="has ended"):
            keys.rotate(session, second, timedelta(hours=1))
        with pytest.raises(UnknownNameError):
            keys.rotate(session, "ffffff", timedelta(hours=1))


def test_the_last_use_is_noted_to_the_minute(database) -> None:
    with database.session() as session:
        key = keys.create(session, "gate", "operator", None)
        assert session.get(ApiKey, who_id(session, "gate")).last_used_at is None
    who(database, key)

    def used():
        with database.session() as session:
            return session.get(ApiKey, who_id(session, "gate")).last_used_at

    first = used()
    assert first is not None
    who(database, key)
    assert used() == first, "not written again within a minute"
    with database.session() as session:
        session.execute(update(ApiKey).values(last_used_at=first - keys.NOTED))
    who(database, key)
    assert used() >= first


def test_a_key_is_looked_up_while_another_transaction_writes(database) -> None:
    with database.session() as session:
        key = keys.create(session, "gate", "operator", None)
    assert who(database, key), "its use is noted now"
    with database.session() as session:
        session.execute(update(ApiKey).values(name="other"))
        assert who(database, key).name == "gate", "what was committed, without waiting for what was not"
