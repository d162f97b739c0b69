"""Invitations: a code that property staff give to one resident, used once, by which they enrol on their own phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.privacy.consents import code_digest, holds, new_code
from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Consent, Invitation, now

State = Literal["invited", "enrolled", "ended"]


@dataclass(frozen=True)
class Holder:
    """Who holds a code: someone who may enrol, or someone who did.

    Attributes:
        state: 'invited' (may enrol), 'enrolled' (a consent holds), 'ended' (withdrawn or expired).
        estate: whose.
        invitation: of who may enrol.
        subject: of who did.
    """

    state: State
    estate: str
    invitation: Invitation | None = None
    subject: str = ""

    @property
    def actor(self) -> str:
        """As it stands in the audit."""
        known = self.invitation.id if self.invitation else self.subject
        return f"resident:{'invitation' if self.invitation else 'subject'}:{known[:8]}"


def invite(session: Session, invitation: Invitation) -> str:
    """Store an invitation, in the caller's transaction, and return its code, which can't be shown again."""
    code = new_code()
    invitation.code_digest = code_digest(code)
    session.add(invitation)
    session.flush()
    return code


def holder(session: Session, code: str) -> Holder | None:
    """Who holds a code; None where it is unknown, or an invitation that was used or ran out."""
    digest, at = code_digest(code), now()
    invitation = session.scalar(select(Invitation).where(Invitation.code_digest == digest))
    if invitation is not None:
        usable = invitation.used_at is None and invitation.expires_at > at
        return Holder("invited", invitation.estate_id, invitation) if usable else None
    consent = session.scalar(select(Consent).where(Consent.code_digest == digest))
    if consent is None:
        return None
    held = holds(session, consent.subject_id, at)
    return Holder("enrolled" if held else "ended", consent.estate_id, subject=consent.subject_id)


def use(session: Session, invitation_id: str, at: datetime) -> Invitation:
    """Use an invitation up, in the transaction that enrols.

    Raises:
        ProblemError: another call did meanwhile, or it ran out.
    """
    query = select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    invitation = session.scalars(query.execution_options(populate_existing=True)).one()
    if invitation.used_at is not None or invitation.expires_at <= at:
        raise ProblemError("conflict", "The invitation was used already, or has run out.")
    invitation.used_at = at
    return invitation
