"""Two requests that make the same thing at the same moment, on PostgreSQL, where both may look before either stores."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from zhsq.serve.security.keys import create
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate, Vehicle


@pytest.fixture
def app(postgres_url: str, opened) -> FastAPI:
    return opened(postgres_url)


def waits(database: Database) -> bool:
    """Whether a transaction waits for another's end."""
    with database.session() as session:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(session.scalar(text(query)))


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k1"}])
def test_who_comes_second_by_a_moment_hears_of_a_conflict(app: FastAPI, headers: dict[str, str]) -> None:
    database = app.state.services.database
    with database.session() as session:
        key = create(session, "t", "operator", None)
        session.add(Estate(id="east", name="east", salt=bytes(32)))
    client = TestClient(app, headers={"X-API-Key": key, **headers}, raise_server_exceptions=False)
    with ThreadPoolExecutor(1) as pool:
        with database.session() as session:
            session.add(Vehicle(estate_id="east", plate="皖A12345"))
            session.flush()  # stored, and seen by nobody else yet
            asked = pool.submit(client.post, "/v1/estates/east/vehicles", json={"plate": "皖A12345"})
            end = time.monotonic() + 30
            while not waits(database) and time.monotonic() < end:
                time.sleep(0.01)
        done = asked.result()
    assert (done.status_code, done.json()["code"]) == (409, "conflict"), done.text
    assert "INSERT" not in done.text and "皖A12345" not in done.text, "nothing of the statement is told"
    with database.session() as session:
        assert session.scalars(select(Vehicle.plate)).all() == ["皖A12345"]
    again = client.post("/v1/estates/east/vehicles", json={"plate": "皖A12345"})
    assert again.status_code == 409 and "registered already" in again.json()["detail"]
