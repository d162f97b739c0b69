"""Steps of alerts, numbered in the order in which they are committed: a live stream resumes behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from zhsq.serve.store import bulk
from zhsq.serve.store.tables import AlertStep

_LOCK = 0x7A687373  # PostgreSQL's advisory lock of those who write steps


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Append steps. Once in a transaction, behind its changes of alerts.

    PostgreSQL hands out a number when a row is written, not when it is committed: without the lock, which is held until
    then, a reader could see a number before a lower one, and never come back for that. Whoever has the lock waits for no
    alert any more, so that nobody who changed one and waits for the lock waits for ever.

    Args:
        session: the transaction.
        rows: values of all columns but the number.
    """
    if rows and session.get_bind().dialect.name == "postgresql":  # SQLite's transactions write one at a time
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    bulk.insert(session, AlertStep, rows)
