"""Plates: read, register vehicles, match."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.errors import NoPlateError
from zhsq.models.plate.grammar import is_plate, normalise
from zhsq.serve.api import passes
from zhsq.serve.api.deps import ImageFile, ServicesDep, may_see, read_image, require
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
from zhsq.serve.matching.plates import REGISTERED, REMOVED
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Vehicle

router = APIRouter(tags=["plates"])
router.include_router(passes.router)
Registering = Annotated[Caller, Depends(require("property", "operator", "platform"))]


class VehicleCreate(BaseModel):
    plate: str = Field(min_length=1, max_length=16)
    reference: str = Field(default="", max_length=200)


class VehiclePublic(VehicleCreate):
    id: str


@router.post("/plates/read")
def read_plate(image: ImageFile, who: Reading, shared: ServicesDep, kind: Kind = "auto") -> ReadResult:
    """Read the plate of a crop, or the best of a photo."""
    result = read_result(shared, _legible(see(shared, read_image(shared, image), kind)))
    with shared.database.session() as session:
        record(session, who.actor, "plates.read", result.text, f"{result.confidence:.3f}")
    return result


@router.post("/plates/match")
def match_plate(
    estate: Annotated[str, Form()],
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


@router.post("/estates/{estate}/vehicles", status_code=201)
def register_vehicle(estate: str, body: VehicleCreate, who: Registering, shared: ServicesDep) -> VehiclePublic:
    """Register a vehicle by its plate."""
    may_see(who, estate)
    plate = normalise(body.plate)
    if not is_plate(plate):
        raise ProblemError("invalid-request", f"{body.plate!r} is not a plate by GA 36-2018.")
    with shared.database.session() as session:
        shared.estate(session, estate)
        if session.scalar(select(Vehicle).where(Vehicle.estate_id == estate, Vehicle.plate == plate)):
            raise ProblemError("conflict", f"{plate} is registered already.")
        vehicle = Vehicle(estate_id=estate, plate=plate, reference=body.reference)
        session.add(vehicle)
        session.flush()
        record(session, who.actor, REGISTERED, f"{estate}/{vehicle.id}")
        return VehiclePublic(id=vehicle.id, plate=plate, reference=body.reference)


@router.get("/estates/{estate}/vehicles")
def list_vehicles(estate: str, who: Reading, shared: ServicesDep) -> list[VehiclePublic]:
    """The estate's registered vehicles."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        record(session, who.actor, "vehicle.list", estate)
        query = select(Vehicle).where(Vehicle.estate_id == estate).order_by(Vehicle.plate)
        return [VehiclePublic(id=v.id, plate=v.plate, reference=v.reference) for v in session.scalars(query)]


@router.delete("/estates/{estate}/vehicles/{vehicle_id}", status_code=204)
def remove_vehicle(estate: str, vehicle_id: str, who: Registering, shared: ServicesDep) -> None:
    """Remove a vehicle."""
    may_see(who, estate)
    with shared.database.session() as session:
        vehicle = session.get(Vehicle, vehicle_id)
        if vehicle is None or vehicle.estate_id != estate:
            raise ProblemError("not-found", f"There is no vehicle {vehicle_id!r} in {estate!r}.")
        session.delete(vehicle)
        record(session, who.actor, REMOVED, f"{estate}/{vehicle_id}")


def _legible(seen: Seen) -> Seen:
    if not seen.read.text:
        raise NoPlateError("No plate was read.", "Send a sharper or larger picture of the plate.")
    return seen
