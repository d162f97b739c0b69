"""What the face routes answer, and the steps that they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Depends
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from zhsq.models.bundle import Threshold
from zhsq.models.face.quality import Reason
from zhsq.serve.api.deps import require
from zhsq.serve.matching.naming import Sitting, name
from zhsq.serve.matching.probes import Probe, Refusal
from zhsq.serve.photos import Photo
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Subject

Matching = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
Pair = tuple[Photo, Photo]


class QualityReason(BaseModel):
    code: str
    measure: str
    value: float
    need: float
    message_en: str
    message_zh: str


class Verification(BaseModel):
    match: bool = Field(examples=[True])
    score: float = Field(description="cosine similarity, -1..1", examples=[0.91])
    threshold: float = Field(examples=[0.78])
    threshold_source: str = Field(examples=["lfw-10fold, FAR 1e-3"])
    quality_reasons: dict[Literal["first", "second"], list[QualityReason]] = Field(
        description="what may have kept each photo from matching; empty for a match",
        examples=[{"first": [], "second": []}],
    )


class IdentifyResult(BaseModel):
    decision: Literal["match", "unknown"]
    subject: str | None = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    reference: str | None = Field(examples=["building 3, flat 502"])
    score: float | None = Field(description="cosine similarity of a match, -1..1", examples=[0.93])
    margin: float | None = Field(
        description="lead over the next person, whichever of their photos is nearest", examples=[0.21]
    )
    threshold: float = Field(examples=[0.84])
    threshold_source: str = Field(examples=["calibrated on east gate for FPIR 0.01, 2000 people, measured"])
    gallery: int = Field(description="people whose consent holds", examples=[1200])
    refused: Refusal | None = Field(
        description="what the device's policy asks of a probe and this one lacks", examples=[None]
    )
    quality_reasons: list[QualityReason] = Field(
        description="what may have kept the photo from matching; empty for a match", examples=[[]]
    )


class SubjectVerification(BaseModel):
    match: bool = Field(examples=[True])
    subject: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    score: float | None = Field(
        description="of a match, of the person's nearest photo; of no match none is told", examples=[0.91]
    )
    threshold: float = Field(examples=[0.78])
    threshold_source: str = Field(examples=["lfw-10fold, FAR 1e-3"])
    consent: Literal["holds", "ended"] = Field(description="ended: nothing was compared")
    refused: Refusal | None = Field(
        description="what the device's policy asks of a probe and this one lacks", examples=[None]
    )
    quality_reasons: list[QualityReason] = Field(
        description="what may have kept the photo from matching; empty for a match", examples=[[]]
    )


def shown(reasons: Iterable[Reason]) -> list[QualityReason]:
    """Reasons as they are answered."""
    return [QualityReason(**asdict(reason)) for reason in reasons]


def verification(first: Probe, second: Probe, threshold: Threshold) -> Verification:
    """Two probes that no policy could refuse, compared."""
    assert first.vector is not None and second.vector is not None
    score = float(first.vector @ second.vector)
    match = score >= threshold.value
    return Verification(
        match=match,
        score=score,
        threshold=threshold.value,
        threshold_source=threshold.protocol,
        quality_reasons={
            "first": [] if match else shown(first.seen.reasons),
            "second": [] if match else shown(second.seen.reasons),
        },
    )


def identification(session: Session, sitting: Sitting, probe: Probe, actor: str) -> IdentifyResult:
    """Who a probe is, if anyone; to the audit, too."""
    result = name(session, sitting, probe.vector)
    subject = session.get(Subject, result.subject) if result.subject else None
    outcome = f"{result.decision}: {probe.refused}" if probe.refused else result.decision
    record(session, actor, "faces.identify", f"{sitting.estate}/{result.subject or '-'}", outcome)
    return IdentifyResult(
        **result.__dict__,
        reference=subject.reference if subject else None,
        threshold_source=sitting.point.source,
        refused=probe.refused,
        quality_reasons=[] if result.decision == "match" else shown(probe.seen.reasons),
    )
