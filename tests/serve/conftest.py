"""A real app on a real SQLite file, with real bundles; a client per role; and a real PostgreSQL where it matters."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy
from fastapi import FastAPI
from fastapi.testclient import TestClient

from zhsq.models.bundle import Bundle
from zhsq.serve.app import create_app
from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings

Client = Callable[..., TestClient]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's URL of a real PostgreSQL on a socket of its own; it ends with the tests."""
    pgserver = pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres") / "data", cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    with as_superuser(url) as connection:
        connection.execute(sqlalchemy.text("CREATE ROLE zhsq LOGIN"))
    yield url
    server.cleanup()


@contextmanager
def as_superuser(url: str, database: str | None = None) -> Iterator[sqlalchemy.Connection]:
    """A connection that row-level security does not hold for, each statement committed by itself."""
    parsed = sqlalchemy.make_url(url)
    engine = sqlalchemy.create_engine(
        parsed.set(username="postgres", database=database or parsed.database), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """An empty database of the role zhsq, which is no superuser."""
    name = f"test_{uuid.uuid4().hex}"
    with as_superuser(postgres) as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name} OWNER zhsq"))
    url = sqlalchemy.make_url(postgres).set(username="zhsq", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of either kind: for tests where it matters."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def app(tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle) -> Iterator[FastAPI]:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'serve.db'}", master_key="ab" * 32)
    made = create_app(settings, face=face_bundle, plate=plate_bundle)
    yield made
    made.state.services.close()


@pytest.fixture
def client(app: FastAPI) -> Client:
    """client(role, estate=None) -> a client with a key of that role."""

    def make(role: str = "operator", estate: str | None = None) -> TestClient:
        with app.state.services.database.session() as session:
            key = create(session, f"test {role}", role, estate)
        # The server's own handler answers 500s, as it would in production.
        return TestClient(app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)

    return make


@pytest.fixture
def operator(client: Client) -> TestClient:
    """An operator's client, with the estates 'east' and 'west' made."""
    made = client()
    for estate in ("east", "west"):
        assert made.post("/v1/estates", json={"id": estate, "name": estate}).status_code == 201
    return made
