"""What an estate's gallery must be: how often it changed, how many templates, and their checksum."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base


class GalleryState(Base):
    """Kept in the transaction of each change, by `zhsq.serve.store.galleries`."""

    __tablename__ = "gallery_states"
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id", ondelete="CASCADE"), primary_key=True)
    generation: Mapped[int] = mapped_column(Integer, default=0)
    templates: Mapped[int] = mapped_column(Integer, default=0)
    #: Sum of the templates' fingerprints modulo 2**256, 64 hex digits.
    checksum: Mapped[str] = mapped_column(String(64), default="0" * 64)
