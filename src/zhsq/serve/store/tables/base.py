"""What every table shares: its base, the present, identifiers."""

from __future__ import annotations

import uuid

from sqlalchemy import Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from zhsq.serve.store.clock import now

__all__ = ["Base", "new_id", "now"]


def new_id() -> str:
    """A random identifier."""
    return uuid.uuid4().hex


class Base(DeclarativeBase):
    """Metadata of all tables."""


class Versioned:
    """What people edit: the version rises with each change, and tells who was second (`zhsq.serve.api.tags`)."""

    version: Mapped[int] = mapped_column(Integer, default=1)
