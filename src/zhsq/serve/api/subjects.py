"""People who enrolled: consent first, renewal, withdrawal, erasure with a receipt, the own record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api import templates
from zhsq.serve.api.bodies import Picture, Pictures, sent, sent_as
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.templates import Enrolling
from zhsq.serve.matching.claims import enrolled
from zhsq.serve.matching.similar import SimilarPerson, similar
from zhsq.serve.privacy import consents, erasure
from zhsq.serve.privacy.consents import Terms, Utc, utc
from zhsq.serve.privacy.enrolling import TEMPLATES, Person, photograph
from zhsq.serve.privacy.enrolling import enrol as store
from zhsq.serve.privacy.erasure import ErasureReceipt, ReceiptCheck
from zhsq.serve.privacy.own_record import own_record
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Erasure, now

router = APIRouter(tags=["people"])
router.include_router(templates.router)
Checking = Annotated[Caller, Depends(require("property", "operator", "platform", "auditor"))]
Credential = Literal["card", "pin"]


class SubjectCreate(BaseModel):
    image: Picture
    more: Pictures = Field(
        default=[], max_length=TEMPLATES - 1, description="further photos of the same person, at most 4"
    )
    reference: str = Field(min_length=1, max_length=200)
    consent_purpose: str = Field(min_length=1, max_length=500)
    consent_evidence: str = Field(min_length=1, max_length=500)
    consent_expires_at: datetime
    credential_kind: Credential = Field(description="the other way in")
    credential_reference: str = Field(min_length=1, max_length=200)
    under_14: bool = Field(default=False, description="a child: a guardian consents, and is named")
    guardian: str = Field(default="", max_length=200, description="who consents for a child under 14")
    look_for_similar: bool = Field(
        default=True, description="compare with everyone enrolled; leave it out while a whole estate is taken in"
    )


class Enrolment(BaseModel):
    subject: str
    estate: str
    reference: str
    consent_expires_at: Utc
    templates: int
    similar: list[SimilarPerson] | None = Field(
        description="enrolled people as like as a match needs: family, or the same person twice; a warning, no refusal. "
        "Null when it was not looked for"
    )


class ConsentCreate(BaseModel):
    purpose: str = Field(min_length=1, max_length=500)
    evidence: str = Field(min_length=1, max_length=500)
    expires_at: datetime
    under_14: bool = False
    guardian: str = Field(default="", max_length=200)


class ConsentPublic(BaseModel):
    id: str
    subject: str
    expires_at: Utc


class Withdrawal(BaseModel):
    subject: str
    withdrawn_at: Utc = Field(description="UTC; from then on nothing matches")
    erased_by: str = "the next run of the jobs, which leaves a receipt"


class CheckedReceipt(BaseModel):
    receipt: ErasureReceipt
    check: ReceiptCheck


@router.post("/estates/{estate}/subjects", status_code=201, openapi_extra=sent_as(SubjectCreate))
def enrol(
    estate: str,
    who: Enrolling,
    asked: Annotated[SubjectCreate, Depends(sent(SubjectCreate, several=True))],
    shared: ServicesDep,
) -> Enrolment:
    """Enrol one person who consented and has another way in. The photos are not kept.

    A face that is not good enough is refused as 'low-quality' with reasons; nothing is stored then.
    """
    may_see(who, estate)
    terms = Terms(
        asked.consent_purpose, asked.consent_evidence, utc(asked.consent_expires_at), asked.under_14, asked.guardian
    )
    terms.check(now())  # before the photos are looked at
    with shared.database.session() as session:
        shared.estate(session, estate)
    photographed = photograph(shared, [picture.photo() for picture in (asked.image, *asked.more)])
    person = Person(asked.reference, asked.credential_kind, asked.credential_reference)
    with shared.database.session() as session:
        found = shared.estate(session, estate)
        near = similar(session, shared, found, [one.vector for one in photographed]) if asked.look_for_similar else None
        subject = store(session, shared, found, person, terms, photographed, who.actor).id
    return Enrolment(
        subject=subject,
        estate=estate,
        reference=asked.reference,
        consent_expires_at=terms.expires_at,
        templates=len(photographed),
        similar=near,
    )


@router.post("/estates/{estate}/subjects/{subject_id}/consents", status_code=201)
def renew(estate: str, subject_id: str, body: ConsentCreate, who: Enrolling, shared: ServicesDep) -> ConsentPublic:
    """A further consent of someone whose consent still holds; the former record stays."""
    may_see(who, estate)
    terms = Terms(body.purpose, body.evidence, utc(body.expires_at), body.under_14, body.guardian)
    with shared.database.session() as session:
        subject = enrolled(session, estate, subject_id)
        if not consents.holds(session, subject.id, now()):
            raise ProblemError("conflict", "The consent has ended and the template is to be erased: enrol again.")
        consent = consents.give(session, estate, subject.id, terms)
        session.flush()
        record(session, who.actor, "consent.renew", f"{estate}/{subject_id}")
        return ConsentPublic(id=consent.id, subject=subject_id, expires_at=consent.expires_at)


@router.post("/estates/{estate}/subjects/{subject_id}/withdraw")
def withdraw(estate: str, subject_id: str, who: Enrolling, shared: ServicesDep) -> Withdrawal:
    """End the consent: nothing matches from now on, and the next run of the jobs erases template and person."""
    may_see(who, estate)
    with shared.database.session() as session:
        at = consents.withdraw(session, enrolled(session, estate, subject_id).id)
        record(session, who.actor, "consent.withdraw", f"{estate}/{subject_id}")
    return Withdrawal(subject=subject_id, withdrawn_at=at)


@router.get("/estates/{estate}/subjects/{subject_id}/record")
def read_record(estate: str, subject_id: str, who: Enrolling, shared: ServicesDep) -> dict[str, Any]:
    """Everything that is stored of one person, for them: consents, templates (what they are, not the secret), accesses."""
    may_see(who, estate)
    with shared.database.session() as session:
        shown = own_record(session, estate, enrolled(session, estate, subject_id).id)
        record(session, who.actor, "subject.export", f"{estate}/{subject_id}")
    return shown


@router.delete("/estates/{estate}/subjects/{subject_id}")
def erase(estate: str, subject_id: str, who: Enrolling, shared: ServicesDep) -> ErasureReceipt:
    """Erase a person now: the receipt says what went and what is left, after looking."""
    may_see(who, estate)
    with shared.database.session() as session:
        return erasure.erase(session, enrolled(session, estate, subject_id, lock=True), "asked", who.actor)


@router.get("/estates/{estate}/erasures")
def list_erasures(
    estate: str, who: Checking, shared: ServicesDep, subject: str | None = None, limit: int = 100
) -> list[ErasureReceipt]:
    """Receipts, newest first."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        query = select(Erasure).where(Erasure.estate_id == estate).order_by(Erasure.erased_at.desc(), Erasure.id)
        if subject is not None:
            query = query.where(Erasure.subject_id == subject)
        return [erasure.receipt(found) for found in session.scalars(query.limit(max(1, min(limit, 1000))))]


@router.get("/estates/{estate}/erasures/{erasure_id}")
def check_erasure(estate: str, erasure_id: str, who: Checking, shared: ServicesDep) -> CheckedReceipt:
    """One receipt, checked: against its digest, against the audit, and by looking into the store again."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = session.get(Erasure, erasure_id)
        if found is None or found.estate_id != estate:
            raise ProblemError("not-found", f"There is no receipt {erasure_id!r} in {estate!r}.")
        receipt = erasure.receipt(found)
        return CheckedReceipt(receipt=receipt, check=erasure.check(session, receipt))
