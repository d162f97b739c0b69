"""Faces: quality, verify 1:1, identify 1:N. A probe leaves neither template nor image."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field

from zhsq.imaging import RGBImage
from zhsq.models.face.pipeline import Face
from zhsq.models.face.quality import QualityPolicy, Reason, assess
from zhsq.serve.api.deps import ImageFile, ServicesDep, may_see, read_image, require
from zhsq.serve.looks import looking
from zhsq.serve.matching.gallery import Identification, identify
from zhsq.serve.matching.probes import Refusal, policy_of, refusal
from zhsq.serve.privacy.consents import holds
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Subject, now

router = APIRouter(tags=["faces"])
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


class IdentifyResult(BaseModel):
    decision: Literal["match", "unknown"]
    subject: str | None
    reference: str | None
    score: float | None
    margin: float | None
    threshold: float
    threshold_source: str
    gallery: int = Field(description="people whose consent holds")
    refused: Refusal | None = Field(description="what the device's policy asks of a probe and this one lacks")
    quality_reasons: list[QualityReason] = Field(description="what may have kept the photo from matching")


@router.post("/faces/quality")
def face_quality(
    image: ImageFile,
    who: Matching,
    shared: ServicesDep,
    use: Annotated[Use, Form(description="an enrolment needs more than a probe")] = "enrolment",
) -> QualityResult:
    """How good a photo's face is, and what to put right. Nothing of it is kept, and no template is made."""
    picture = read_image(shared, image)
    with looking() as seen:
        face = shared.face.choose(picture, "only" if use == "enrolment" else "largest", image.filename or "image")
        seen(face)
    quality = assess(picture, face)
    reasons = shown(POLICIES[use].reasons(quality))
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
    with looking() as seen:
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


@router.post("/estates/{estate}/faces/identify")
def identify_face(
    estate: str,
    image: ImageFile,
    who: Matching,
    shared: ServicesDep,
    device: Annotated[
        str | None, Form(description="whose policy holds; without it the strictest of the estate's devices does")
    ] = None,
) -> IdentifyResult:
    """Who of this estate's enrolled people it is, or 'unknown'. An unknown leaves nothing behind.

    A probe that the device's policy refuses is unknown, too; no template is made of it.
    """
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        policy = policy_of(session, estate, device)
    picture = read_image(shared, image)
    with looking() as seen:
        face = shared.face.choose(picture, "largest", image.filename or "image")
        seen(face)
    reasons = POLICIES["probe"].reasons(assess(picture, face))
    refused = refusal(policy, reasons, lambda: shared.liveness, picture, face)
    vector = None if refused else shared.face.embed([shared.face.align(picture, face)])[0]
    with shared.database.session() as session:
        found = shared.estate(session, estate)
        space, at = shared.space(found), now()
        gallery = shared.gallery(session, found, space)
        point = shared.operating_point(gallery.people(at))
        if vector is None:
            result = Identification.unknown(point.threshold, gallery.people(at))
        else:
            margin = shared.settings.identify_margin
            result = identify(space.guard.rotate(vector), gallery, threshold=point.threshold, margin=margin, at=at)
        if result.subject and not holds(session, result.subject, at):  # withdrawn or erased since the gallery was read
            result = Identification.unknown(result.threshold, result.gallery)
        subject = session.get(Subject, result.subject) if result.subject else None
        outcome = f"{result.decision}: {refused}" if refused else result.decision
        record(session, who.actor, "faces.identify", f"{estate}/{result.subject or '-'}", outcome)
    return IdentifyResult(
        **result.__dict__,
        reference=subject.reference if subject else None,
        threshold_source=point.source,
        refused=refused,
        quality_reasons=shown(reasons),
    )


def _of_probe(picture: RGBImage, face: Face) -> list[QualityReason]:
    return shown(POLICIES["probe"].reasons(assess(picture, face)))


def shown(reasons: Iterable[Reason]) -> list[QualityReason]:
    """Reasons as they are answered."""
    return [QualityReason(**asdict(reason)) for reason in reasons]
