"""People who enrolled, and what each of them agreed to. A face exists only as an encrypted template."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, Versioned, new_id, now


class Subject(Versioned, Base):
    """A person who enrolled, with another way in. The row goes when the consent ends."""

    __tablename__ = "subjects"
    __table_args__ = (Index("ix_subjects_newest", "estate_id", "created_at", "id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    #: The estate's own reference (a flat, a membership number); no name is needed here.
    reference: Mapped[str] = mapped_column(String(200))
    credential_kind: Mapped[str] = mapped_column(String(16))
    credential_reference: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class Template(Base):
    """A protected, encrypted face template of a subject."""

    __tablename__ = "templates"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    bundle_sha256: Mapped[str] = mapped_column(String(64))
    #: Of the key that protects it; '' where it was written before keys had identifiers.
    key_id: Mapped[str] = mapped_column(String(32), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class Consent(Base):
    """What a person agreed to, and when it ended. It outlives the subject, as proof, until its own retention ends."""

    __tablename__ = "consents"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    #: No foreign key: the subject is erased before its consent's record is.
    subject_id: Mapped[str] = mapped_column(String(32), index=True)
    purpose: Mapped[str] = mapped_column(String(500))
    #: Where the proof is (a signed form, the wording on the page): a reference, not a copy.
    evidence: Mapped[str] = mapped_column(String(500))
    #: Who consented for a child under 14; None for everyone else. No age is kept.
    guardian: Mapped[str | None] = mapped_column(String(200))
    given_at: Mapped[datetime] = mapped_column(DateTime)
    expires_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime)
    #: sha256 of the code that the resident holds to see the own record and to withdraw.
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)


class Erasure(Base):
    """The receipt of an erasure. It names nobody: the subject's identifier was random, and what it stood for is gone."""

    __tablename__ = "erasures"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    subject_id: Mapped[str] = mapped_column(String(32), index=True)
    erased_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    #: The receipt as canonical JSON, and its sha256, which the audit has, too.
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class Invitation(Base):
    """A link with a code, used once, by which one resident may enrol on their own phone."""

    __tablename__ = "invitations"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    estate_id: Mapped[str] = mapped_column(ForeignKey("estates.id"), index=True)
    reference: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(500))
    credential_kind: Mapped[str] = mapped_column(String(16))
    credential_reference: Mapped[str] = mapped_column(String(200))
    #: When a consent given by it ends.
    consent_expires_at: Mapped[datetime] = mapped_column(DateTime)
    #: sha256 of the code.
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)
    #: When the code ends.
    expires_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime)
