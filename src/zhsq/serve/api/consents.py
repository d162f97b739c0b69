"""Consents of people who enrolled: listed, renewed, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, tagged
from zhsq.serve.api.templates import Enrolling
from zhsq.serve.matching.claims import enrolled
from zhsq.serve.privacy import consents
from zhsq.serve.privacy.consents import Terms
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Consent, now
from zhsq.serve.times import Utc, utc

router = Router()
Checking = Annotated[Caller, Depends(require("property", "operator", "platform", "auditor"))]
ConsentState = Literal["holds", "ended"]


class ConsentCreate(BaseModel):
    purpose: str = Field(min_length=1, max_length=500, examples=["刷脸进出小区大门"])
    evidence: str = Field(min_length=1, max_length=500, examples=["signed form 2026-117"])
    expires_at: datetime = Field(examples=["2027-12-31T16:00:00Z"])
    under_14: bool = False
    guardian: str = Field(default="", max_length=200, examples=[""])


class ConsentPublic(BaseModel):
    id: str = Field(examples=["9d2c4e6f815f0c2b9e7d3a4c1f8e6b0a"])
    subject: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    purpose: str = Field(examples=["刷脸进出小区大门"])
    evidence: str = Field(examples=["signed form 2026-117"])
    guardian: str | None = Field(description="who consented for a child under 14", examples=[None])
    given_at: Utc
    expires_at: Utc
    withdrawn_at: Utc | None = Field(examples=[None])
    state: ConsentState


class Withdrawal(BaseModel):
    subject: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    withdrawn_at: Utc = Field(description="UTC; from then on nothing matches")
    erased_by: str = "the next run of the jobs, which leaves a receipt"


@router.get("/estates/{estate}/subjects/{subject_id}/consents")
def list_consents(
    estate: str,
    subject_id: str,
    who: Checking,
    shared: ServicesDep,
    asked: PagingDep,
    state: ConsentState | None = None,
) -> Page[ConsentPublic]:
    """The consents of a person, newest first. They outlive the person as proof, until their own retention ends."""
    may_see(who, estate)
    query = select(Consent).where(Consent.estate_id == estate, Consent.subject_id == subject_id)
    if state is not None:
        query = query.where(consents.holding(now()) if state == "holds" else ~consents.holding(now()))
    with shared.database.session() as session:
        shared.estate(session, estate)
        record(session, who.actor, "consent.list", f"{estate}/{subject_id}")
        return asked.page(session, query, [Consent.given_at, Consent.id], _consent, descending=True)


@router.post(
    "/estates/{estate}/subjects/{subject_id}/consents",
    status_code=201,
    dependencies=[ONCE],
    responses=may_raise("conflict", "consent-required", "guardian-required"),
)
def renew_consent(
    estate: str,
    subject_id: str,
    body: ConsentCreate,
    who: Enrolling,
    shared: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> ConsentPublic:
    """A further consent of someone whose consent still holds; the former record stays.

    If-Match takes the ETag of the person: two who renew at once don't both write.
    """
    may_see(who, estate)
    terms = Terms(body.purpose, body.evidence, utc(body.expires_at), body.under_14, body.guardian)
    with shared.database.session() as session:
        subject = enrolled(session, estate, subject_id, lock=True)
        change(subject, if_match)
        if not consents.holds(session, subject.id, now()):
            raise ProblemError("conflict", "The consent has ended and the template is to be erased: enrol again.")
        consent = consents.give(session, estate, subject.id, terms)
        session.flush()
        record(session, who.actor, "consent.renew", f"{estate}/{subject_id}")
        return tagged(response, _consent(consent), subject.version)


@router.post("/estates/{estate}/subjects/{subject_id}/withdraw", dependencies=[ONCE])
def withdraw_consent(estate: str, subject_id: str, who: Enrolling, shared: ServicesDep) -> Withdrawal:
    """End the consent: nothing matches from now on, and the next run of the jobs erases template and person."""
    may_see(who, estate)
    with shared.database.session() as session:
        subject = enrolled(session, estate, subject_id, lock=True)
        at = consents.withdraw(session, subject.id)
        subject.version += 1
        record(session, who.actor, "consent.withdraw", f"{estate}/{subject_id}")
    return Withdrawal(subject=subject_id, withdrawn_at=at)


def _consent(found: Consent) -> ConsentPublic:
    holds = found.withdrawn_at is None and found.expires_at > now()
    names = ("id", "purpose", "evidence", "guardian", "given_at", "expires_at", "withdrawn_at")
    fields = {name: getattr(found, name) for name in names}
    return ConsentPublic.model_validate({**fields, "subject": found.subject_id, "state": "holds" if holds else "ended"})
