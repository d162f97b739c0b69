"""Enrol one person: consent and another way in first, then photos that are good enough; only templates are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from zhsq.errors import LowQualityError
from zhsq.models.face.quality import QualityPolicy, assess
from zhsq.models.graph import FloatArray
from zhsq.serve.each import only
from zhsq.serve.looks import look
from zhsq.serve.photos import Photo
from zhsq.serve.privacy.consents import Terms, give
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Estate, Subject, Template, new_id, now

POLICY = QualityPolicy.enrolment()
#: Templates that one person may have.
TEMPLATES = 5


@dataclass(frozen=True)
class Person:
    """Who enrols: the estate's reference, and the other way in."""

    reference: str
    credential_kind: str
    credential_reference: str


@dataclass(frozen=True)
class Photographed:
    """A template that was made of a photo, not protected yet, and the bundle that made it."""

    vector: FloatArray
    bundle_sha256: str


def photograph(shared: Services, photos: Sequence[Photo]) -> list[Photographed]:
    """The templates of photos of one person, each with one face.

    Args:
        shared: the app's services.
        photos: 1 to `TEMPLATES`.

    Raises:
        NoFaceError, ManyFacesError: there is not exactly one face in one of them.
        LowQualityError: one is not good enough; the reasons say what to put right.
        ProblemError: they are not of one person, by the bundle's threshold for 1:1.
    """
    faces = [only([face]) for face in look(shared, photos, "only")]
    for photo, face in zip(photos, faces, strict=True):
        if reasons := POLICY.reasons(assess(photo.pixels, face)):
            raise LowQualityError(photo.name, map(asdict, reasons))
    vectors = shared.face.embed(
        [shared.face.align(photo.pixels, face) for photo, face in zip(photos, faces, strict=True)]
    )
    made = [Photographed(vector, shared.face.bundle.sha256) for vector in vectors]
    threshold = shared.face.bundle.threshold("verify").value
    for number, other in enumerate(vectors[1:], 2):
        if max(float(other @ before) for before in vectors[: number - 1]) < threshold:
            raise ProblemError(
                "another-person", "Photo {number} seems to show another person than those before it.", number=number
            )
    return made


def enrol(
    session: Session,
    shared: Services,
    estate: Estate,
    person: Person,
    terms: Terms,
    photographed: Sequence[Photographed],
    actor: str,
    code: str = "",
) -> Subject:
    """Store a person, the consent and the templates, in the caller's transaction: all of it or nothing.

    Raises:
        ProblemError: the consent is none, or there is no other way in.
    """
    terms.check(now())
    if not person.credential_kind or not person.credential_reference.strip():
        raise ProblemError("consent-required", "Nobody has to use the face: name the card or PIN that also opens.")
    keep_salt(session, estate)
    subject = Subject(id=new_id(), estate_id=estate.id, **asdict(person))
    session.add(subject)
    session.flush()
    give(session, estate.id, subject.id, terms, code)
    for one in photographed:
        store_template(session, shared, estate, subject.id, one)
    record(session, actor, "subject.enrol", f"{estate.id}/{subject.id}")
    return subject


def store_template(
    session: Session, shared: Services, estate: Estate, subject_id: str, photographed: Photographed
) -> Template:
    """Store one template, protected, in the caller's transaction, which holds the estate's row so that its salt stays."""
    space = shared.space(estate)
    template = Template(
        id=new_id(),
        estate_id=estate.id,
        subject_id=subject_id,
        bundle_sha256=photographed.bundle_sha256,
        key_id=space.key_id,
        sealed=space.guard.seal(space.guard.rotate(photographed.vector), subject_id),
        created_at=now(),
    )
    session.add(template)
    return template


def keep_salt(session: Session, estate: Estate) -> None:
    """Until the transaction ends nobody changes the estate's salt."""
    session.refresh(estate, with_for_update={"read": True})
