"""People who enrolled: consent first, put right, erased with a receipt, the own record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.api import consents as consent_routes
from zhsq.serve.api import erasures, templates
from zhsq.serve.api.bodies import Picture, Pictures, sent, sent_as
from zhsq.serve.api.consents import ConsentState
from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, between, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, check, tagged
from zhsq.serve.api.templates import Enrolling
from zhsq.serve.matching.claims import enrolled
from zhsq.serve.matching.similar import SimilarPerson, similar
from zhsq.serve.privacy import consents, erasure
from zhsq.serve.privacy.consents import Terms
from zhsq.serve.privacy.enrolling import TEMPLATES, Person, photograph
from zhsq.serve.privacy.enrolling import enrol as store
from zhsq.serve.privacy.erasure import ErasureReceipt
from zhsq.serve.privacy.own_record import own_record
from zhsq.serve.problems import may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.store.tables import Subject, now
from zhsq.serve.times import Utc, utc

router = Router(tags=["people"])
for part in (consent_routes, erasures, templates):
    router.include_router(part.router)
Credential = Literal["card", "pin"]


class SubjectCreate(BaseModel):
    image: Picture
    more: Pictures = Field(
        default=[], max_length=TEMPLATES - 1, description="further photos of the same person, at most 4"
    )
    reference: str = Field(min_length=1, max_length=200, examples=["building 3, flat 502"])
    consent_purpose: str = Field(min_length=1, max_length=500, examples=["刷脸进出小区大门"])
    consent_evidence: str = Field(min_length=1, max_length=500, examples=["signed form 2026-117"])
    consent_expires_at: datetime = Field(examples=["2027-12-31T16:00:00Z"])
    credential_kind: Credential = Field(description="the other way in")
    credential_reference: str = Field(min_length=1, max_length=200, examples=["card 0042"])
    under_14: bool = Field(default=False, description="a child: a guardian consents, and is named")
    guardian: str = Field(default="", max_length=200, description="who consents for a child under 14")
    look_for_similar: bool = Field(
        default=True, description="compare with everyone enrolled; leave it out while a whole estate is taken in"
    )


class Enrolment(BaseModel):
    subject: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    estate: str = Field(examples=["east"])
    reference: str = Field(examples=["building 3, flat 502"])
    consent_expires_at: Utc
    templates: int = Field(examples=[1])
    similar: list[SimilarPerson] | None = Field(
        examples=[[]],
        description="enrolled people as like as a match needs: family, or the same person twice; a warning, no refusal. "
        "Null when it was not looked for",
    )


class SubjectPublic(BaseModel):
    """A person who enrolled: what the estate calls them and how else they get in. No face, no template, no secret."""

    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    estate: str = Field(examples=["east"])
    reference: str = Field(examples=["building 3, flat 502"])
    credential_kind: Credential
    credential_reference: str = Field(examples=["card 0042"])
    consent: ConsentState = Field(description="ended: nothing matches; the next run of the jobs erases the person")
    consent_expires_at: Utc | None = Field(description="of the consent that holds longest; null where none holds")
    enrolled_at: Utc


class SubjectChange(BaseModel):
    """What was recorded wrongly; a field that is not given stays."""

    model_config = ConfigDict(extra="forbid")
    reference: str | None = Field(default=None, min_length=1, max_length=200, examples=["building 3, flat 601"])
    credential_kind: Credential | None = None
    credential_reference: str | None = Field(default=None, min_length=1, max_length=200, examples=["card 0043"])


@router.post(
    "/estates/{estate}/subjects",
    status_code=201,
    dependencies=[ONCE],
    responses=may_raise("consent-required", "guardian-required", "another-person", "gallery-mismatch"),
    openapi_extra=sent_as(SubjectCreate),
)
def enrol_subject(
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


@router.get("/estates/{estate}/subjects")
def list_subjects(
    estate: str,
    who: Enrolling,
    shared: ServicesDep,
    asked: PagingDep,
    reference: Annotated[str | None, Query(max_length=200)] = None,
    consent: ConsentState | None = None,
    consent_until: Annotated[datetime | None, Query(description="no consent holds beyond it: whom to ask anew")] = None,
    since: Annotated[datetime | None, Query(description="enrolled at or after")] = None,
    until: Annotated[datetime | None, Query(description="enrolled before")] = None,
) -> Page[SubjectPublic]:
    """People who enrolled, newest first. No face and no template is shown, to nobody."""
    may_see(who, estate)
    at = now()
    query = narrowed(select(Subject).where(Subject.estate_id == estate), {Subject.reference: reference})
    if consent is not None:
        query = query.where(consents.ended(at) if consent == "ended" else ~consents.ended(at))
    if consent_until is not None:
        query = query.where(consents.ended(max(at, utc(consent_until))))
    query = query.where(between(Subject.created_at, since, until))
    with shared.database.session() as session:
        shared.estate(session, estate)
        record(session, who.actor, "subject.list", estate)
        found, following = asked.rows(session, query, [Subject.created_at, Subject.id], descending=True)
        ends = consents.ends(session, [subject.id for subject in found], at)
        return Page(items=[_public(subject, ends.get(subject.id)) for subject in found], next=following)


@router.get("/estates/{estate}/subjects/{subject_id}")
def get_subject(estate: str, subject_id: str, who: Enrolling, shared: ServicesDep, response: Response) -> SubjectPublic:
    """One person who enrolled. For everything that is stored of them, see the record."""
    may_see(who, estate)
    with shared.database.session() as session:
        subject = enrolled(session, estate, subject_id)
        record(session, who.actor, "subject.read", f"{estate}/{subject_id}")
        return tagged(response, _with_consent(session, subject), subject.version)


@router.patch("/estates/{estate}/subjects/{subject_id}")
def change_subject(
    estate: str,
    subject_id: str,
    body: SubjectChange,
    who: Enrolling,
    shared: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> SubjectPublic:
    """Put right what was recorded of a person. There is always another way in than the face."""
    may_see(who, estate)
    with shared.database.session() as session:
        subject = enrolled(session, estate, subject_id, lock=True)
        change(subject, if_match)
        for name, value in body.model_dump(exclude_none=True).items():
            setattr(subject, name, value)
        session.flush()
        record(session, who.actor, "subject.change", f"{estate}/{subject_id}")
        return tagged(response, _with_consent(session, subject), subject.version)


@router.get("/estates/{estate}/subjects/{subject_id}/record")
def read_subject_record(estate: str, subject_id: str, who: Enrolling, shared: ServicesDep) -> dict[str, Any]:
    """Everything that is stored of one person, for them: consents, templates (what they are, not the secret), accesses."""
    may_see(who, estate)
    with shared.database.session() as session:
        shown = own_record(session, estate, enrolled(session, estate, subject_id).id)
        record(session, who.actor, "subject.export", f"{estate}/{subject_id}")
    return shown


@router.delete("/estates/{estate}/subjects/{subject_id}")
def erase_subject(
    estate: str, subject_id: str, who: Enrolling, shared: ServicesDep, if_match: IfMatch = None
) -> ErasureReceipt:
    """Erase a person now: the receipt says what went and what is left, after looking."""
    may_see(who, estate)
    with shared.database.session() as session:
        subject = enrolled(session, estate, subject_id, lock=True)
        check(subject.version, if_match)
        return erasure.erase(session, subject, "asked", who.actor)


def _with_consent(session: Session, subject: Subject) -> SubjectPublic:
    return _public(subject, consents.ends(session, [subject.id], now()).get(subject.id))


def _public(subject: Subject, ends: datetime | None) -> SubjectPublic:
    names = ("id", "reference", "credential_kind", "credential_reference")
    return SubjectPublic.model_validate(
        {"estate": subject.estate_id, **{name: getattr(subject, name) for name in names}}
        | {"consent": "holds" if ends else "ended", "consent_expires_at": ends, "enrolled_at": subject.created_at}
    )
