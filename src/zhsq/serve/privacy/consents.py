"""Consents: given, renewed, withdrawn; which hold decides who may be matched, in the transaction of the decision."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Consent, Subject, Template, now

#: From so many people with stored face data on, a filing is due within 30 working days (Measures for the Security
#: Management of the Application of Facial Recognition Technology of China, in force 2025-06-01).
FILING_THRESHOLD = 100_000
#: Crockford's base 32: no letter that is taken for a digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: 16 characters of 5 bits: nothing to guess, and short enough to type.
CODE_LENGTH = 16


@dataclass(frozen=True)
class Terms:
    """What is agreed to.

    Attributes:
        purpose: what the face is used for, nothing else.
        evidence: where the proof is.
        expires_at: UTC without zone.
        under_14: whether the person is a child for whom a guardian must consent.
        guardian: who that is; '' for everyone else.
    """

    purpose: str
    evidence: str
    expires_at: datetime
    under_14: bool = False
    guardian: str = ""

    def check(self, at: datetime) -> None:
        """Refuse what is no consent at `at`.

        Raises:
            ProblemError: empty, ended, or a child's without a guardian.
        """
        if not self.purpose.strip() or not self.evidence.strip():
            raise ProblemError("consent-required", "A consent needs its purpose and its evidence.")
        if self.expires_at <= at:
            raise ProblemError("consent-required", "The consent has expired.")
        if self.under_14 and not self.guardian.strip():
            raise ProblemError("guardian-required", "Name the parent or guardian who consents, and how it is proved.")
        if self.guardian.strip() and not self.under_14:
            raise ProblemError("guardian-required", "A guardian consents for a child under 14 alone: say under_14.")


def give(session: Session, estate: str, subject: str, terms: Terms, code: str = "") -> Consent:
    """Record a consent, in the caller's transaction.

    Args:
        session: of the transaction.
        estate: its id.
        subject: whose it is.
        terms: what is agreed to.
        code: that the resident keeps; '' for none.

    Raises:
        ProblemError: see `Terms.check`.
    """
    at = now()
    terms.check(at)
    consent = Consent(
        estate_id=estate,
        subject_id=subject,
        purpose=terms.purpose.strip(),
        evidence=terms.evidence.strip(),
        guardian=terms.guardian.strip() or None,
        given_at=at,
        expires_at=terms.expires_at,
        code_digest=code_digest(code) if code else None,
    )
    session.add(consent)
    return consent


def holding(at: datetime) -> ColumnElement[bool]:
    """The condition on `Consent` that it holds at `at`."""
    return and_(Consent.withdrawn_at.is_(None), Consent.expires_at > at)


def holds(session: Session, subject: str, at: datetime) -> bool:
    """Whether a subject is there and has a consent that holds: asked in the transaction of every match."""
    query = select(Subject.id).join(Consent, Consent.subject_id == Subject.id)
    return session.scalar(query.where(Subject.id == subject, holding(at)).limit(1)) is not None


def ends(session: Session, subjects: Sequence[str], at: datetime) -> dict[str, datetime]:
    """When the last consent of each of these people ends; who has none that holds at `at` is left out."""
    query = select(Consent.subject_id, func.max(Consent.expires_at)).where(
        Consent.subject_id.in_(subjects), holding(at)
    )
    return dict(session.execute(query.group_by(Consent.subject_id)).tuples().all())


def ended(at: datetime) -> ColumnElement[bool]:
    """The condition on `Subject` that no consent of theirs holds at `at`: they are to be erased."""
    return ~exists().where(Consent.subject_id == Subject.id, holding(at))


def stored_people(session: Session, estate: str | None = None) -> int:
    """How many people have a template in the store, those to be erased too; of all estates where none is named.

    Who enrolled in two estates counts twice: templates of two estates can't be linked.
    """
    query = select(func.count(Template.subject_id.distinct()))
    return session.scalar(query if estate is None else query.where(Template.estate_id == estate)) or 0


def withdraw(session: Session, subject: str) -> datetime:
    """End every consent of a subject now, in the caller's transaction; again changes nothing. Returns when it ended."""
    at = now()
    mine = session.scalars(select(Consent).where(Consent.subject_id == subject)).all()
    for consent in mine:
        if consent.withdrawn_at is None and consent.expires_at > at:
            consent.withdrawn_at = at
    return max((consent.withdrawn_at for consent in mine if consent.withdrawn_at), default=at)


def new_code() -> str:
    """A random code as people read it: four groups of four, 80 bits."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(drawn[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def code_digest(code: str) -> str:
    """What is stored of a code. Case, spaces and hyphens don't matter, nor I and L for 1 and O for 0."""
    plain = "".join(code.upper().split()).replace("-", "").translate(str.maketrans("ILO", "110"))
    return hashlib.sha256(plain.encode()).hexdigest()
