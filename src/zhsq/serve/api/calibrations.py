"""The thresholds that an estate's decisions rest on, and the calibrations that it gave for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Body, Depends
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.models.face.calibration import Calibration
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep
from zhsq.serve.api.routing import Router
from zhsq.serve.matching.calibrations import InForce, Origin, check, store
from zhsq.serve.matching.naming import Sitting, sit
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import SiteCalibration, now
from zhsq.serve.times import Utc

router = Router(tags=["calibration"])
Setting = Annotated[Caller, Depends(require("operator"))]
Seeing = Annotated[Caller, Depends(require("property", "operator", "platform", "auditor"))]
_PLAN = {"gallery_size": 2000, "value": 0.84, "low": 0.83, "high": 0.86, "method": "measured"}
#: Shortened; a real one is of the model in use.
EXAMPLE = {
    "bundle": "face-fused", "version": "1.2.0", "sha256": "0" * 64, "data": "east gate", "release": "2026-11",
    "gallery_size": 2000, "fpir": 0.01, "threshold": _PLAN, "thresholds": [_PLAN], "fnir": 0.05, "moved": [],
    "evidence": {"people": 400}, "notes": [], "interval_method": "bootstrap over people", "seed": 0, "hardware": {},
    "versions": {},
}  # fmt: skip
Caution = Literal["guessed", "unfit", "extrapolated", "beyond"]
#: Why a threshold should be looked at, English and Chinese.
CAUTIONS: dict[Caution, tuple[str, str]] = {
    "guessed": (
        "No calibration is in force: the threshold is a guess that errs to the strict side. Run zhsq calibrate.",
        "没有生效的校准：阈值为偏严的估计值。请运行 zhsq calibrate。",
    ),
    "unfit": (
        "The calibration that was uploaded is of another model than the one in use, and decides nothing.",
        "已上传的校准属于其他模型，不起作用。",
    ),
    "extrapolated": (
        "The sample was too small for this gallery: the threshold follows from single comparisons.",
        "样本小于库容量：阈值由单次比对外推。",
    ),
    "beyond": (
        "More people are enrolled than the calibration planned for: strangers may be named more often than its target.",
        "登记人数超出校准的规划：误识率可能高于目标。",
    ),
}


class Warned(BaseModel):
    code: Caution
    en: str
    zh: str


class FacePoint(BaseModel):
    people: int = Field(description="enrolled whose consent holds", examples=[1200])
    threshold: float = Field(description="cosine that a match in 1:N needs", examples=[0.84])
    low: float | None = Field(description="95 % interval of the threshold; null where none is known", examples=[0.83])
    high: float | None = Field(examples=[0.86])
    planned_for: int | None = Field(
        description="people that this threshold is planned for; null for a guess", examples=[2000]
    )
    fpir: float = Field(description="share of strangers who may be named as someone, the target", examples=[0.01])
    margin: float = Field(description="lead over the next person that a match in 1:N needs", examples=[0.02])
    verify: float = Field(description="cosine that a match in 1:1 needs", examples=[0.78])
    bundle: str = Field(examples=["face-fused@1.2.0"])
    origin: Origin = Field(description="estate: uploaded for it; file: of this service; guess: there is none")
    source: str = Field(examples=["calibrated on east gate for FPIR 0.01, 2000 people, measured"])
    calibration: str | None = Field(
        description="identifier of the one that was uploaded", examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"]
    )
    since: Utc | None
    warnings: list[Warned] = Field(examples=[[]])
    notes: list[str] = Field(description="what the calibration says of itself", examples=[[]])


class PlatePoint(BaseModel):
    accept: float = Field(description="probability that the weakest character needs; of the bundle", examples=[0.99])
    source: str = Field(examples=["plate-accept-v1"])
    margin: float = Field(description="lead over the next registered plate that a match needs, nats", examples=[1.0])
    bundle: str = Field(examples=["plate-fused@1.0.0"])


class OperatingPointPublic(BaseModel):
    face: FacePoint
    plate: PlatePoint


class CalibrationPublic(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    data: str = Field(description="the sample that it was made on", examples=["east gate"])
    bundle: str = Field(examples=["face-fused@1.2.0"])
    gallery_size: int = Field(examples=[2000])
    fpir: float = Field(examples=[0.01])
    threshold: float = Field(examples=[0.84])
    low: float = Field(examples=[0.83])
    high: float = Field(examples=[0.86])
    method: Literal["measured", "extrapolated"]
    fnir: float = Field(description="share of enrolled people who would be missed on the sample", examples=[0.05])
    in_force: bool = Field(description="decides now; at most one does", examples=[True])
    created_at: Utc
    created_by: str = Field(examples=["operator:first"])
    removed_at: Utc | None = Field(examples=[None])
    removed_by: str | None = Field(examples=[None])


class CalibrationWhole(CalibrationPublic):
    body: dict[str, Any] = Field(description="as it was uploaded", examples=[EXAMPLE])


@router.get("/estates/{estate}/operating-point", responses=may_raise("gallery-mismatch"))
def get_operating_point(estate: str, who: Seeing, shared: ServicesDep) -> OperatingPointPublic:
    """Which thresholds decide in this estate now, where they come from, and what to beware of."""
    may_see(who, estate)
    plate, settings = shared.plate.bundle, shared.settings
    accept = plate.threshold("accept")
    with shared.database.session() as session:
        sitting = sit(session, shared, shared.estate(session, estate))
        force = shared.calibrations.in_force(session, estate, shared.face.bundle)
        record(session, who.actor, "operating-point.read", estate)
    planned, bundle = sitting.point.planned, shared.face.bundle
    known = planned is not None and planned.low < planned.high  # of the size that was asked for; the others have none
    face = FacePoint(
        people=sitting.people,
        threshold=sitting.point.threshold,
        low=planned.low if planned and known else None,
        high=planned.high if planned and known else None,
        planned_for=planned.gallery_size if planned else None,
        fpir=sitting.point.fpir,
        margin=sitting.margin,
        verify=bundle.threshold("verify").value,
        bundle=f"{bundle.name}@{bundle.version}",
        origin=force.origin,
        source=sitting.point.source,
        calibration=force.id,
        since=force.since,
        warnings=[Warned(code=code, en=CAUTIONS[code][0], zh=CAUTIONS[code][1]) for code in _cautions(force, sitting)],
        notes=list(force.calibration.notes) if force.calibration else [],
    )
    return OperatingPointPublic(
        face=face,
        plate=PlatePoint(
            accept=accept.value,
            source=accept.protocol,
            margin=settings.plate_margin,
            bundle=f"{plate.name}@{plate.version}",
        ),
    )


@router.post(
    "/estates/{estate}/calibrations", status_code=201, dependencies=[ONCE], responses=may_raise("bad-calibration")
)
def create_calibration(
    estate: str,
    body: Annotated[Calibration, Body(description="what `zhsq calibrate --json` wrote", examples=[EXAMPLE])],
    who: Setting,
    shared: ServicesDep,
) -> CalibrationPublic:
    """Put a calibration in force, from the next decision on, whichever process takes it. The former ones stay on record."""
    may_see(who, estate)
    check(body, shared.face.bundle)
    with shared.database.session() as session:
        shared.estate(session, estate)
        made = store(session, estate, body, who.actor)
        record(session, who.actor, "calibration.create", f"{estate}/{made.id}", f"threshold {body.threshold.value:.4f}")
        return _public(made, made.id)


@router.get("/estates/{estate}/calibrations")
def list_calibrations(estate: str, who: Seeing, shared: ServicesDep, asked: PagingDep) -> Page[CalibrationPublic]:
    """The estate's calibrations, newest first, those that were replaced or removed too."""
    may_see(who, estate)
    query = select(SiteCalibration).where(SiteCalibration.estate_id == estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        force = shared.calibrations.in_force(session, estate, shared.face.bundle)
        record(session, who.actor, "calibration.list", estate)
        order = [SiteCalibration.created_at, SiteCalibration.id]
        return asked.page(session, query, order, lambda row: _public(row, force.id), descending=True)


@router.get("/estates/{estate}/calibrations/{calibration_id}")
def get_calibration(estate: str, calibration_id: str, who: Seeing, shared: ServicesDep) -> CalibrationWhole:
    """One calibration, with all that was uploaded."""
    may_see(who, estate)
    with shared.database.session() as session:
        row = _find(session, estate, calibration_id)
        force = shared.calibrations.in_force(session, estate, shared.face.bundle)
        record(session, who.actor, "calibration.read", f"{estate}/{calibration_id}")
        return CalibrationWhole(**_public(row, force.id).model_dump(), body=row.body)


@router.delete("/estates/{estate}/calibrations/{calibration_id}")
def remove_calibration(estate: str, calibration_id: str, who: Setting, shared: ServicesDep) -> CalibrationPublic:
    """Take a calibration out of force; it stays on record. What decides then is the one before it that was not removed, the
    service's own, or a guess."""
    may_see(who, estate)
    with shared.database.session() as session:
        row = _find(session, estate, calibration_id, lock=True)
        if row.removed_at is None:
            row.removed_at, row.removed_by = now(), who.actor[:140]
            session.flush()
        record(session, who.actor, "calibration.remove", f"{estate}/{calibration_id}")
        return _public(row, shared.calibrations.in_force(session, estate, shared.face.bundle).id)


def _cautions(force: InForce, sitting: Sitting) -> list[Caution]:
    planned = sitting.point.planned
    found: list[Caution] = []
    if planned is None:
        found.append("guessed")
    elif planned.method == "extrapolated":
        found.append("extrapolated")
    if force.unfit:
        found.append("unfit")
    if force.calibration and sitting.people > max(plan.gallery_size for plan in force.calibration.thresholds):
        found.append("beyond")
    return found


def _find(session: Session, estate: str, calibration_id: str, *, lock: bool = False) -> SiteCalibration:
    row = session.get(SiteCalibration, calibration_id, with_for_update=lock)
    if row is None or row.estate_id != estate:
        raise ProblemError(
            "not-found",
            "There is no calibration {calibration!r} in {estate!r}.",
            calibration=calibration_id,
            estate=estate,
        )
    return row


def _public(row: SiteCalibration, in_force: str | None) -> CalibrationPublic:
    found = Calibration.model_validate(row.body)
    return CalibrationPublic(
        id=row.id,
        data=found.data,
        bundle=f"{found.bundle}@{found.version}",
        gallery_size=found.gallery_size,
        fpir=found.fpir,
        threshold=found.threshold.value,
        low=found.threshold.low,
        high=found.threshold.high,
        method=found.threshold.method,
        fnir=found.fnir,
        in_force=row.id == in_force,
        created_at=row.created_at,
        created_by=row.created_by,
        removed_at=row.removed_at,
        removed_by=row.removed_by,
    )
