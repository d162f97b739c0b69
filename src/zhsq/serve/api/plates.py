"""Plates: read, register vehicles, match."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.errors import NoPlateError
from zhsq.models.plate.grammar import is_plate, normalise
from zhsq.serve.api import passes
from zhsq.serve.api.deps import ImageFile, ServicesDep, may_see, read_image, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, begins, narrowed
from zhsq.serve.api.plate_answers import (
    DeskDep,
    Kind,
    MatchResult,
    Reading,
    ReadResult,
    Seen,
    decide,
    outcome,
    read_result,
    record_match,
    see,
)
from zhsq.serve.api.tags import IfMatch, change, check, tagged
from zhsq.serve.matching.plates import REGISTERED, REMOVED
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Vehicle

router = APIRouter(tags=["plates"])
router.include_router(passes.router)
Registering = Annotated[Caller, Depends(require("property", "operator", "platform"))]


class VehicleCreate(BaseModel):
    plate: str = Field(min_length=1, max_length=16, examples=["皖A12345"])
    reference: str = Field(default="", max_length=200, examples=["building 3, flat 502"])


class VehicleChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reference: str = Field(max_length=200, examples=["building 3, flat 601"])


class VehiclePublic(VehicleCreate):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])


@router.post("/plates/read")
def read_plate(image: ImageFile, who: Reading, shared: ServicesDep, kind: Kind = "auto") -> ReadResult:
    """Read the plate of a crop, or the best of a photo."""
    result = read_result(shared, _legible(see(shared, read_image(shared, image), kind)))
    with shared.database.session() as session:
        record(session, who.actor, "plates.read", result.text, f"{result.confidence:.3f}")
    return result


@router.post("/plates/match", responses=may_raise("not-found"))
def match_plate(
    estate: Annotated[str, Form(examples=["east"])],
    image: ImageFile,
    who: Reading,
    shared: ServicesDep,
    kept: DeskDep,
    kind: Kind = "auto",
) -> MatchResult:
    """Which registered vehicle it is; 'ambiguous' goes to a person and opens nothing."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
    seen = _legible(see(shared, read_image(shared, image), kind))
    with shared.database.session() as session:
        found = decide(shared, kept, session, estate, seen.read)
        record_match(session, who, estate, found)
    return MatchResult(**outcome(found), read=read_result(shared, seen))


@router.post("/estates/{estate}/vehicles", status_code=201, dependencies=[ONCE], responses=may_raise("conflict"))
def register_vehicle(
    estate: str, body: VehicleCreate, who: Registering, shared: ServicesDep, response: Response
) -> VehiclePublic:
    """Register a vehicle by its plate."""
    may_see(who, estate)
    plate = normalise(body.plate)
    if not is_plate(plate):
        raise ProblemError("invalid-request", "{plate!r} is not a plate by GA 36-2018.", plate=body.plate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        if session.scalar(select(Vehicle).where(Vehicle.estate_id == estate, Vehicle.plate == plate)):
            raise ProblemError("conflict", "{plate} is registered already.", plate=plate)
        vehicle = Vehicle(estate_id=estate, plate=plate, reference=body.reference)
        session.add(vehicle)
        session.flush()
        record(session, who.actor, REGISTERED, f"{estate}/{vehicle.id}")
        return tagged(response, _public(vehicle), vehicle.version)


@router.get("/estates/{estate}/vehicles")
def list_vehicles(
    estate: str,
    who: Reading,
    shared: ServicesDep,
    asked: PagingDep,
    plate_prefix: Annotated[str | None, Query(max_length=16, description="as it is read: 皖A1")] = None,
    reference: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[VehiclePublic]:
    """The estate's registered vehicles, by plate."""
    may_see(who, estate)
    beginning = normalise(plate_prefix) if plate_prefix else None
    query = select(Vehicle).where(Vehicle.estate_id == estate, begins(Vehicle.plate, beginning))
    with shared.database.session() as session:
        shared.estate(session, estate)
        record(session, who.actor, "vehicle.list", estate)
        narrow = narrowed(query, {Vehicle.reference: reference})
        return asked.page(session, narrow, [Vehicle.plate, Vehicle.id], _public)


@router.get("/estates/{estate}/vehicles/{vehicle_id}")
def get_vehicle(estate: str, vehicle_id: str, who: Reading, shared: ServicesDep, response: Response) -> VehiclePublic:
    """One registered vehicle."""
    may_see(who, estate)
    with shared.database.session() as session:
        vehicle = _find(session, estate, vehicle_id)
        record(session, who.actor, "vehicle.read", f"{estate}/{vehicle_id}")
        return tagged(response, _public(vehicle), vehicle.version)


@router.patch("/estates/{estate}/vehicles/{vehicle_id}")
def change_vehicle(
    estate: str,
    vehicle_id: str,
    body: VehicleChange,
    who: Registering,
    shared: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> VehiclePublic:
    """Change what the estate calls it. Another plate is another vehicle: remove this one and register that."""
    may_see(who, estate)
    with shared.database.session() as session:
        vehicle = _find(session, estate, vehicle_id, lock=True)
        change(vehicle, if_match)
        vehicle.reference = body.reference
        session.flush()
        record(session, who.actor, "vehicle.change", f"{estate}/{vehicle_id}")
        return tagged(response, _public(vehicle), vehicle.version)


@router.delete("/estates/{estate}/vehicles/{vehicle_id}", status_code=204)
def remove_vehicle(
    estate: str, vehicle_id: str, who: Registering, shared: ServicesDep, if_match: IfMatch = None
) -> None:
    """Remove a vehicle."""
    may_see(who, estate)
    with shared.database.session() as session:
        vehicle = _find(session, estate, vehicle_id, lock=True)
        check(vehicle.version, if_match)
        session.delete(vehicle)
        record(session, who.actor, REMOVED, f"{estate}/{vehicle_id}")


def _legible(seen: Seen) -> Seen:
    if not seen.read.text:
        raise NoPlateError("No plate was read.", "Send a sharper or larger picture of the plate.")
    return seen


def _find(session: Session, estate: str, vehicle_id: str, *, lock: bool = False) -> Vehicle:
    vehicle = session.get(Vehicle, vehicle_id, with_for_update=lock)
    if vehicle is None or vehicle.estate_id != estate:
        raise ProblemError(
            "not-found", "There is no vehicle {vehicle!r} in {estate!r}.", vehicle=vehicle_id, estate=estate
        )
    return vehicle


def _public(vehicle: Vehicle) -> VehiclePublic:
    return VehiclePublic(id=vehicle.id, plate=vehicle.plate, reference=vehicle.reference)
