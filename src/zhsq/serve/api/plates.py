"""Plates: read, register vehicles, match."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.errors import NoPlateError
from zhsq.imaging import RGBImage
from zhsq.models.plate.grammar import is_plate, normalise
from zhsq.models.plate.matching import match
from zhsq.models.plate.types import PlateRead
from zhsq.serve.api.deps import ImageFile, ServicesDep, may_see, read_image, require
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Vehicle

router = APIRouter(tags=["plates"])
Registering = Annotated[Caller, Depends(require("property", "operator", "platform"))]
Reading = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
Kind = Annotated[Literal["auto", "crop", "photo"], Form(description="auto: a crop when at least twice as wide as high")]


class ReadResult(BaseModel):
    text: str
    confidence: float = Field(description="of the weakest character, 0..1")
    accepted: bool = Field(description="whether the weakest character reaches the bundle's threshold")
    plate_class: str
    colour: str
    characters: list[dict[str, Any]]
    warnings: list[str]
    box: list[float] | None
    corners: list[list[float]] | None


class VehicleCreate(BaseModel):
    plate: str = Field(min_length=1, max_length=16)
    reference: str = Field(default="", max_length=200)


class VehiclePublic(VehicleCreate):
    id: str


class MatchResult(BaseModel):
    decision: Literal["match", "ambiguous", "unknown"]
    plate: str | None
    candidates: list[tuple[str, float]]
    read: ReadResult


@router.post("/plates/read")
def read_plate(image: ImageFile, who: Reading, shared: ServicesDep, kind: Kind = "auto") -> ReadResult:
    """Read the plate of a crop, or the best of a photo."""
    result, _ = _read(shared, read_image(shared, image), kind)
    with shared.database.session() as session:
        record(session, who.actor, "plates.read", result.text, f"{result.confidence:.3f}")
    return result


@router.post("/plates/match")
def match_plate(
    estate: Annotated[str, Form()], image: ImageFile, who: Reading, shared: ServicesDep, kind: Kind = "auto"
) -> MatchResult:
    """Which registered vehicle it is; 'ambiguous' goes to a person and opens nothing."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        registered = list(session.scalars(select(Vehicle.plate).where(Vehicle.estate_id == estate)))
    result, read = _read(shared, read_image(shared, image), kind)
    accept = shared.plate.bundle.threshold("accept").value
    found = match(read, registered, accept=accept, margin=shared.settings.plate_margin)
    with shared.database.session() as session:
        record(session, who.actor, "plates.match", f"{estate}/{found.plate or '-'}", found.decision)
    return MatchResult(decision=found.decision, plate=found.plate, candidates=list(found.candidates[:5]), read=result)


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
        record(session, who.actor, "vehicle.register", f"{estate}/{vehicle.id}")
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
        record(session, who.actor, "vehicle.remove", f"{estate}/{vehicle_id}")


def _read(shared: Services, image: RGBImage, kind: str) -> tuple[ReadResult, PlateRead]:
    height, width = image.shape[:2]
    box = corners = None
    if kind == "crop" or (kind == "auto" and width >= 2 * height):
        read = shared.plate.read_crop(image)
    else:
        sighting = shared.plate.best(image)
        read = sighting.read
        box, corners = sighting.box.tolist(), sighting.corners.tolist()
    if not read.text:
        raise NoPlateError("No plate was read.", "Send a sharper or larger picture of the plate.")
    result = ReadResult(
        text=read.text,
        confidence=read.confidence,
        accepted=read.confidence >= shared.plate.bundle.threshold("accept").value,
        plate_class=str(read.plate_class),
        colour=str(read.colour),
        characters=[
            {"symbol": c.symbol, "confidence": c.confidence, "alternatives": c.alternatives} for c in read.characters
        ],
        warnings=list(read.warnings),
        box=box,
        corners=corners,
    )
    return result, read
