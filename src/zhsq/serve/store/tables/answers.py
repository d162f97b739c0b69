"""Answers that are kept for a day, so that a request which is sent again is answered again and not done again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base, new_id, now


class KeptAnswer(Base):
    """A request with an idempotency key that was carried out, and its answer. It tells nothing without the master key."""

    __tablename__ = "kept_answers"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    #: sha256 over the caller and the key.
    name: Mapped[str] = mapped_column(String(64), unique=True)
    #: Digest of the request, encrypted: the digest of a plate alone could be guessed.
    request: Mapped[bytes] = mapped_column(LargeBinary)
    #: Of the attempt that carried it out; '' once its answer may not be kept any more.
    attempt: Mapped[str] = mapped_column(String(32), default=new_id)
    started_at: Mapped[datetime] = mapped_column(DateTime, default=now, index=True)
    #: Set in the transaction that carried it out.
    done_at: Mapped[datetime | None] = mapped_column(DateTime)
    #: Encrypted; None while it is on its way, and once what it tells of is gone.
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)


class KeptAnswerThing(Base):
    """What a kept answer tells of: when that goes, the answer goes with it."""

    __tablename__ = "kept_answer_things"
    answer_id: Mapped[str] = mapped_column(ForeignKey("kept_answers.id", ondelete="CASCADE"), primary_key=True)
    thing_id: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
