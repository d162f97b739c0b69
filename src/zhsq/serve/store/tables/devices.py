"""Devices that send probes, and what is asked of a probe of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, Versioned, new_id, now


class Device(Versioned, Base):
    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("estate_id", "name"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    #: What it is, one of `zhsq.serve.api.devices.DeviceKind`.
    kind: Mapped[str] = mapped_column(String(16), default="other")
    #: 'off', or 'required': a probe that is not of a live face matches nobody.
    liveness: Mapped[str] = mapped_column(String(16))
    #: 'advise': reasons are told; 'require': a probe with a reason matches nobody.
    quality: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)
