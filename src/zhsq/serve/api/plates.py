"""Plates: read, register vehicles, match."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.models.plate.grammar import is_plate, normalise
from zhsq.serve.api import passes, permits
from zhsq.serve.api.bodies import Picture, sent, sent_as
from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, begins, narrowed
from zhsq.serve.api.permits import PermitCreate, Registering, find_vehicle
from zhsq.serve.api.plate_answers import (
    DeskDep,
    Gate,
    Kind,
    MatchResult,
    Reading,
    ReadResult,
    answer,
    at_home,
    decide,
    legible,
    read_result,
    record_match,
    see,
)
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, check, tagged
from zhsq.serve.each import only
from zhsq.serve.matching.plates import REGISTERED, REMOVED
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.store.tables import Permit, Vehicle, new_id

router = Router(tags=["plates"])
router.include_router(passes.router)
router.include_router(permits.router)


class PlateReadRequest(BaseModel):
    image: Picture
    kind: Kind = "auto"


class PlateMatchRequest(PlateReadRequest):
    estate: str = Field(examples=["east"])
    gate: Gate = ""


class VehicleFields(BaseModel):
    plate: str = Field(min_length=1, max_length=16, examples=["皖A12345"])
    reference: str = Field(default="", max_length=200, examples=["building 3, flat 502"])


class VehicleCreate(VehicleFields):
    permit: PermitCreate | None = Field(default=None, description="to begin with; more can follow")


class VehicleChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reference: str = Field(max_length=200, examples=["building 3, flat 601"])


class VehiclePublic(VehicleFields):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])


@router.post("/plates/read", openapi_extra=sent_as(PlateReadRequest))
def read_plate(
    who: Reading, asked: Annotated[PlateReadRequest, Depends(sent(PlateReadRequest))], shared: ServicesDep
) -> ReadResult:
    """Read the plate of a crop, or the best of a photo."""
    [seen] = see(shared, [asked.image.photo()], asked.kind)
    result = read_result(shared, only([legible(seen)]))
    shared.database.note(who.actor, "plates.read", result.text, f"{result.confidence:.3f}")
    return result


@router.post("/plates/match", responses=may_raise("not-found"), openapi_extra=sent_as(PlateMatchRequest))
def match_plate(
    who: Reading,
    asked: Annotated[PlateMatchRequest, Depends(sent(PlateMatchRequest))],
    shared: ServicesDep,
    kept: DeskDep,
) -> MatchResult:
    """Which registered vehicle it is, and what it is permitted; 'ambiguous' goes to a person and opens nothing."""
    estate = may_see(who, asked.estate)
    with shared.beside.work(partial(shared.check_estate, estate)):
        [found] = see(shared, [asked.image.photo()], asked.kind)
    seen = only([legible(found)])
    with shared.database.session() as session:
        [seen] = at_home(kept, session, estate, [seen])
        told = answer(shared, session, estate, decide(shared, kept, session, estate, seen.read), asked.gate)
        record_match(session, who, estate, told)
    return MatchResult(**told.__dict__, read=read_result(shared, seen))


@router.post("/estates/{estate}/vehicles", status_code=201, dependencies=[ONCE], responses=may_raise("conflict"))
def register_vehicle(
    estate: str, body: VehicleCreate, who: Registering, shared: ServicesDep, response: Response
) -> VehiclePublic:
    """Register a vehicle by its plate, with a permit if there is one."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        plate = checked(body)
        if session.scalar(select(Vehicle.id).where(Vehicle.estate_id == estate, Vehicle.plate == plate)):
            raise ProblemError("conflict", "{plate} is registered already.", plate=plate)
        vehicle = register(session, estate, plate, body, who.actor)
        return tagged(response, public(vehicle), vehicle.version)


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
        return asked.page(session, narrow, [Vehicle.plate, Vehicle.id], public)


@router.get("/estates/{estate}/vehicles/{vehicle_id}")
def get_vehicle(estate: str, vehicle_id: str, who: Reading, shared: ServicesDep, response: Response) -> VehiclePublic:
    """One registered vehicle."""
    may_see(who, estate)
    with shared.database.session() as session:
        vehicle = find_vehicle(session, estate, vehicle_id)
        record(session, who.actor, "vehicle.read", f"{estate}/{vehicle_id}")
        return tagged(response, public(vehicle), vehicle.version)


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
        vehicle = find_vehicle(session, estate, vehicle_id, lock=True)
        change(vehicle, if_match)
        vehicle.reference = body.reference
        session.flush()
        record(session, who.actor, "vehicle.change", f"{estate}/{vehicle_id}")
        return tagged(response, public(vehicle), vehicle.version)


@router.delete("/estates/{estate}/vehicles/{vehicle_id}", status_code=204)
def remove_vehicle(
    estate: str, vehicle_id: str, who: Registering, shared: ServicesDep, if_match: IfMatch = None
) -> None:
    """Remove a vehicle and its permits."""
    may_see(who, estate)
    with shared.database.session() as session:
        vehicle = find_vehicle(session, estate, vehicle_id, lock=True)
        check(vehicle.version, if_match)
        for permit in session.scalars(select(Permit).where(Permit.vehicle_id == vehicle_id)):
            session.delete(permit)
        session.flush()
        session.delete(vehicle)
        record(session, who.actor, REMOVED, f"{estate}/{vehicle_id}")


def checked(body: VehicleCreate) -> str:
    """The plate as it is registered.

    Raises:
        ProblemError: it is none.
    """
    plate = normalise(body.plate)
    if not is_plate(plate):
        raise ProblemError("invalid-request", "{plate!r} is not a plate by GA 36-2018.", plate=body.plate)
    return plate


def register(session: Session, estate: str, plate: str, body: VehicleCreate, actor: str) -> Vehicle:
    """Store a vehicle whose plate is not registered, in the caller's transaction."""
    vehicle = Vehicle(id=new_id(), estate_id=estate, plate=plate, reference=body.reference)
    session.add(vehicle)
    session.flush()
    record(session, actor, REGISTERED, f"{estate}/{vehicle.id}")
    if body.permit is not None:
        permits.permit(session, vehicle, body.permit)
        record(session, actor, "permit.create", f"{estate}/{vehicle.id}", body.permit.kind)
    return vehicle


def public(vehicle: Vehicle) -> VehiclePublic:
    """A vehicle as it is answered."""
    return VehiclePublic(id=vehicle.id, plate=vehicle.plate, reference=vehicle.reference)
