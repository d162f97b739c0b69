"""Erasure with a receipt that can be checked later."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, computed_field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq.serve.privacy.consents import withdraw
from zhsq.serve.security.audit import record
from zhsq.serve.store.scope import everywhere
from zhsq.serve.store.tables import AuditEntry, Consent, Erasure, Subject, Template, new_id, now

Reason = Literal["withdrawn", "expired", "asked"]
#: What an erasure is called in the audit.
ACTION = "subject.erase"


class ErasureReceipt(BaseModel):
    """What was erased, when and why. `digest` is the sha256 of all other fields as canonical JSON (sorted keys, no spaces)."""

    id: str = Field(examples=["9d2c4e6f815f0c2b9e7d3a4c1f8e6b0a"])
    subject: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    estate: str = Field(examples=["east"])
    reason: Reason
    consent_ended_at: str = Field(
        description="UTC; when the consent was withdrawn or ran out, or the erasure asked for",
        examples=["2026-11-26T08:00:00Z"],
    )
    erased_at: str = Field(description="UTC", examples=["2026-11-26T09:00:00Z"])
    templates_erased: list[str] = Field(description="sha256 of each encrypted template", examples=[["6ca1…"]])
    templates_left: int = Field(description="counted after the erasure", examples=[0])
    images_left: int = Field(description="0: no image is ever stored", examples=[0])
    digest: str = Field(examples=["b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"])


class ReceiptCheck(BaseModel):
    """What a check of a receipt found."""

    digest_matches: bool = Field(description="the receipt is as it was made")
    in_audit: bool = Field(description="the audit has its digest")
    nothing_left: bool = Field(description="looked again: neither the person nor a template is in the store")

    @computed_field(description="all three")  # type: ignore[prop-decorator] # as pydantic's guide has it
    @property
    def holds(self) -> bool:
        return self.digest_matches and self.in_audit and self.nothing_left


def erase(session: Session, subject: Subject, reason: Reason, actor: str) -> ErasureReceipt:
    """Erase a person with their templates, in the caller's transaction; what is left is counted after looking.

    The records of consent stay until their own retention ends: they prove that what was done was allowed.
    """
    at = now()
    ended_at = _ended_at(session, subject.id) if reason != "asked" else at
    withdraw(session, subject.id)
    templates = session.scalars(select(Template).where(Template.subject_id == subject.id)).all()
    erased = sorted(hashlib.sha256(template.sealed).hexdigest() for template in templates)
    for template in templates:
        session.delete(template)
    session.flush()
    session.delete(subject)
    session.flush()
    body: dict[str, Any] = {
        "id": new_id(),
        "subject": subject.id,
        "estate": subject.estate_id,
        "reason": reason,
        "consent_ended_at": f"{ended_at.isoformat()}Z",
        "erased_at": f"{at.isoformat()}Z",
        "templates_erased": erased,
        "templates_left": _left(session, subject.id),
        "images_left": 0,  # there is no place where one could be: enrolment decodes in memory and stores no image
    }
    text = _canonical(body)
    digest = hashlib.sha256(text.encode()).hexdigest()
    session.add(
        Erasure(
            id=body["id"], estate_id=subject.estate_id, subject_id=subject.id, erased_at=at, body=text, digest=digest
        )
    )
    record(session, actor, ACTION, f"{subject.estate_id}/{subject.id}", f"receipt {digest}")
    return ErasureReceipt(**body, digest=digest)


def receipt(erasure: Erasure) -> ErasureReceipt:
    """A stored receipt."""
    return ErasureReceipt(**json.loads(erasure.body), digest=erasure.digest)


def check(session: Session, shown: ErasureReceipt) -> ReceiptCheck:
    """Check a receipt: against itself, against the audit, and by looking into the store again."""
    digest = hashlib.sha256(_canonical(shown.model_dump(exclude={"digest"})).encode()).hexdigest()
    target = f"{shown.estate}/{shown.subject}"
    entry = select(func.count()).where(
        AuditEntry.action == ACTION, AuditEntry.target == target, AuditEntry.outcome == f"receipt {shown.digest}"
    )
    with everywhere(session):  # the audit belongs to no estate; the target names this one
        in_audit = bool(session.scalar(entry))
    return ReceiptCheck(
        digest_matches=digest == shown.digest,
        in_audit=in_audit,
        nothing_left=session.get(Subject, shown.subject) is None and _left(session, shown.subject) == 0,
    )


def _left(session: Session, subject: str) -> int:
    return session.scalar(select(func.count()).where(Template.subject_id == subject)) or 0


def _ended_at(session: Session, subject: str) -> datetime:
    consents = session.scalars(select(Consent).where(Consent.subject_id == subject))
    return max((min(c.withdrawn_at or c.expires_at, c.expires_at) for c in consents), default=now())


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
