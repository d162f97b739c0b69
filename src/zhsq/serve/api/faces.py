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
from zhsq.serve.problems import may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Subject, now

router = APIRouter(tags=["faces"])
Matching = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
Use = Literal["enrolment", "probe"]
POLICIES: dict[Use, QualityPolicy] = {"enrolment": QualityPolicy.enrolment(), "probe": QualityPolicy.probe()}


class QualityMeasure(BaseModel):
    name: str = Field(description="component of ISO/IEC 29794-5", examples=["sharpness"])
    value: float = Field(description="native value", examples=[31.5])
    unit: str = Field(examples=["variance"])
    component: float = Field(description="0 (worst) to 100 (best)", examples=[78.0])


class QualityReason(BaseModel):
    code: str
    measure: str
    value: float
    need: float
    message_en: str
    message_zh: str


class QualityResult(BaseModel):
    use: Use
    acceptable: bool = Field(examples=[True])
    weakest: str = Field(description="the measure with the smallest component value", examples=["sharpness"])
    measures: list[QualityMeasure]
    reasons: list[QualityReason] = Field(description="what to put right; empty when acceptable", examples=[[]])


class Verification(BaseModel):
    match: bool = Field(examples=[True])
    score: float = Field(description="cosine similarity, -1..1", examples=[0.71])
    threshold: float = Field(examples=[0.36])
    threshold_source: str = Field(examples=["lfw-10fold, FAR 1e-3"])
    quality_reasons: dict[Literal["first", "second"], list[QualityReason]] = Field(
        description="what may have kept each photo from matching", examples=[{"first": [], "second": []}]
    )


class IdentifyResult(BaseModel):
    decision: Literal["match", "unknown"]
    subject: str | None = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    reference: str | None = Field(examples=["building 3, flat 502"])
    score: float | None = Field(description="cosine similarity, -1..1", examples=[0.68])
    margin: float | None = Field(description="lead over the second best person", examples=[0.41])
    threshold: float = Field(examples=[0.47])
    threshold_source: str = Field(examples=["calibration of this site"])
    gallery: int = Field(description="people whose consent holds", examples=[1200])
    refused: Refusal | None = Field(
        description="what the device's policy asks of a probe and this one lacks", examples=[None]
    )
    quality_reasons: list[QualityReason] = Field(
        description="what may have kept the photo from matching", examples=[[]]
    )


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


@router.post("/estates/{estate}/faces/identify", responses=may_raise("gallery-mismatch"))
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
