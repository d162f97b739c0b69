"""The audit chain and its signed head."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from zhsq.serve.store.tables.base import Base


class AuditEntry(Base):
    """One access to personal data or one decision; each entry hashes the one before."""

    __tablename__ = "audit"
    #: Given by the writer, which holds the chain: ids follow the order of commits.
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(140))
    action: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(300))
    outcome: Mapped[str] = mapped_column(String(100))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The newest entry, signed: without it, the end of the chain could be cut off unseen. One row."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entry: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    #: HMAC-SHA256 over entry and digest, by a key that the database does not hold.
    mac: Mapped[str] = mapped_column(String(64))
