"""One enrolled person, compared with a photo: 1:1."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.models.graph import FloatArray
from zhsq.serve.problems import ProblemError
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Estate, Subject, Template


def enrolled(session: Session, estate: str, subject_id: str, *, lock: bool = False) -> Subject:
    """A person who enrolled in an estate.

    Raises:
        ProblemError: there is none.
    """
    subject = session.get(Subject, subject_id, with_for_update=lock)
    if subject is None or subject.estate_id != estate:
        raise ProblemError(
            "not-found", "There is no subject {subject!r} in {estate!r}.", subject=subject_id, estate=estate
        )
    return subject


def usable(session: Session, shared: Services, subject_id: str) -> list[Template]:
    """The person's templates that can be compared with the bundle in use, oldest first."""
    alike = shared.faces.comparable(shared.face.bundle)
    query = select(Template).where(Template.subject_id == subject_id, Template.bundle_sha256.in_(alike))
    return list(session.scalars(query.order_by(Template.created_at, Template.id)))


def compare(
    session: Session, shared: Services, estate: Estate, subject_id: str, vector: FloatArray | None
) -> float | None:
    """The cosine of a probe with the person's nearest template; None for a probe that was refused.

    Args:
        session: of the decision.
        shared: the app's services.
        estate: the person's.
        subject_id: who it is said to be.
        vector: not protected, L2-normalised (d,) float32.

    Raises:
        ProblemError: no template of the person is of the bundle in use.
    """
    if vector is None:
        return None
    templates = usable(session, shared, subject_id)
    if not templates:
        raise ProblemError(
            "conflict", "The template is of another model than the one in use: add a photo, or enrol again."
        )
    space = shared.space(estate)
    probe = space.guard.rotate(vector)
    opened = (shared.keys.open(t.sealed, t.key_id, t.subject_id, estate.salt, space) for t in templates)
    return max(float(template @ probe) for template in opened)
