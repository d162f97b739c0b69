"""Photos of enrolled people, as templates: several of one person, and people who are alike."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api.bodies import Picture, sent, sent_as
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep
from zhsq.serve.api.routing import Router
from zhsq.serve.matching.claims import compare, enrolled, usable
from zhsq.serve.matching.naming import sit
from zhsq.serve.matching.similar import SimilarGroup, SimilarPerson, group, similar
from zhsq.serve.privacy.consents import holds
from zhsq.serve.privacy.enrolling import TEMPLATES, keep_salt, photograph, store_template
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Subject, Template, now
from zhsq.serve.times import Utc

router = Router()
ENDED = "The consent has ended and the template is to be erased: enrol again."
Enrolling = Annotated[Caller, Depends(require("property", "operator", "platform"))]


class TemplateCreate(BaseModel):
    image: Picture


class TemplatePublic(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    created_at: Utc
    usable: bool = Field(description="made by the model in use; another's can't be compared", examples=[True])


class TemplateAdded(TemplatePublic):
    similar: list[SimilarPerson] = Field(description="other enrolled people as like as a match needs")


@router.get("/estates/{estate}/subjects/{subject_id}/templates")
def list_templates(
    estate: str, subject_id: str, who: Enrolling, shared: ServicesDep, asked: PagingDep
) -> Page[TemplatePublic]:
    """Which templates a person has, oldest first. Of the template itself nothing is told."""
    may_see(who, estate)
    query = select(Template).where(Template.estate_id == estate, Template.subject_id == subject_id)
    with shared.database.session() as session:
        enrolled(session, estate, subject_id)
        fit = {template.id for template in usable(session, shared, subject_id)}
        record(session, who.actor, "template.list", f"{estate}/{subject_id}")
        order = [Template.created_at, Template.id]
        return asked.page(session, query, order, lambda one: _public(one, usable=one.id in fit))


@router.post(
    "/estates/{estate}/subjects/{subject_id}/templates",
    status_code=201,
    dependencies=[ONCE],
    responses=may_raise("conflict", "another-person", "gallery-mismatch"),
    openapi_extra=sent_as(TemplateCreate),
)
def add_template(
    estate: str,
    subject_id: str,
    who: Enrolling,
    asked: Annotated[TemplateCreate, Depends(sent(TemplateCreate))],
    shared: ServicesDep,
) -> TemplateAdded:
    """A further photo of someone whose consent holds, 5 at most. It must be as good as an enrolment's, and show the same
    person by the threshold for 1:1. The photo is not kept."""
    may_see(who, estate)
    with shared.database.session() as session:
        if not holds(session, enrolled(session, estate, subject_id).id, now()):
            raise ProblemError("conflict", ENDED)
    [photographed] = photograph(shared, [asked.image.photo()])
    threshold = shared.face.bundle.threshold("verify").value
    with shared.database.session() as session:
        enrolled(session, estate, subject_id, lock=True)
        if not holds(session, subject_id, now()):
            raise ProblemError("conflict", ENDED)
        found = shared.estate(session, estate)
        keep_salt(session, found)
        present = usable(session, shared, subject_id)  # none when the model changed: then it is as at an enrolment
        if len(present) >= TEMPLATES:
            raise ProblemError("conflict", "A person has {most} templates at most: remove one first.", most=TEMPLATES)
        if present and (compare(session, shared, found, subject_id, photographed.vector) or -1.0) < threshold:
            raise ProblemError("another-person", "The photo seems to show another person than the one who enrolled.")
        near = similar(session, shared, found, [photographed.vector], besides=subject_id)
        made = store_template(session, shared, found, subject_id, photographed)
        session.flush()
        record(session, who.actor, "template.add", f"{estate}/{subject_id}")
        return TemplateAdded(**_public(made, usable=True).model_dump(), similar=near)


@router.delete(
    "/estates/{estate}/subjects/{subject_id}/templates/{template_id}",
    status_code=204,
    responses=may_raise("conflict"),
)
def remove_template(estate: str, subject_id: str, template_id: str, who: Enrolling, shared: ServicesDep) -> None:
    """Remove one template: it matches nothing from now on. Someone's last goes only with the person."""
    may_see(who, estate)
    with shared.database.session() as session:
        enrolled(session, estate, subject_id, lock=True)
        mine = session.scalars(select(Template).where(Template.subject_id == subject_id)).all()
        found = next((one for one in mine if one.id == template_id), None)
        if found is None:
            raise ProblemError("not-found", "There is no template {number!r} of this person.", number=template_id)
        if len(mine) == 1:
            raise ProblemError("conflict", "It is the person's only template: erase the person instead.")
        session.delete(found)
        record(session, who.actor, "template.remove", f"{estate}/{subject_id}")


@router.get("/estates/{estate}/similarities", responses=may_raise("gallery-mismatch"))
def list_similarities(estate: str, who: Enrolling, shared: ServicesDep, asked: PagingDep) -> Page[SimilarGroup]:
    """Enrolled people who are as like one another as a match needs: they are told apart by the margin, or not at all.

    `limit` is of people who are looked at; a page has those of them who are like someone, so it may be empty and not the
    last.
    """
    may_see(who, estate)
    query = select(Subject).where(Subject.estate_id == estate)
    with shared.database.session() as session:
        sitting = sit(session, shared, shared.estate(session, estate))
        people, following = asked.rows(session, query, [Subject.id])
        found = [one for person in people if (one := group(session, sitting, person)).similar]
        record(session, who.actor, "subject.similar", estate, f"{len(found)} people")
    return Page(items=found, next=following)


def _public(template: Template, *, usable: bool) -> TemplatePublic:
    return TemplatePublic(id=template.id, created_at=template.created_at, usable=usable)
