"""Several serving processes on one PostgreSQL: what one of them is told, the others know at the next request."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from zhsq.data.registry import DataSet
from zhsq.models.bundle import Bundle
from zhsq.serve.security.audit import verify
from zhsq.serve.security.keys import create
from zhsq.serve.server import listen
from zhsq.serve.store.database import Database


@pytest.fixture
def apps(postgres_url: str, opened) -> list[FastAPI]:
    """Two apps that share nothing but the database and its secrets."""
    return [opened(postgres_url) for _ in range(2)]


@pytest.fixture
def clients(apps: list[FastAPI]) -> Callable[[str, str | None], list[TestClient]]:
    """One key, a client of each app."""

    def make(role: str, estate: str | None = None) -> list[TestClient]:
        with apps[0].state.services.database.session() as session:
            key = create(session, role, role, estate)
        return [TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False) for app in apps]

    return make


@pytest.fixture
def estates(clients) -> None:
    one, _ = clients("operator")
    for name in ("east", "west"):
        assert one.post("/v1/estates", json={"id": name, "name": name}).status_code == 201


def photo(lfw: DataSet, name: str, number: int) -> bytes:
    return (lfw.root / "lfw-deepfunneled" / name / f"{name}_{number:04d}.jpg").read_bytes()


def enrol(client: TestClient, image: bytes) -> str:
    form = {
        "reference": "building 3, flat 502",
        "consent_purpose": "entry",
        "consent_evidence": "form 118",
        "consent_expires_at": (datetime.now(UTC) + timedelta(days=365)).isoformat(),
        "credential_kind": "card",
        "credential_reference": "card 7731",
    }
    done = client.post("/v1/estates/east/subjects", data=form, files={"image": ("a.jpg", image)})
    assert done.status_code == 201, done.text
    subject: str = done.json()["subject"]
    return subject


def identify(client: TestClient, image: bytes) -> tuple[str, str | None]:
    done = client.post("/v1/estates/east/faces/identify", files={"image": ("b.jpg", image)})
    assert done.status_code == 200, done.text
    return done.json()["decision"], done.json()["subject"]


@pytest.mark.data
def test_who_enrols_at_one_server_is_known_at_the_other_and_who_is_erased_is_not(apps, clients, estates, lfw) -> None:
    first, second = photo(lfw, "Abel_Pacheco", 1), photo(lfw, "Abel_Pacheco", 4)
    one, other = clients("property", "east")
    assert identify(other, second) == ("unknown", None)
    subject = enrol(one, first)
    assert identify(other, second) == ("match", subject)
    assert one.delete(f"/v1/estates/east/subjects/{subject}").status_code == 200
    assert identify(other, second) == ("unknown", None)
    with apps[1].state.services.database.session() as session:
        assert verify(session) is None


@pytest.mark.data
def test_templates_that_were_changed_past_the_api_are_not_searched(apps, clients, estates, lfw) -> None:
    image = photo(lfw, "Abel_Pacheco", 1)
    one, other = clients("property", "east")
    enrol(one, image)
    with apps[0].state.services.database.session() as session:
        session.execute(text("DELETE FROM templates"))
    done = other.post("/v1/estates/east/faces/identify", files={"image": ("b.jpg", image)})
    assert (done.status_code, done.json()["code"]) == (503, "gallery-mismatch")


def test_a_vehicle_of_one_server_matches_at_the_other_in_its_own_estate_only(clients, estates) -> None:
    from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate

    one, other = clients("guard", "west")
    at_east = clients("property", "east")

    def match(client: TestClient, estate: str) -> str:
        files = {"image": ("p.jpg", jpeg(plate()))}
        done = client.post("/v1/plates/match", data={"estate": estate}, files=files)
        return done.json().get("decision", done.json().get("code"))

    assert (match(one, "west"), match(at_east[1], "east")) == ("unknown", "unknown")
    assert at_east[0].post("/v1/estates/east/vehicles", json={"plate": PLATE_TEXT}).status_code == 201
    # A caller of the west makes the other server look first: the register of the east must not miss the change.
    assert match(other, "west") == "unknown"
    assert match(at_east[1], "east") == "match"
    assert match(other, "east") == "not-found"


def test_a_real_server_starts_on_postgresql_by_one_setting_and_stops_when_told(
    postgres_url: str, tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle
) -> None:
    secrets = {"ZHSQ_SERVE_MASTER_KEY": "ab" * 32, "ZHSQ_SERVE_AUDIT_KEY": "cd" * 32}
    bundles = {"ZHSQ_SERVE_FACE_BUNDLE": str(face_bundle.path), "ZHSQ_SERVE_PLATE_BUNDLE": str(plate_bundle.path)}
    environment = {**os.environ, "ZHSQ_DATABASE_URL": postgres_url, **secrets, **bundles}
    with listen("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
    command = [sys.executable, "-m", "zhsq.cli", "serve", "--port", str(port)]
    log = tmp_path / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        while not _live(port):
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        database = Database(postgres_url, bytes.fromhex("cd" * 32))
        with database.session() as session:
            key = create(session, "k", "operator", None)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"X-API-Key": key}) as client:
            assert client.post("/v1/estates", json={"id": "east", "name": "东"}).status_code == 201
            assert client.get("/v1/estates").json()["items"] == [{"id": "east", "name": "东"}]
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        with database.session() as session:
            assert verify(session) is None
        database.close()
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    lines = log.read_text()
    assert "Application shutdown complete" in lines
    assert '"route": "/v1/estates"' in lines and key not in lines and "东" not in lines


def _live(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
    except httpx.TransportError:
        return False
