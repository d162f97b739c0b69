"""One setting takes SQLite or PostgreSQL; both come to the same schema, and estates are kept apart in both."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import URL, create_engine, delete, func, inspect, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from zhsq.errors import ZhsqError
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record, verify
from zhsq.serve.settings import Settings
from zhsq.serve.store import database as module
from zhsq.serve.store import row_security
from zhsq.serve.store.database import Database
from zhsq.serve.store.scope import NONE, everywhere, of_estates
from zhsq.serve.store.tables import AuditEntry, Base, Estate, Vehicle

KEY = bytes(32)


def execute(url: URL, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url, KEY)
    yield made
    made.close()


@pytest.fixture
def two(database: Database) -> Database:
    """East and west, with a vehicle each."""
    with database.session() as session:
        for name, plate in (("east", "皖A00001"), ("west", "皖A00002")):
            session.add(Estate(id=name, name=name, salt=bytes(32)))
            session.flush()
            session.add(Vehicle(estate_id=name, plate=plate))
    return database


def test_one_setting_names_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHSQ_DATABASE_URL", "postgresql://zhsq@db/zhsq")
    assert Settings().url == "postgresql://zhsq@db/zhsq"


def test_for_a_shared_database_no_audit_key_is_made_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A command on another machine would sign the head with a key that nobody else has, and so break the chain."""
    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path))
    with pytest.raises(ZhsqError, match="no key to sign the audit"):
        Settings(database_url="postgresql://zhsq@db/zhsq").audit_secret()
    assert Settings(database_url="postgresql://zhsq@db/zhsq", audit_key="ab" * 32).audit_secret() == b"\xab" * 32
    made = Settings(database_url="sqlite:///x.db").audit_secret()
    assert len(made) == 32 and Settings(database_url="sqlite:///y.db").audit_secret() == made


def test_the_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrations_go_back_and_forth(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    for target in ("0001", "head"):
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            (command.downgrade if target == "0001" else command.upgrade)(config, target)
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())


def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            Database(database_url, KEY).close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("statement", ["select", "columns", "count", "get"])
def test_a_session_of_one_estate_reads_that_estate_only(two: Database, statement: str) -> None:
    with two.session() as session:
        other = session.scalar(select(Vehicle.id).where(Vehicle.estate_id == "west"))
    with two.session("east") as session:
        if statement == "select":
            assert [v.estate_id for v in session.scalars(select(Vehicle))] == ["east"]
        elif statement == "columns":
            assert session.scalars(select(Vehicle.plate)).all() == ["皖A00001"]
        elif statement == "count":
            assert session.scalar(select(func.count()).select_from(Vehicle)) == 1
        else:
            assert session.get(Vehicle, other) is None and session.get(Estate, "west") is None


def test_a_session_of_one_estate_changes_that_estate_only(two: Database) -> None:
    with two.session("east") as session:
        session.execute(update(Vehicle).values(reference="touched"))
        session.execute(delete(Vehicle).where(Vehicle.estate_id == "west"))
    with two.session() as session:
        assert dict(session.execute(select(Vehicle.estate_id, Vehicle.reference)).tuples().all()) == {
            "east": "touched",
            "west": "",
        }
    with pytest.raises(ProblemError), two.session("east") as session:
        session.add(Vehicle(estate_id="west", plate="皖A00003"))


def test_before_the_caller_is_known_nothing_is_seen(two: Database) -> None:
    with two.session(NONE) as session:
        assert session.scalars(select(Vehicle)).all() == [] and session.scalars(select(Estate)).all() == []


def test_who_only_reads_waits_for_no_writer_and_holds_none_up(two: Database) -> None:
    with two.session() as writing:
        writing.execute(update(Vehicle).values(reference="not committed"))
        with two.reading() as session:
            assert set(session.scalars(select(Vehicle.reference))) == {""}
            assert session.scalar(select(func.count()).select_from(Vehicle)) == 2
    with two.reading() as session:
        assert set(session.scalars(select(Vehicle.reference))) == {"not committed"}
        with two.session() as writing:
            writing.execute(update(Vehicle).values(reference="meanwhile"))
    with two.reading() as session:
        assert set(session.scalars(select(Vehicle.reference))) == {"meanwhile"}


def test_a_scope_may_be_lifted_and_comes_back(two: Database) -> None:
    with two.session("east") as session:
        with everywhere(session):
            assert len(session.scalars(select(Vehicle)).all()) == 2
        assert len(session.scalars(select(Vehicle)).all()) == 1


def test_a_scope_comes_back_after_an_error_within_and_the_error_is_the_one_that_is_told(two: Database) -> None:
    with two.session("east") as session:
        with pytest.raises(KeyError, match="within"), everywhere(session):
            raise KeyError("within")
        assert len(session.scalars(select(Vehicle)).all()) == 1
        if not two.local:
            assert session.scalars(text("SELECT estate_id FROM vehicles")).all() == ["east"]
    if not two.local:  # the connection goes away meanwhile
        with pytest.raises(OperationalError), two.session("east") as session, everywhere(session):
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_every_table_is_under_row_level_security_or_says_why_not(postgres_url: str) -> None:
    made = Database(postgres_url, KEY)
    with made.session() as session:
        query = text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = set(session.scalars(query))
        forced = set(session.scalars(text(f"{query.text} AND relrowsecurity AND relforcerowsecurity")))
    made.close()
    assert tables - forced == set(row_security.OPEN)


def test_even_a_statement_by_hand_sees_one_estate_only(postgres_url: str) -> None:
    made = Database(postgres_url, KEY)
    with made.session() as session:
        session.add_all([Estate(id=name, name=name, salt=bytes(32)) for name in ("east", "west")])
        session.flush()
        session.add_all([Vehicle(estate_id=name, plate="皖A00001") for name in ("east", "west")])
    with made.session("east") as session:
        assert session.scalars(text("SELECT estate_id FROM vehicles")).all() == ["east"]
        assert session.scalars(text("SELECT id FROM estates")).all() == ["east"]
        assert session.execute(text("UPDATE vehicles SET reference = 'x'")).rowcount == 1
        assert session.execute(text("DELETE FROM vehicles WHERE estate_id = 'west'")).rowcount == 0
        assert session.scalars(text("SELECT id FROM audit")).all() == []
    with pytest.raises(DBAPIError, match="row-level security"), made.session("east") as session:
        session.execute(
            text("INSERT INTO vehicles (id, estate_id, plate, reference, created_at) VALUES ('1','west','x','',now())")
        )
    bare = create_engine(made.engine.url)
    with bare.connect() as connection:  # the app's role, without saying whose
        assert connection.execute(text("SELECT count(*) FROM vehicles")).scalar() == 0
    bare.dispose()
    with made.session() as session:
        assert session.scalar(text("SELECT count(*) FROM vehicles")) == 2
    made.close()


def test_a_role_that_owns_no_table_serves_and_can_t_lift_the_policies(postgres: str, postgres_url: str) -> None:
    Database(postgres_url, KEY).close()  # as the owner: the schema is there now
    owned, name = make_url(postgres_url), f"lesser_{uuid.uuid4().hex}"
    execute(
        owned.set(username="postgres"),
        f"CREATE ROLE {name} LOGIN",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    )
    made = Database(owned.set(username=name).render_as_string(hide_password=False), KEY)
    with made.session() as session:
        session.add_all([Estate(id=estate, name=estate, salt=bytes(32)) for estate in ("east", "west")])
        record(session, "operator:1", "test", "east")
    with made.session("east") as session:
        assert session.scalars(text("SELECT id FROM estates")).all() == ["east"]
    with made.session() as session:
        assert verify(session) is None
    with pytest.raises(ProgrammingError, match="must be owner"), made.session("east") as session:
        session.execute(text("ALTER TABLE vehicles DISABLE ROW LEVEL SECURITY"))
    made.close()


def test_connections_that_the_server_closed_are_replaced(postgres_url: str) -> None:
    made = Database(postgres_url, KEY)
    with made.session() as session:
        session.add(Estate(id="east", name="east", salt=bytes(32)))
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'zhsq'"
    )
    execute(make_url(postgres_url).set(username="postgres"), end)
    with made.session() as session:
        assert session.scalars(select(Estate.id)).all() == ["east"]
    made.close()


def test_a_superuser_is_refused(postgres: str) -> None:
    with pytest.raises(ZhsqError, match="superuser"):
        Database(postgres, KEY)


def test_all_tables_of_estates_are_found() -> None:
    named = {kind.__tablename__ for kind in of_estates()}
    assert {"estates", "subjects", "vehicles", "events", "alerts", "api_keys", "gallery_states"} <= named
    assert AuditEntry.__tablename__ not in named
