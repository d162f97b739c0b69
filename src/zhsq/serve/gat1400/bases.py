"""Legal bases: which kind of record may go to a platform at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from zhsq.serve.store.tables import LegalBasis

#: Every kind of record that can be pushed. There is none for people, faces or pictures, and none can be recorded.
RecordKind = Literal["device-states", "vehicle-alerts"]


def in_force(at: datetime) -> ColumnElement[bool]:
    """The condition that a basis holds at a time."""
    revoked = LegalBasis.revoked_at
    return and_(LegalBasis.valid_from <= at, at < LegalBasis.valid_until, or_(revoked.is_(None), revoked > at))


def holds(session: Session, estate: str | None, kind: RecordKind, at: datetime) -> bool:
    """Whether a record of this kind of an estate may be pushed.

    Args:
        session: to read in.
        estate: whose record.
        kind: of record.
        at: UTC.
    """
    query = select(LegalBasis.id).where(LegalBasis.estate_id == estate, LegalBasis.kind == kind, in_force(at))
    return session.scalar(query.limit(1)) is not None
