"""A real PostgreSQL for tests, as a plugin of pytest."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The superuser's URL of a real PostgreSQL on a socket of its own; it ends with the tests."""
    pgserver = pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    # Not in pytest's folder, which only its own user may enter: PostgreSQL runs as another where that is root.
    folder = Path(tempfile.mkdtemp(prefix="zhsq-postgres-"))
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # The tests lose nothing that matters when the machine goes down.
    execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", "CREATE ROLE zhsq LOGIN")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def execute(url: str, *statements: str) -> None:
    """Run statements outside of a transaction."""
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sqlalchemy.text(statement))
    engine.dispose()


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """An empty database of the role zhsq, which is no superuser."""
    name = f"test_{uuid.uuid4().hex}"
    execute(postgres, f"CREATE DATABASE {name} OWNER zhsq")
    url = sqlalchemy.make_url(postgres).set(username="zhsq", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of either kind: for tests where it matters."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


class Postgres:
    """A PostgreSQL of its own, that stops as if the machine had failed, and comes back."""

    def __init__(self, folder: Path) -> None:
        pgserver = pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
        self._server = pgserver.get_server(folder / "data", cleanup_mode="stop")
        admin = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        execute(admin, "CREATE ROLE zhsq LOGIN", "CREATE DATABASE zhsq OWNER zhsq")
        url = sqlalchemy.make_url(admin).set(username="zhsq", database="zhsq")
        self.url = url.render_as_string(hide_password=False)

    def stop(self) -> None:
        """At once, without a checkpoint: it recovers from its log at the next start."""
        from pgserver._commands import pg_ctl

        pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that a test may stop and start."""
    folder = Path(tempfile.mkdtemp(prefix="zhsq-postgres-"))
    made = Postgres(folder)
    yield made
    made.close()
    shutil.rmtree(folder, ignore_errors=True)
