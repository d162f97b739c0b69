"""What every table shares: its base, the present, identifiers."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy.orm import DeclarativeBase


def now() -> datetime:
    """The present, UTC, without zone, as stored."""
    return datetime.now(UTC).replace(tzinfo=None)


def new_id() -> str:
    """A random identifier."""
    return uuid.uuid4().hex


class Base(DeclarativeBase):
    """Metadata of all tables."""
