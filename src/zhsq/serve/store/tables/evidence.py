"""Pictures that were attached to alerts, and what was last heard of each device."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Float, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, new_id, now


class Picture(Base):
    """A picture of an alert. What is shown has its faces hidden; the picture as it came is kept only where a site says so."""

    __tablename__ = "pictures"
    __table_args__ = (UniqueConstraint("alert_id", "digest"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id"))
    #: 'scene' or 'plate'.
    kind: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime] = mapped_column(DateTime)
    added_at: Mapped[datetime] = mapped_column(DateTime, default=now, index=True)
    actor: Mapped[str] = mapped_column(String(140))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    #: Hidden in what is shown.
    faces: Mapped[int] = mapped_column(Integer)
    #: SHA-256 of the bytes that came: sent twice, it is there once.
    digest: Mapped[str] = mapped_column(String(64))
    #: Of the master key that protects both.
    key_id: Mapped[str] = mapped_column(String(32), index=True)
    #: JPEG, encrypted; read only where it is asked for.
    shown: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    original: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    #: When the original goes; None where none is kept.
    original_until: Mapped[datetime | None] = mapped_column(DateTime, index=True)


class DeviceState(Base):
    """What was last heard of a device, registered or not; times are the events' own, to about a quarter of a minute."""

    __tablename__ = "device_states"
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(100), primary_key=True)
    zone: Mapped[str] = mapped_column(String(100), default="")
    #: Type of its newest event that is no heartbeat; '' where there was none.
    kind: Mapped[str] = mapped_column(String(32), default="")
    last_at: Mapped[datetime] = mapped_column(DateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(DateTime)
    #: What its newest heartbeat said: online, offline or degraded; '' where there was none.
    state: Mapped[str] = mapped_column(String(16), default="")
    battery_pct: Mapped[float | None] = mapped_column(Float)
