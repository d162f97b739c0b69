"""Every table. Times are UTC, without zone. A face exists only as an encrypted template of a person who enrolled."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def now() -> datetime:
    """The present, UTC, without zone, as stored."""
    return datetime.now(UTC).replace(tzinfo=None)


def new_id() -> str:
    """A random identifier."""
    return uuid.uuid4().hex


class Base(DeclarativeBase):
    """Metadata of all tables."""


class Estate(Base):
    __tablename__ = "estates"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: Random; with the master key it makes the estate's own template keys. Changing it revokes every template.
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class Subject(Base):
    """A person who enrolled, with consent and another way in."""

    __tablename__ = "subjects"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    #: The estate's own reference (a flat, a membership number); no name is needed here.
    reference: Mapped[str] = mapped_column(String(200))
    consent_purpose: Mapped[str] = mapped_column(String(500))
    consent_evidence: Mapped[str] = mapped_column(String(500))
    consent_expires_at: Mapped[datetime] = mapped_column(DateTime)
    credential_kind: Mapped[str] = mapped_column(String(16))
    credential_reference: Mapped[str] = mapped_column(String(200))
    bundle_sha256: Mapped[str] = mapped_column(String(64))
    template: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class Vehicle(Base):
    __tablename__ = "vehicles"
    __table_args__ = (UniqueConstraint("estate_id", "plate"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    plate: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class ApiKey(Base):
    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(16))
    #: The only estate it may see; None sees all (operator, platform, auditor).
    estate_id: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime)


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


class AuditEntry(Base):
    """One access to personal data or one decision; each entry hashes the one before."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(140))
    action: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(300))
    outcome: Mapped[str] = mapped_column(String(100))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
