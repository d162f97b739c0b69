"""The audit: every access to personal data and every decision, as a chain of hashes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.store.tables import AuditEntry

START = "0" * 64


def record(session: Session, actor: str, action: str, target: str, outcome: str = "done") -> None:
    """Append one entry, in the caller's transaction."""
    last = session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=datetime.now(UTC).isoformat(),
        actor=actor,
        action=action,
        target=target,
        outcome=outcome,
        previous=last.digest if last else START,
    )
    entry.digest = _digest(entry)
    session.add(entry)
    session.flush()


def verify(session: Session) -> int | None:
    """The id of the first entry that was changed, moved, or follows one that is gone; None when the chain holds."""
    previous = START
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.previous != previous or entry.digest != _digest(entry):
            return entry.id
        previous = entry.digest
    return None


def _digest(entry: AuditEntry) -> str:
    body = [entry.at, entry.actor, entry.action, entry.target, entry.outcome, entry.previous]
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()
