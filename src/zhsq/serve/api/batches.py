"""Many at once: pairs to verify, probes to identify, plates to read and match, vehicles to register.

Each item has its own answer or its own problem, in the order in which they were sent; the models work on all of them
together, and each decision is that of a single call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.errors import ZhsqError
from zhsq.serve.api.bodies import Pictures, decoded, sent, sent_as
from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.face_answers import IdentifyResult, Matching, Verification, identification, verification
from zhsq.serve.api.faces import Device
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.permits import Registering
from zhsq.serve.api.plate_answers import (
    DeskDep,
    Gate,
    Kind,
    MatchResult,
    Outcome,
    Reading,
    ReadResult,
    Seen,
    answer,
    at_home,
    decide,
    legible,
    read_result,
    record_match,
    see,
)
from zhsq.serve.api.plates import VehicleCreate, VehiclePublic, checked, public, register
from zhsq.serve.api.routing import Router
from zhsq.serve.each import each, paired
from zhsq.serve.matching.naming import sit
from zhsq.serve.matching.probes import ProbePolicy, policy_now, probe
from zhsq.serve.problems import Problem, ProblemError, may_raise
from zhsq.serve.problems import told as problem_of
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Vehicle

faces = Router(tags=["faces"])
plates = Router(tags=["plates"])
#: Pictures, or pairs of them; vehicles.
PICTURES, VEHICLES = 32, 1000
T = TypeVar("T")


class Item(BaseModel, Generic[T]):
    index: int = Field(description="place in the request, from 0", examples=[0])
    result: T | None
    problem: Problem | None = Field(description="as a single call would have been refused", examples=[None])


class Batch(BaseModel, Generic[T]):
    items: list[Item[T]] = Field(description="in the order of the request")
    failed: int = Field(description="items with a problem", examples=[0])


class VerifyBatch(BaseModel):
    first: Pictures = Field(min_length=1, max_length=PICTURES)
    second: Pictures = Field(min_length=1, max_length=PICTURES, description="each compared with the one in its place")


class IdentifyBatch(BaseModel):
    images: Pictures = Field(min_length=1, max_length=PICTURES)
    device: Device = None


class PlateReadBatch(BaseModel):
    images: Pictures = Field(min_length=1, max_length=PICTURES)
    kind: Kind = "auto"


class PlateMatchBatch(PlateReadBatch):
    estate: str = Field(examples=["east"])
    gate: Gate = ""


class VehicleBatch(BaseModel):
    vehicles: list[VehicleCreate] = Field(min_length=1, max_length=VEHICLES)


@faces.post("/faces/verify/batch", openapi_extra=sent_as(VerifyBatch))
def verify_many(
    request: Request,
    who: Matching,
    asked: Annotated[VerifyBatch, Depends(sent(VerifyBatch, several=True))],
    shared: ServicesDep,
) -> Batch[Verification]:
    """Whether each pair of photos shows one person. Nothing of them is kept."""
    count = len(asked.first)
    if len(asked.second) != count:
        raise ProblemError(
            "invalid-request",
            "{first} first and {second} second photos make no pairs.",
            first=count,
            second=len(asked.second),
        )
    probes = each(decoded([*asked.first, *asked.second]), lambda photos: probe(shared, photos, ProbePolicy))
    threshold = shared.face.bundle.threshold("verify")
    pairs = paired(probes[:count], probes[count:])
    results = each(pairs, lambda found: [verification(one, two, threshold) for one, two in found])
    shared.database.note(who.actor, "faces.verify", f"{count} pairs of photos")
    return _batch(request, results)


@faces.post(
    "/estates/{estate}/faces/identify/batch",
    responses=may_raise("gallery-mismatch"),
    openapi_extra=sent_as(IdentifyBatch),
)
def identify_many(
    request: Request,
    estate: str,
    who: Matching,
    asked: Annotated[IdentifyBatch, Depends(sent(IdentifyBatch, several=True))],
    shared: ServicesDep,
) -> Batch[IdentifyResult]:
    """Who each photo's largest face is, or 'unknown'; each is audited. An unknown leaves nothing behind."""
    may_see(who, estate)
    policy = policy_now(shared, estate, asked.device)
    probes = each(decoded(asked.images), lambda photos: probe(shared, photos, lambda: policy))
    with shared.database.session() as session:
        sitting = sit(session, shared, shared.estate(session, estate))
        named = each(probes, lambda found: [identification(session, sitting, one, who.actor) for one in found])
        _record_failed(session, who, "faces.identify", f"{estate}/-", named)
    return _batch(request, named)


@plates.post("/plates/read/batch", openapi_extra=sent_as(PlateReadBatch))
def read_many(
    request: Request,
    who: Reading,
    asked: Annotated[PlateReadBatch, Depends(sent(PlateReadBatch, several=True))],
    shared: ServicesDep,
) -> Batch[ReadResult]:
    """Read the plate of each crop, or the best of each photo; each is audited."""
    reads = each(_see(shared, asked), lambda found: [read_result(shared, seen) for seen in found])
    with shared.database.session() as session:
        for read in reads:
            if isinstance(read, ReadResult):
                record(session, who.actor, "plates.read", read.text, f"{read.confidence:.3f}")
        _record_failed(session, who, "plates.read", "-", reads)
    return _batch(request, reads)


@plates.post("/plates/match/batch", responses=may_raise("not-found"), openapi_extra=sent_as(PlateMatchBatch))
def match_many(
    request: Request,
    who: Reading,
    asked: Annotated[PlateMatchBatch, Depends(sent(PlateMatchBatch, several=True))],
    shared: ServicesDep,
    kept: DeskDep,
) -> Batch[MatchResult]:
    """Which registered vehicle each picture shows, and what it is permitted; each is audited."""
    estate = may_see(who, asked.estate)
    shared.check_estate(estate)
    seen = _see(shared, asked)
    with shared.database.session() as session:
        seen = each(seen, lambda sound: at_home(kept, session, estate, sound))
        found = each(seen, lambda sound: [decide(shared, kept, session, estate, one.read) for one in sound])
        outcomes = each(found, lambda sound: [answer(shared, session, estate, one, asked.gate) for one in sound])
        for outcome in outcomes:
            if isinstance(outcome, Outcome):
                record_match(session, who, estate, outcome)
        _record_failed(session, who, "plates.match", f"{estate}/-", outcomes)
    results = each(
        paired(seen, outcomes),
        lambda sound: [MatchResult(**told.__dict__, read=read_result(shared, one)) for one, told in sound],
    )
    return _batch(request, results)


@plates.post("/estates/{estate}/vehicles/batch", dependencies=[ONCE])
def register_many(
    request: Request, estate: str, body: VehicleBatch, who: Registering, shared: ServicesDep
) -> Batch[VehiclePublic]:
    """Register vehicles by their plates. Those that can't be registered don't keep the others from it."""
    may_see(who, estate)
    results: list[VehiclePublic | ProblemError] = []
    with shared.database.session() as session:
        shared.estate(session, estate)
        known = set(session.scalars(select(Vehicle.plate).where(Vehicle.estate_id == estate)))
        for vehicle in body.vehicles:
            try:
                plate = checked(vehicle)
                if plate in known:
                    raise ProblemError("conflict", "{plate} is registered already.", plate=plate)
            except ProblemError as error:
                results.append(error)
                continue
            known.add(plate)
            results.append(public(register(session, estate, plate, vehicle, who.actor)))
    return _batch(request, results)


def _see(shared: ServicesDep, asked: PlateReadBatch) -> list[Seen | ZhsqError]:
    seen = each(decoded(asked.images), lambda photos: see(shared, photos, asked.kind))
    return [legible(one) for one in seen]


def _record_failed(session: Session, who: Caller, action: str, target: str, results: Sequence[object]) -> None:
    """To the audit: how many pictures of a batch showed nothing to compare; the others have their own entries."""
    failed = sum(isinstance(result, ZhsqError) for result in results)
    if failed:
        record(session, who.actor, action, target, f"{failed} of {len(results)} not usable")


def _batch(request: Request, results: list[T | ZhsqError] | list[T | ProblemError]) -> Batch[T]:
    items: list[Item[T]] = []
    for index, result in enumerate(results):
        if isinstance(result, ZhsqError | ProblemError):
            items.append(Item(index=index, result=None, problem=Problem(**problem_of(request, result))))
        else:
            items.append(Item(index=index, result=result, problem=None))
    return Batch(items=items, failed=sum(item.problem is not None for item in items))


router = Router()
router.include_router(faces)
router.include_router(plates)
