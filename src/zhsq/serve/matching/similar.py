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

    subject: str
    reference: str
    score: float = Field(description="cosine of the two most like photos, -1..1")


class SimilarGroup(BaseModel):
    """An enrolled person, and who is like them."""

    subject: str
    reference: str
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


def groups(session: Session, sitting: Sitting, after: str, count: int) -> tuple[list[SimilarGroup], str | None]:
    """Of the next people by identifier those who are like someone, and behind whom to go on; None at the end.

    Args:
        session: of the sitting's transaction.
        sitting: whose threshold decides.
        after: the last person who was looked at; '' to begin.
        count: how many are looked at.
    """
    gallery, threshold = sitting.gallery, sitting.point.threshold
    asked = gallery.subjects(sitting.at, after, count)
    near: dict[str, dict[str, float]] = {}
    for subject in asked:
        for vector in gallery.templates(subject, sitting.at):
            for who, score in gallery.alike(vector, sitting.at, threshold, besides=subject, limit=NAMED):
                found = near.setdefault(subject, {})
                found[who] = max(score, found.get(who, -1.0))
    names = _references(session, [*near, *(who for found in near.values() for who in found)])
    made = [
        SimilarGroup(subject=subject, reference=names[subject], similar=_people(found, names))
        for subject, found in near.items()
        if subject in names
    ]
    return made, asked[-1] if len(asked) == count else None


def _people(scores: dict[str, float], names: dict[str, str]) -> list[SimilarPerson]:
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])[:NAMED]
    return [SimilarPerson(subject=who, reference=names[who], score=score) for who, score in ranked if who in names]


def _references(session: Session, subjects: Sequence[str]) -> dict[str, str]:
    """Subject -> the estate's reference, of those who are there."""
    query = select(Subject.id, Subject.reference).where(Subject.id.in_(set(subjects)))
    return dict(session.execute(query).tuples().all())
