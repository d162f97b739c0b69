"""What goes to a platform by GA/T 1400: on which legal basis, and which states of devices it was told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, new_id, now


class LegalBasis(Base):
    """Why one kind of record of an estate may be given to an authority, and for how long. It stays, as proof."""

    __tablename__ = "legal_bases"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    #: 'device-states' or 'vehicle-alerts'; there is no other.
    kind: Mapped[str] = mapped_column(String(32))
    #: Who asks for it.
    authority: Mapped[str] = mapped_column(String(200))
    #: The document: its title and number, and where it is kept.
    document: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[datetime] = mapped_column(DateTime)
    valid_until: Mapped[datetime] = mapped_column(DateTime)
    recorded_by: Mapped[str] = mapped_column(String(140))
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime)


class ToldState(Base):
    """The state of a device that a target was last told, or will be by what waits in the outbox."""

    __tablename__ = "told_states"
    target_id: Mapped[str] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(100), primary_key=True)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"))
    online: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime)
