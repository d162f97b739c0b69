"""Vehicles that an estate knows, and what each of them is permitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, Versioned, new_id, now


class Vehicle(Versioned, Base):
    __tablename__ = "vehicles"
    __table_args__ = (UniqueConstraint("estate_id", "plate"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    plate: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class Permit(Versioned, Base):
    """From when until when a vehicle may pass, at which gates and at which hours. A vehicle may have several."""

    __tablename__ = "permits"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[datetime] = mapped_column(DateTime)
    #: None: until it is taken back.
    valid_until: Mapped[datetime | None] = mapped_column(DateTime, index=True)
    #: Names of gates or zones; none: everywhere.
    gates: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Hours of the day as `zhsq.serve.alerting.rules.conditions.During`; none: at any hour.
    hours: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)
