"""A store with one estate, and ways to put alerts and events into it at given times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, Device, Estate, Event, new_id

START = datetime(2026, 10, 1)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """On SQLite; a test that asks for `database_url` runs on PostgreSQL, too."""
    both = "database_url" in request.fixturenames
    made = Database(request.getfixturevalue("database_url") if both else f"sqlite:///{tmp_path / 's.db'}", b"k" * 32)
    with made.session() as session:
        for name in ("east", "west"):
            session.add(Estate(id=name, name=name, salt=bytes(32)))
    yield made
    made.close()


@pytest.fixture
def alert(store: Database) -> Callable[..., None]:
    """alert(opened_s, ack_s, closed_s, verdict, ...): seconds after START; None for what did not happen."""

    def put(
        opened: float, ack: float | None = None, closed: float | None = None, verdict: str | None = None, **more: Any
    ) -> None:
        moments = [None if s is None else START + timedelta(seconds=s) for s in (opened, ack, closed)]
        state = "open"
        if closed is not None:
            state = "dismissed" if verdict == "false" else "resolved"
        elif ack is not None:
            state = "acknowledged"
        row: dict[str, Any] = {"estate_id": "east", "rule": "smoke", "severity": "major", "device": "d1", **more}
        with store.session() as session:
            session.add(
                Alert(
                    **row, message={"en": "x", "zh": "x"}, dedupe_key=new_id(), state=state, verdict=verdict,
                    opened_at=moments[0], acknowledged_at=moments[1], closed_at=moments[2], last_at=moments[0],
                )
            )  # fmt: skip

    return put


@pytest.fixture
def sign(store: Database) -> Callable[..., None]:
    """sign(device, *minutes, kind, state): events of a device, minutes after START."""

    def put(device: str, *minutes: float, kind: str = "heartbeat", state: str = "online", estate: str = "east") -> None:
        with store.session() as session:
            for minute in minutes:
                data = {"estate": estate, "device": device, "state": state}
                at = START + timedelta(minutes=minute)
                session.add(Event(source="/t", event_id=new_id(), type=kind, estate_id=estate, time=at, data=data))

    return put


@pytest.fixture
def register(store: Database) -> Callable[[str, float], None]:
    def put(device: str, minute: float) -> None:
        with store.session() as session:
            created = START + timedelta(minutes=minute)
            session.add(Device(estate_id="east", name=device, liveness="off", quality="advise", created_at=created))

    return put
