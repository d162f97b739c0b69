"""Permits of vehicles: from when until when, at which gates, at which hours."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, TypeAdapter, model_validator
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from zhsq.serve.alerting.events.payloads import Name
from zhsq.serve.alerting.rules.conditions import During
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.privacy.consents import Utc, utc
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Permit, Vehicle, new_id, now

router = APIRouter()
Registering = Annotated[Caller, Depends(require("property", "operator", "platform"))]
Reading = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
PermitKind = Literal["resident", "visitor", "contractor", "service", "other"]
Span = Literal["valid", "not-yet", "expired"]


class PermitCreate(BaseModel):
    kind: PermitKind = "resident"
    reference: str = Field(default="", max_length=200, description="a flat, a company, an order; no name is needed")
    valid_from: datetime | None = Field(default=None, description="now when not given; without a zone UTC")
    valid_until: datetime | None = Field(
        default=None, description="not valid any more from then on; null: until removed"
    )
    gates: list[Name] = Field(default=[], max_length=50, description="names of devices or zones; none: every gate")
    hours: list[During] = Field(
        default=[], max_length=14, description="local hours (the rules' utc_offset), over midnight too; none: any hour"
    )

    @model_validator(mode="after")
    def _ordered(self) -> PermitCreate:
        if self.valid_until is not None and utc(self.valid_until) <= utc(self.valid_from or now()):
            raise ValueError("a permit must end after it begins")
        return self


class PermitPublic(BaseModel):
    id: str
    vehicle: str
    kind: PermitKind
    reference: str
    valid_from: Utc
    valid_until: Utc | None
    gates: list[str]
    hours: list[During]
    state: Span = Field(description="today, whatever the gate and the hour")


class PermitPage(BaseModel):
    items: list[PermitPublic]
    next: str | None = Field(description="the `cursor` that goes on; null at the end")


@router.post("/estates/{estate}/vehicles/{vehicle_id}/permits", status_code=201)
def create_permit(
    estate: str, vehicle_id: str, body: PermitCreate, who: Registering, shared: ServicesDep
) -> PermitPublic:
    """Permit a registered vehicle to pass. It may have several permits: one that is valid will do."""
    may_see(who, estate)
    with shared.database.session() as session:
        vehicle = session.get(Vehicle, vehicle_id)
        if vehicle is None or vehicle.estate_id != estate:
            raise ProblemError("not-found", f"There is no vehicle {vehicle_id!r} in {estate!r}.")
        made = permit(session, vehicle, body)
        record(session, who.actor, "permit.create", f"{estate}/{vehicle_id}", body.kind)
        return _public(made)


@router.get("/estates/{estate}/permits")
def list_permits(
    estate: str,
    who: Reading,
    shared: ServicesDep,
    vehicle: str | None = None,
    kind: PermitKind | None = None,
    state: Span | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str = "",
) -> PermitPage:
    """The estate's permits, by identifier."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        query = select(Permit).where(Permit.estate_id == estate, Permit.id > cursor)
        if vehicle is not None:
            query = query.where(Permit.vehicle_id == vehicle)
        if kind is not None:
            query = query.where(Permit.kind == kind)
        if state is not None:
            at = now()
            ended, begun = Permit.valid_until <= at, Permit.valid_from <= at
            open_end = or_(Permit.valid_until.is_(None), Permit.valid_until > at)
            query = query.where(
                *{"expired": (ended,), "not-yet": (open_end, ~begun), "valid": (open_end, begun)}[state]
            )
        found = session.scalars(query.order_by(Permit.id).limit(limit)).all()
        record(session, who.actor, "permit.list", estate)
        return PermitPage(items=[_public(one) for one in found], next=found[-1].id if len(found) == limit else None)


@router.put("/estates/{estate}/permits/{permit_id}")
def change_permit(
    estate: str, permit_id: str, body: PermitCreate, who: Registering, shared: ServicesDep
) -> PermitPublic:
    """Put other terms in the place of a permit's, from now on."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = _find(session, estate, permit_id)
        for name, value in _terms(body, found.valid_from).items():
            setattr(found, name, value)
        record(session, who.actor, "permit.change", f"{estate}/{found.vehicle_id}", body.kind)
        return _public(found)


@router.delete("/estates/{estate}/permits/{permit_id}", status_code=204)
def remove_permit(estate: str, permit_id: str, who: Registering, shared: ServicesDep) -> None:
    """Take a permit back. The vehicle stays registered."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = _find(session, estate, permit_id)
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


def _find(session: Session, estate: str, permit_id: str) -> Permit:
    found = session.get(Permit, permit_id)
    if found is None or found.estate_id != estate:
        raise ProblemError("not-found", f"There is no permit {permit_id!r} in {estate!r}.")
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
