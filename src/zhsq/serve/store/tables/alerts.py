"""Events, and the alerts that rules raise from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, new_id, now


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("source", "event_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(32))
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    time: Mapped[datetime] = mapped_column(DateTime, index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class Alert(Base):
    """A proposal with its evidence; a person decides."""

    __tablename__ = "alerts"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    rule: Mapped[str] = mapped_column(String(100))
    severity: Mapped[str] = mapped_column(String(16))
    message: Mapped[dict[str, str]] = mapped_column(JSON)
    dedupe_key: Mapped[str] = mapped_column(String(300), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    #: Events (source and id) that raised it or came while it was open.
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: Who did what and when, oldest first.
    timeline: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(DateTime, default=now)
    #: Event time of the newest evidence.
    last_at: Mapped[datetime] = mapped_column(DateTime)
