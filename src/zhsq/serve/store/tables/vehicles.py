"""Vehicles that an estate knows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, UniqueConstraint
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
