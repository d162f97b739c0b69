"""Permits of vehicles: from when until when, at which gates, at which hours."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from zhsq.serve.alerting.events.payloads import Name
from zhsq.serve.alerting.rules.conditions import During
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, check, tagged
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Permit, Vehicle, new_id, now
from zhsq.serve.times import Utc, utc

router = Router()
Registering = Annotated[Caller, Depends(require("property", "operator", "platform"))]
Reading = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
PermitKind = Literal["resident", "visitor", "contractor", "service", "other"]
PermitSpan = Literal["valid", "not-yet", "expired"]


class PermitCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: PermitKind = "resident"
    reference: str = Field(
        default="", max_length=200, description="a flat, a company, an order; no name is needed", examples=["flat 502"]
    )
    valid_from: datetime | None = Field(
        default=None, description="now when not given; without a zone UTC", examples=["2026-12-01T00:00:00Z"]
    )
    valid_until: datetime | None = Field(
        default=None,
        description="not valid any more from then on; null: until removed",
        examples=["2099-12-31T16:00:00Z"],
    )
    gates: list[Name] = Field(
        default=[], max_length=50, description="names of devices or zones; none: every gate", examples=[["east-gate-1"]]
    )
    hours: list[During] = Field(
        default=[],
        max_length=14,
        description="local hours (the rules' utc_offset), over midnight too; none: any hour",
        examples=[[{"from": "08:00", "to": "18:00", "days": ["mon", "tue", "wed", "thu", "fri"]}]],
    )

    @model_validator(mode="after")
    def _ordered(self) -> PermitCreate:
        if self.valid_until is not None and utc(self.valid_until) <= utc(self.valid_from or now()):
            raise ValueError("a permit must end after it begins")
        return self


class PermitPublic(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    vehicle: str = Field(examples=["0b6d1f2c9a8e4d7f8c3b5a6e7d9f0123"])
    kind: PermitKind
    reference: str = Field(examples=["flat 502"])
    valid_from: Utc
    valid_until: Utc | None
    gates: list[str] = Field(examples=[["east-gate-1"]])
    hours: list[During] = Field(examples=[[]])
    state: PermitSpan = Field(description="today, whatever the gate and the hour")


@router.post("/estates/{estate}/vehicles/{vehicle_id}/permits", status_code=201, dependencies=[ONCE])
def create_permit(
    estate: str, vehicle_id: str, body: PermitCreate, who: Registering, shared: ServicesDep, response: Response
) -> PermitPublic:
    """Permit a registered vehicle to pass. It may have several permits: one that is valid will do."""
    may_see(who, estate)
    with shared.database.session() as session:
        made = permit(session, find_vehicle(session, estate, vehicle_id), body)
        session.flush()
        record(session, who.actor, "permit.create", f"{estate}/{vehicle_id}", body.kind)
        return tagged(response, _public(made), made.version)


@router.get("/estates/{estate}/permits")
def list_permits(
    estate: str,
    who: Reading,
    shared: ServicesDep,
    asked: PagingDep,
    vehicle: Annotated[str | None, Query(max_length=32)] = None,
    kind: PermitKind | None = None,
    state: PermitSpan | None = None,
    reference: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[PermitPublic]:
    """The estate's permits, newest first."""
    may_see(who, estate)
    wanted = {Permit.vehicle_id: vehicle, Permit.kind: kind, Permit.reference: reference}
    query = narrowed(select(Permit).where(Permit.estate_id == estate), wanted)
    ended = and_(Permit.valid_until.is_not(None), Permit.valid_until <= now())
    begun = Permit.valid_from <= now()
    states = {"expired": ended, "not-yet": and_(~ended, ~begun), "valid": and_(~ended, begun)}
    query = query.where(states[state]) if state else query
    with shared.database.session() as session:
        shared.estate(session, estate)
        record(session, who.actor, "permit.list", estate)
        return asked.page(session, query, [Permit.created_at, Permit.id], _public, descending=True)


@router.get("/estates/{estate}/permits/{permit_id}")
def get_permit(estate: str, permit_id: str, who: Reading, shared: ServicesDep, response: Response) -> PermitPublic:
    """One permit."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = _find(session, estate, permit_id)
        record(session, who.actor, "permit.read", f"{estate}/{found.vehicle_id}")
        return tagged(response, _public(found), found.version)


@router.put("/estates/{estate}/permits/{permit_id}")
def change_permit(
    estate: str,
    permit_id: str,
    body: PermitCreate,
    who: Registering,
    shared: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> PermitPublic:
    """Put other terms in the place of a permit's, from now on. Without `valid_from` it keeps its beginning."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = _find(session, estate, permit_id, lock=True)
        change(found, if_match)
        for name, value in _terms(body, found.valid_from).items():
            setattr(found, name, value)
        session.flush()
        record(session, who.actor, "permit.change", f"{estate}/{found.vehicle_id}", body.kind)
        return tagged(response, _public(found), found.version)


@router.delete("/estates/{estate}/permits/{permit_id}", status_code=204)
def remove_permit(estate: str, permit_id: str, who: Registering, shared: ServicesDep, if_match: IfMatch = None) -> None:
    """Take a permit back. The vehicle stays registered."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = _find(session, estate, permit_id, lock=True)
        check(found.version, if_match)
        session.delete(found)
        record(session, who.actor, "permit.remove", f"{estate}/{found.vehicle_id}")


def permit(session: Session, vehicle: Vehicle, body: PermitCreate) -> Permit:
    """Store a permit, in the caller's transaction."""
    made = Permit(id=new_id(), estate_id=vehicle.estate_id, vehicle_id=vehicle.id, **_terms(body, now()))
    session.add(made)
    return made


def _terms(body: PermitCreate, begun: datetime) -> dict[str, object]:
    return {
        "kind": body.kind,
        "reference": body.reference,
        "valid_from": utc(body.valid_from) if body.valid_from else begun,
        "valid_until": utc(body.valid_until) if body.valid_until else None,
        "gates": body.gates,
        "hours": [hours.model_dump(mode="json", by_alias=True) for hours in body.hours],
    }


def find_vehicle(session: Session, estate: str, vehicle_id: str, *, lock: bool = False) -> Vehicle:
    """A vehicle that is registered in an estate.

    Raises:
        ProblemError: there is none.
    """
    vehicle = session.get(Vehicle, vehicle_id, with_for_update=lock)
    if vehicle is None or vehicle.estate_id != estate:
        raise ProblemError(
            "not-found", "There is no vehicle {vehicle!r} in {estate!r}.", vehicle=vehicle_id, estate=estate
        )
    return vehicle


def _find(session: Session, estate: str, permit_id: str, *, lock: bool = False) -> Permit:
    found = session.get(Permit, permit_id, with_for_update=lock)
    if found is None or found.estate_id != estate:
        raise ProblemError("not-found", "There is no permit {permit!r} in {estate!r}.", permit=permit_id, estate=estate)
    return found


def _public(found: Permit) -> PermitPublic:
    at = now()
    ended = found.valid_until is not None and found.valid_until <= at
    return PermitPublic(
        id=found.id,
        vehicle=found.vehicle_id,
        kind=TypeAdapter(PermitKind).validate_python(found.kind),
        reference=found.reference,
        valid_from=found.valid_from,
        valid_until=found.valid_until,
        gates=found.gates,
        hours=[During(**hours) for hours in found.hours],
        state="expired" if ended else "valid" if found.valid_from <= at else "not-yet",
    )
