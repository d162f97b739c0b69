"""Faces: quality, verify 1:1 (two photos, or an enrolled person), identify 1:N. A probe leaves neither template nor image."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated, Literal

from fastapi import Depends
from pydantic import BaseModel, Field

from zhsq.models.face.quality import QualityPolicy, assess
from zhsq.serve.api.bodies import Picture, sent, sent_as
from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.face_answers import (
    IdentifyResult,
    Matching,
    QualityReason,
    SubjectVerification,
    Verification,
    identification,
    shown,
    verification,
)
from zhsq.serve.api.routing import Router
from zhsq.serve.each import only
from zhsq.serve.later import Later
from zhsq.serve.looks import look
from zhsq.serve.matching import probes
from zhsq.serve.matching.claims import compare, enrolled
from zhsq.serve.matching.naming import sit
from zhsq.serve.matching.probes import ProbePolicy, policy_now, policy_of, probe
from zhsq.serve.privacy.consents import holds
from zhsq.serve.privacy.enrolling import POLICY
from zhsq.serve.problems import may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.store.tables import now

router = Router(tags=["faces"])
Use = Literal["enrolment", "probe"]
POLICIES: dict[Use, QualityPolicy] = {"enrolment": POLICY, "probe": probes.QUALITY}
Device = Annotated[
    str | None, Field(description="whose policy holds; without it the strictest of the estate's devices does")
]


class QualityRequest(BaseModel):
    image: Picture
    use: Use = Field(default="enrolment", description="an enrolment needs more than a probe")


class VerifyRequest(BaseModel):
    first: Picture
    second: Picture


class IdentifyRequest(BaseModel):
    image: Picture
    device: Device = None


class QualityMeasure(BaseModel):
    name: str = Field(description="component of ISO/IEC 29794-5", examples=["sharpness"])
    value: float = Field(description="native value", examples=[31.5])
    unit: str = Field(examples=["variance"])
    component: float = Field(description="0 (worst) to 100 (best)", examples=[78.0])


class QualityResult(BaseModel):
    use: Use
    acceptable: bool = Field(examples=[True])
    weakest: str = Field(description="the measure with the smallest component value", examples=["sharpness"])
    measures: list[QualityMeasure]
    reasons: list[QualityReason] = Field(description="what to put right; empty when acceptable", examples=[[]])


@router.post("/faces/quality", openapi_extra=sent_as(QualityRequest))
def face_quality(
    who: Matching, asked: Annotated[QualityRequest, Depends(sent(QualityRequest))], shared: ServicesDep
) -> QualityResult:
    """How good a photo's face is, and what to put right. Nothing of it is kept, and no template is made."""
    photo = asked.image.photo()
    face = only(look(shared, [photo], "only" if asked.use == "enrolment" else "largest"))
    quality = assess(photo.pixels, face)
    reasons = shown(POLICIES[asked.use].reasons(quality))
    shared.database.note(who.actor, "faces.quality", "one photo")
    return QualityResult(
        use=asked.use,
        acceptable=not reasons,
        weakest=quality.weakest.name,
        measures=[QualityMeasure(**asdict(measure)) for measure in quality],
        reasons=reasons,
    )


@router.post("/faces/verify", openapi_extra=sent_as(VerifyRequest))
def verify_faces(
    who: Matching, asked: Annotated[VerifyRequest, Depends(sent(VerifyRequest))], shared: ServicesDep
) -> Verification:
    """Whether two photos show one person. Nothing of them is kept."""
    photos = [asked.first.photo(), asked.second.photo()]
    # That photos are compared is recorded, not how alike they are: so it can be while the models look.
    with shared.beside.work(partial(shared.database.note, who.actor, "faces.verify", "two photos", "asked")):
        first, second = (only([one]) for one in probe(shared, photos, ProbePolicy))
    return verification(first, second, shared.face.bundle.threshold("verify"))


@router.post(
    "/estates/{estate}/subjects/{subject_id}/verify",
    responses=may_raise("conflict"),
    openapi_extra=sent_as(IdentifyRequest),
)
def verify_subject(
    estate: str,
    subject_id: str,
    who: Matching,
    asked: Annotated[IdentifyRequest, Depends(sent(IdentifyRequest))],
    shared: ServicesDep,
) -> SubjectVerification:
    """Whether a photo shows this enrolled person, as who presents a card says. The photo leaves nothing behind.

    Once the consent has ended nothing is compared. A probe that the device's policy refuses is no match; of no match no
    score is told, which could guide someone towards a picture that matches.
    """
    may_see(who, estate)
    threshold = shared.face.bundle.threshold("verify")
    answer = SubjectVerification(
        match=False,
        subject=subject_id,
        score=None,
        threshold=threshold.value,
        threshold_source=threshold.protocol,
        consent="ended",
        refused=None,
        quality_reasons=[],
    )
    with shared.database.session() as session:
        subject = enrolled(session, estate, subject_id)
        policy = policy_of(session, estate, asked.device)
        if not holds(session, subject.id, now()):
            record(session, who.actor, "subject.verify", f"{estate}/{subject_id}", "consent ended")
            return answer
    found = only(probe(shared, [asked.image.photo()], lambda: policy))
    with shared.database.session() as session:
        if not holds(session, subject_id, now()):  # withdrawn or erased meanwhile
            record(session, who.actor, "subject.verify", f"{estate}/{subject_id}", "consent ended")
            return answer
        score = compare(session, shared, shared.estate(session, estate), subject_id, found.vector)
        match = score is not None and score >= threshold.value
        outcome = "match" if match else f"no match: {found.refused}" if found.refused else "no match"
        record(session, who.actor, "subject.verify", f"{estate}/{subject_id}", outcome)
    told = {"match": match, "score": score if match else None, "consent": "holds", "refused": found.refused}
    return answer.model_copy(update={**told, "quality_reasons": [] if match else shown(found.seen.reasons)})


@router.post(
    "/estates/{estate}/faces/identify",
    responses=may_raise("gallery-mismatch"),
    openapi_extra=sent_as(IdentifyRequest),
)
def identify_face(
    estate: str,
    who: Matching,
    asked: Annotated[IdentifyRequest, Depends(sent(IdentifyRequest))],
    shared: ServicesDep,
) -> IdentifyResult:
    """Who of this estate's enrolled people it is, or 'unknown'. An unknown leaves nothing behind.

    A probe that the device's policy refuses is unknown, too; no template is made of it.
    """
    may_see(who, estate)
    policy = Later(partial(policy_now, shared, estate, asked.device))
    with shared.beside.work(policy):
        found = only(probe(shared, [asked.image.photo()], policy))
    with shared.database.session() as session:
        return identification(session, sit(session, shared, shared.estate(session, estate)), found, who.actor)
