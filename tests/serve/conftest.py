"""A real app on a real SQLite file, with real bundles; a client per role. A real PostgreSQL: `zhsq_testing.postgres`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from zhsq.models.bundle import Bundle
from zhsq.serve.app import create_app
from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings

Client = Callable[..., TestClient]
Opened = Callable[[str], FastAPI]


@pytest.fixture
def opened(face_bundle: Bundle, plate_bundle: Bundle) -> Iterator[Opened]:
    """opened(url) -> a further app on that database, as another process with its secrets would open it; closed at the end."""
    made: list[FastAPI] = []

    def another(url: str) -> FastAPI:
        settings = Settings(database_url=url, master_key="ab" * 32, audit_key="cd" * 32)
        made.append(create_app(settings, face=face_bundle, plate=plate_bundle))
        return made[-1]

    yield another
    for app in made:
        app.state.services.close()


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
