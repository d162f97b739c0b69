"""Faces: enrol with consent, verify 1:1, identify 1:N, erase. A probe leaves neither template nor image."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.errors import LowQualityError, NoFaceError
from zhsq.imaging import RGBImage
from zhsq.models.face.pipeline import Face
from zhsq.models.face.quality import QualityPolicy, Reason, assess
from zhsq.serve.api.deps import ImageFile, ServicesDep, may_see, read_image, require
from zhsq.serve.matching.gallery import Identification, identify
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Subject, new_id, now
from zhsq.serve.visits import observe

router = APIRouter(tags=["faces"])
Enrolling = Annotated[Caller, Depends(require("property", "operator", "platform"))]
Matching = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
Use = Literal["enrolment", "probe"]
POLICIES: dict[Use, QualityPolicy] = {"enrolment": QualityPolicy.enrolment(), "probe": QualityPolicy.probe()}


class QualityMeasure(BaseModel):
    name: str = Field(description="component of ISO/IEC 29794-5")
    value: float = Field(description="native value")
    unit: str
    component: float = Field(description="0 (worst) to 100 (best)")


class QualityReason(BaseModel):
    code: str
    measure: str
    value: float
    need: float
    message_en: str
    message_zh: str


class QualityResult(BaseModel):
    use: Use
    acceptable: bool
    weakest: str = Field(description="the measure with the smallest component value")
    measures: list[QualityMeasure]
    reasons: list[QualityReason] = Field(description="what to put right; empty when acceptable")


class Verification(BaseModel):
    match: bool
    score: float = Field(description="cosine similarity, -1..1")
    threshold: float
    threshold_source: str
    quality_reasons: dict[Literal["first", "second"], list[QualityReason]] = Field(
        description="what may have kept each photo from matching"
    )


class Enrolment(BaseModel):
    subject: str
    estate: str
    reference: str
    consent_expires_at: datetime


class IdentifyResult(BaseModel):
    decision: Literal["match", "unknown"]
    subject: str | None
    reference: str | None
    score: float | None
    margin: float | None
    threshold: float
    threshold_source: str
    gallery: int = Field(description="people whose consent holds")
    quality_reasons: list[QualityReason] = Field(description="what may have kept the photo from matching")


class ErasureReceipt(BaseModel):
    subject: str
    estate: str
    erased_at: str
    templates_left: int
    images_left: int
    digest: str = Field(description="sha256 of the fields above, also in the audit")


@router.post("/faces/quality")
def face_quality(
    image: ImageFile,
    who: Matching,
    shared: ServicesDep,
    use: Annotated[Use, Form(description="an enrolment needs more than a probe")] = "enrolment",
) -> QualityResult:
    """How good a photo's face is, and what to put right. Nothing of it is kept, and no template is made."""
    picture = read_image(shared, image)
    with _observed() as seen:
        face = shared.face.choose(picture, "only" if use == "enrolment" else "largest", image.filename or "image")
        seen(face)
    quality = assess(picture, face)
    reasons = _shown(POLICIES[use].reasons(quality))
    with shared.database.session() as session:
        record(session, who.actor, "faces.quality", "one photo")
    return QualityResult(
        use=use,
        acceptable=not reasons,
        weakest=quality.weakest.name,
        measures=[QualityMeasure(**asdict(measure)) for measure in quality],
        reasons=reasons,
    )


@router.post("/faces/verify")
def verify_faces(first: ImageFile, second: ImageFile, who: Matching, shared: ServicesDep) -> Verification:
    """Whether two photos show one person. Nothing of them is kept."""
    pictures = [read_image(shared, upload) for upload in (first, second)]
    names = [upload.filename or "image" for upload in (first, second)]
    with _observed() as seen:
        one, two = shared.face.templates(pictures, names=names)
        seen(one.face, two.face)
    threshold = shared.face.bundle.threshold("verify")
    score = float(one.vector @ two.vector)
    with shared.database.session() as session:
        record(session, who.actor, "faces.verify", "two photos")
    return Verification(
        match=score >= threshold.value,
        score=score,
        threshold=threshold.value,
        threshold_source=threshold.protocol,
        quality_reasons={"first": _of_probe(pictures[0], one.face), "second": _of_probe(pictures[1], two.face)},
    )


@router.post("/estates/{estate}/subjects", status_code=201)
def enrol(
    estate: str,
    image: ImageFile,
    reference: Annotated[str, Form(min_length=1, max_length=200)],
    consent_purpose: Annotated[str, Form(min_length=1, max_length=500)],
    consent_evidence: Annotated[str, Form(min_length=1, max_length=500)],
    consent_expires_at: Annotated[datetime, Form()],
    credential_kind: Annotated[Literal["card", "pin"], Form(description="the other way in")],
    credential_reference: Annotated[str, Form(min_length=1, max_length=200)],
    who: Enrolling,
    shared: ServicesDep,
) -> Enrolment:
    """Enrol one person who consented and has another way in. The photo is not kept.

    A face that is not good enough is refused as 'low-quality' with reasons; nothing is stored then.
    """
    may_see(who, estate)
    expires = (
        consent_expires_at.astimezone(UTC).replace(tzinfo=None) if consent_expires_at.tzinfo else consent_expires_at
    )
    if expires <= now():
        raise ProblemError("consent-required", "The consent has expired.")
    with shared.database.session() as session:
        guard = shared.guard(shared.estate(session, estate))
    picture, name = read_image(shared, image), image.filename or "image"
    with _observed() as seen:
        face = shared.face.choose(picture, "only", name)
        seen(face)
    if reasons := POLICIES["enrolment"].reasons(assess(picture, face)):
        raise LowQualityError(name, map(asdict, reasons))
    vector = shared.face.embed([shared.face.align(picture, face)])[0]
    subject_id = new_id()
    subject = Subject(
        id=subject_id,
        estate_id=estate,
        reference=reference,
        consent_purpose=consent_purpose,
        consent_evidence=consent_evidence,
        consent_expires_at=expires,
        credential_kind=credential_kind,
        credential_reference=credential_reference,
        bundle_sha256=shared.face.bundle.sha256,
        template=guard.seal(guard.rotate(vector), subject_id),
    )
    with shared.database.session() as session:
        session.add(subject)
        record(session, who.actor, "subject.enrol", f"{estate}/{subject_id}")
    return Enrolment(subject=subject_id, estate=estate, reference=reference, consent_expires_at=expires)


@router.post("/estates/{estate}/faces/identify")
def identify_face(estate: str, image: ImageFile, who: Matching, shared: ServicesDep) -> IdentifyResult:
    """Who of this estate's enrolled people it is, or 'unknown'. An unknown leaves nothing behind."""
    may_see(who, estate)
    picture = read_image(shared, image)
    with _observed() as seen:
        template = shared.face.template(picture, name=image.filename or "image")
        seen(template.face)
    with shared.database.session() as session:
        found = shared.estate(session, estate)
        gallery, at = shared.gallery(session, found), now()
        point = shared.operating_point(gallery.people(at))
        result = identify(
            shared.guard(found).rotate(template.vector),
            gallery,
            threshold=point.threshold,
            margin=shared.settings.identify_margin,
            at=at,
        )
        subject = session.get(Subject, result.subject) if result.subject else None
        if result.subject and subject is None:  # erased by another process in this very moment
            result = Identification.unknown(result.threshold, result.gallery)
        record(session, who.actor, "faces.identify", f"{estate}/{result.subject or '-'}", result.decision)
    return IdentifyResult(
        **result.__dict__,
        reference=subject.reference if subject else None,
        threshold_source=point.source,
        quality_reasons=_of_probe(picture, template.face),
    )


@router.delete("/estates/{estate}/subjects/{subject_id}")
def erase(estate: str, subject_id: str, who: Enrolling, shared: ServicesDep) -> ErasureReceipt:
    """Erase a person: the row with its template goes; the receipt says what is left, after looking."""
    may_see(who, estate)
    with shared.database.session() as session:
        subject = session.get(Subject, subject_id)
        if subject is None or subject.estate_id != estate:
            raise ProblemError("not-found", f"There is no subject {subject_id!r} in {estate!r}.")
        session.delete(subject)
        session.flush()
        left = len(session.scalars(select(Subject.id).where(Subject.id == subject_id)).all())
        body = {
            "subject": subject_id,
            "estate": estate,
            "erased_at": datetime.now(UTC).isoformat(),
            "templates_left": left,
            "images_left": 0,  # enrolment photos are never stored
        }
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        record(session, who.actor, "subject.erase", f"{estate}/{subject_id}", f"receipt {digest}")
    return ErasureReceipt.model_validate({**body, "digest": digest})


@contextmanager
def _observed() -> Iterator[Callable[..., None]]:
    """Note the detector's score of the faces that are seen, for a trial; 0 when none is found. Nothing else is noted."""

    def seen(*faces: Face) -> None:
        for face in faces:
            observe("face", face.score)

    try:
        yield seen
    except NoFaceError:
        observe("face", 0.0)
        raise


def _of_probe(picture: RGBImage, face: Face) -> list[QualityReason]:
    return _shown(POLICIES["probe"].reasons(assess(picture, face)))


def _shown(reasons: Iterable[Reason]) -> list[QualityReason]:
    return [QualityReason(**asdict(reason)) for reason in reasons]
