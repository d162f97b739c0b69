"""What every table shares: its base, the present, identifiers."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import DeclarativeBase

from zhsq.serve.store.clock import now

__all__ = ["Base", "new_id", "now"]


def new_id() -> str:
    """A random identifier."""
    return uuid.uuid4().hex


class Base(DeclarativeBase):
    """Metadata of all tables."""
