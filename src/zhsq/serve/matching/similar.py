"""Enrolled people who are as like as a match needs: families, twins, and who enrolled twice."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.models.graph import FloatArray
from zhsq.serve.matching.naming import Sitting, sit
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Estate, Subject

#: People who are named to someone who enrols.
NAMED = 10


class SimilarPerson(BaseModel):
    """An enrolled person who is like the one asked about."""

    subject: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    reference: str = Field(examples=["building 3, flat 503"])
    score: float = Field(description="cosine of the two most like photos, -1..1", examples=[0.88])


class SimilarGroup(BaseModel):
    """An enrolled person, and who is like them."""

    subject: str = Field(examples=["0b6d1f2c9a8e4d7f8c3b5a6e7d9f0123"])
    reference: str = Field(examples=["building 3, flat 502"])
    similar: list[SimilarPerson] = Field(description="most like first, at most 10")


def similar(
    session: Session, shared: Services, estate: Estate, vectors: Sequence[FloatArray], besides: str = ""
) -> list[SimilarPerson]:
    """Who of the enrolled would be within the 1:N threshold of one of these templates, most like first, at most `NAMED`.

    Args:
        session: of the enrolment.
        shared: the app's services.
        estate: whose people are looked at.
        vectors: of one person, not protected, L2-normalised (d,) float32.
        besides: that person's identifier, where they are enrolled already.
    """
    sitting = sit(session, shared, estate)
    best: dict[str, float] = {}
    for vector in vectors:
        probe = sitting.space.guard.rotate(vector)
        near = sitting.gallery.alike(probe, sitting.at, sitting.point.threshold, besides=besides, limit=NAMED)
        for subject, score in near:
            best[subject] = max(score, best.get(subject, -1.0))
    return _people(best, _references(session, list(best)))


def group(session: Session, sitting: Sitting, subject: Subject) -> SimilarGroup:
    """Who is like an enrolled person; nobody, once their own consent has ended.

    Args:
        session: of the sitting's transaction.
        sitting: whose threshold decides.
        subject: of the same estate.
    """
    near: dict[str, float] = {}
    for vector in sitting.gallery.templates(subject.id, sitting.at):
        found = sitting.gallery.alike(vector, sitting.at, sitting.point.threshold, besides=subject.id, limit=NAMED)
        for who, score in found:
            near[who] = max(score, near.get(who, -1.0))
    names = _references(session, list(near))
    return SimilarGroup(subject=subject.id, reference=subject.reference, similar=_people(near, names))


def _people(scores: dict[str, float], names: dict[str, str]) -> list[SimilarPerson]:
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])[:NAMED]
    return [SimilarPerson(subject=who, reference=names[who], score=score) for who, score in ranked if who in names]


def _references(session: Session, subjects: Sequence[str]) -> dict[str, str]:
    """Subject -> the estate's reference, of those who are there."""
    if not subjects:
        return {}
    query = select(Subject.id, Subject.reference).where(Subject.id.in_(subjects))
    return dict(session.execute(query).tuples().all())
