"""Enrol one person: consent and another way in first, then a photo that is good enough; only the template is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from zhsq.errors import LowQualityError
from zhsq.imaging import RGBImage
from zhsq.models.face.quality import QualityPolicy, assess
from zhsq.models.graph import FloatArray
from zhsq.serve.looks import looking
from zhsq.serve.privacy.consents import Terms, give
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Estate, Subject, Template, new_id, now

POLICY = QualityPolicy.enrolment()


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


def photograph(shared: Services, picture: RGBImage, name: str) -> Photographed:
    """The template of the one face in a photo.

    Args:
        shared: the app's services.
        picture: (h, w, 3) uint8 RGB.
        name: what to call it in an error.

    Raises:
        NoFaceError, ManyFacesError: there is not exactly one face.
        LowQualityError: it is not good enough; the reasons say what to put right.
    """
    with looking() as seen:
        face = shared.face.choose(picture, "only", name)
        seen(face)
    if reasons := POLICY.reasons(assess(picture, face)):
        raise LowQualityError(name, map(asdict, reasons))
    return Photographed(shared.face.embed([shared.face.align(picture, face)])[0], shared.face.bundle.sha256)


def enrol(
    session: Session,
    shared: Services,
    estate: Estate,
    person: Person,
    terms: Terms,
    photographed: Photographed,
    actor: str,
    code: str = "",
) -> Subject:
    """Store a person, the consent and the template, in the caller's transaction: all of it or nothing.

    Raises:
        ProblemError: the consent is none, or there is no other way in.
    """
    terms.check(now())
    if not person.credential_kind or not person.credential_reference.strip():
        raise ProblemError("consent-required", "Nobody has to use the face: name the card or PIN that also opens.")
    session.refresh(estate, with_for_update={"read": True})  # its salt stays until this is through
    subject = Subject(id=new_id(), estate_id=estate.id, **asdict(person))
    session.add(subject)
    session.flush()
    give(session, estate.id, subject.id, terms, code)
    space = shared.space(estate)
    session.add(
        Template(
            estate_id=estate.id,
            subject_id=subject.id,
            bundle_sha256=photographed.bundle_sha256,
            key_id=space.key_id,
            sealed=space.guard.seal(space.guard.rotate(photographed.vector), subject.id),
        )
    )
    record(session, actor, "subject.enrol", f"{estate.id}/{subject.id}")
    return subject
