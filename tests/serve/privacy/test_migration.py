"""A store of the first schema is brought to the newest and back with its people, consents and templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import zhsq.serve.store.database as store
from zhsq.serve.store import scope

PERSON = {
    "id": "s1", "estate_id": "east", "reference": "flat 1", "consent_purpose": "entry", "consent_evidence": "form 1",
    "consent_expires_at": datetime(2099, 1, 1), "credential_kind": "card", "credential_reference": "c1",
    "bundle_sha256": "b" * 64, "template": b"sealed", "created_at": datetime(2026, 1, 1),
}  # fmt: skip


TYPES = {"consent_expires_at": sa.DateTime(), "created_at": sa.DateTime(), "template": sa.LargeBinary()}
SUBJECTS = sa.table("subjects", *(sa.column(name, TYPES.get(name, sa.String())) for name in PERSON))


def move(engine: sa.Engine, revision: str, by: Callable[[Config, str], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        see_all(connection)
        by(config, revision)


def see_all(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SELECT set_config('{scope.VARIABLE}', '{scope.EVERY}', true)"))


def test_people_of_the_first_schema_keep_consent_and_template(database_url: str) -> None:
    url = database_url
    engine = sa.create_engine(url)
    move(engine, "0001", command.upgrade)
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO estates VALUES ('east', 'East', :salt, '2026-01-01 00:00:00')"), {"salt": bytes(32)}
        )
        connection.execute(sa.insert(SUBJECTS).values(PERSON))
    store.Database(url, bytes(32)).close()
    with engine.begin() as connection:
        see_all(connection)
        query = sa.text("SELECT subject_id, purpose, evidence, expires_at FROM consents")
        consent = connection.execute(query.columns(expires_at=sa.DateTime())).one()
        template = connection.execute(sa.text("SELECT subject_id, bundle_sha256, key_id, sealed FROM templates")).one()
        columns = {column["name"] for column in sa.inspect(connection).get_columns("subjects")}
    assert tuple(consent) == ("s1", "entry", "form 1", PERSON["consent_expires_at"])
    assert tuple(template) == ("s1", "b" * 64, "", b"sealed")
    named = {"id", "estate_id", "reference", "credential_kind", "credential_reference", "created_at", "version"}
    assert columns == named
    move(engine, "0001", command.downgrade)
    with engine.begin() as connection:
        see_all(connection)
        row = connection.execute(sa.select(SUBJECTS)).mappings().one()
    assert dict(row) == PERSON


@pytest.mark.parametrize("table", ["subjects", "consents", "templates", "erasures", "invitations", "devices"])
def test_the_migrated_tables_are_those_of_the_code(tmp_path: Path, table: str) -> None:
    from zhsq.serve.store.tables import Base

    database = store.Database(f"sqlite:///{tmp_path / 'x.db'}", bytes(32))
    there = sa.inspect(database.engine)
    assert {column["name"] for column in there.get_columns(table)} == set(Base.metadata.tables[table].columns.keys())
    assert {tuple(index["column_names"]) for index in there.get_indexes(table)} >= {
        tuple(index.columns.keys()) for index in Base.metadata.tables[table].indexes
    }
    database.close()
