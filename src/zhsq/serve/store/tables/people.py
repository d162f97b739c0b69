"""People who enrolled. A face exists only as an encrypted template."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, new_id, now


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
