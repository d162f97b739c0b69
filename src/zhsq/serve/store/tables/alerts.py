"""Events, the alerts that rules raise from them, and their delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, Versioned, new_id, now

_LIVE = text("state IN ('open', 'acknowledged')")


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        Index("ix_events_estate_type_time", "estate_id", "type", "time"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(32))
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"))
    time: Mapped[datetime] = mapped_column(DateTime, index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class Arrival(Base):
    """Events of one commit that await evaluation by the process that has their estate; gone when that is done."""

    __tablename__ = "arrivals"
    __table_args__ = (Index("ix_arrivals_estate_id_id", "estate_id", "id"),)
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"))
    #: Identifiers, in the order in which the events came.
    events: Mapped[list[int]] = mapped_column(JSON)


class Alert(Base):
    """A proposal with its evidence; a person decides."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_dedupe_key_last_at", "dedupe_key", "last_at"),
        # One live alert per key, whichever process raises it.
        Index("ux_alerts_live", "dedupe_key", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    rule: Mapped[str] = mapped_column(String(100))
    severity: Mapped[str] = mapped_column(String(16))
    message: Mapped[dict[str, str]] = mapped_column(JSON)
    dedupe_key: Mapped[str] = mapped_column(String(300))
    device: Mapped[str] = mapped_column(String(100), default="")
    zone: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[str] = mapped_column(String(16), index=True)
    #: Rises with each change by a person or the clock; new evidence leaves it as it is.
    version: Mapped[int] = mapped_column(Integer, default=1)
    #: Events that raised it or came while it was live.
    events: Mapped[int] = mapped_column(Integer, default=1)
    #: The role that is to handle it.
    assigned_to: Mapped[str] = mapped_column(String(16), default="guard")
    #: The rule's escalation as it was when the alert opened: a list of after_s, to, severity.
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: Steps of the ladder that were taken.
    escalations: Mapped[int] = mapped_column(Integer, default=0)
    #: When the next is due; None where none is.
    escalate_at: Mapped[datetime | None] = mapped_column(DateTime, index=True)
    #: 'true' or 'false', as a person judged it.
    verdict: Mapped[str | None] = mapped_column(String(8))
    opened_at: Mapped[datetime] = mapped_column(DateTime, default=now)
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime)
    #: Event time of the newest evidence.
    last_at: Mapped[datetime] = mapped_column(DateTime)


class AlertStep(Base):
    """Who did what with an alert and when. The identifiers rise: a live stream resumes behind the last one it had."""

    __tablename__ = "alert_steps"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id"), index=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"))
    at: Mapped[datetime] = mapped_column(DateTime, default=now)
    action: Mapped[str] = mapped_column(String(16))
    #: The alert's, after the step.
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(String(140))
    note: Mapped[str] = mapped_column(String(2000), default="")


class AlertLink(Base):
    """An event that an alert rests on. It may be gone by retention while the alert stays."""

    __tablename__ = "alert_links"
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"))
    source: Mapped[str] = mapped_column(String(200), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)


class Heard(Base):
    """When a rule about silence last heard of a key; kept so that a device that fell silent is missed after a restart."""

    __tablename__ = "heard"
    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: The key's parts, joined by '|'.
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"))
    #: Seconds since 1970, UTC, of the event's own time.
    at: Mapped[float] = mapped_column(Float)


class Target(Versioned, Base):
    """Where alerts are delivered to: by signed webhook, or by GA/T 1400."""

    __tablename__ = "targets"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    #: 'webhook' or 'gat1400'.
    kind: Mapped[str] = mapped_column(String(16), default="webhook")
    #: What its kind needs beside; of GA/T 1400: `zhsq.serve.gat1400.options`.
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: The only estate whose alerts it gets; None gets those of all.
    estate_id: Mapped[str | None] = mapped_column(ForeignKey("estates.id"))
    #: The least severity that it gets.
    severity: Mapped[str] = mapped_column(String(16))
    #: Encrypted under the master key: it signs webhooks; of GA/T 1400 it is the password.
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    #: Messages a second at most, in catch-up as ever.
    rate_per_s: Mapped[float] = mapped_column(Float, default=20.0)
    enabled: Mapped[bool] = mapped_column(default=True)
    #: Attempts since it last answered; it rests until `rests_until` when it does not.
    failures: Mapped[int] = mapped_column(Integer, default=0)
    rests_until: Mapped[datetime | None] = mapped_column(DateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    #: The one process that delivers to it, and until when it has said that it lives.
    lease_by: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(DateTime)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class Delivery(Base):
    """A message in the outbox, written in the transaction of the change that it tells of."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("target_id", "message_id"),
        Index("ix_deliveries_queue", "target_id", "state", "priority", "id"),
        Index("ix_deliveries_alert", "target_id", "alert_id", "id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    target_id: Mapped[str] = mapped_column(ForeignKey("targets.id"))
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"))
    #: None for the state of a device.
    alert_id: Mapped[str | None] = mapped_column(ForeignKey("alerts.id"))
    #: Of the webhook; stays the same however often it is sent.
    message_id: Mapped[str] = mapped_column(String(80))
    #: 0 is the most pressing.
    priority: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: pending, delivered or dead.
    state: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(DateTime, default=now)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)
    delivered_at: Mapped[datetime | None] = mapped_column(DateTime)
