"""Devices of an estate, and what is asked of a probe of each."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, begins, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, check, tagged
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Device

router = Router(tags=["devices"])
Running = Annotated[Caller, Depends(require("property", "operator", "platform"))]
Seeing = Annotated[Caller, Depends(require("guard", "property", "operator", "platform", "auditor"))]
#: Systems of the programme that send events or probes; 'face' is a terminal at a door or gate, 'camera' watches.
DeviceKind = Literal[
    "face", "plate", "camera", "perimeter", "patrol", "electrical", "fire", "charger", "lamp", "wifi", "other"
]
Liveness = Literal["off", "required"]
Quality = Literal["advise", "require"]


class DevicePolicy(BaseModel):
    liveness: Liveness = Field(default="off", description="required: only a live face may match")
    quality: Quality = Field(
        default="advise", description="require: a probe that is not good enough matches nobody", examples=["require"]
    )


class DeviceCreate(DevicePolicy):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", examples=["east-gate-1"])
    kind: DeviceKind = Field(default="other", examples=["face"])


class DevicePublic(DeviceCreate):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    estate: str = Field(examples=["east"])


@router.post("/estates/{estate}/devices", status_code=201, dependencies=[ONCE], responses=may_raise("conflict"))
def create_device(
    estate: str, body: DeviceCreate, who: Running, shared: ServicesDep, response: Response
) -> DevicePublic:
    """Register a device with its policy."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        if session.scalar(select(Device).where(Device.estate_id == estate, Device.name == body.name)) is not None:
            raise ProblemError("conflict", "Device {name!r} is there already.", name=body.name)
        device = Device(estate_id=estate, **body.model_dump())
        session.add(device)
        session.flush()
        record(session, who.actor, "device.create", f"{estate}/{body.name}", _told(body))
        return tagged(response, _public(device), device.version)


@router.get("/estates/{estate}/devices")
def list_devices(
    estate: str,
    who: Seeing,
    shared: ServicesDep,
    asked: PagingDep,
    kind: DeviceKind | None = None,
    name_prefix: Annotated[str | None, Query(max_length=100)] = None,
    liveness: Liveness | None = None,
    quality: Quality | None = None,
) -> Page[DevicePublic]:
    """The estate's devices, by name."""
    may_see(who, estate)
    wanted = {Device.kind: kind, Device.liveness: liveness, Device.quality: quality}
    query = select(Device).where(Device.estate_id == estate, begins(Device.name, name_prefix))
    with shared.database.session() as session:
        shared.estate(session, estate)
        return asked.page(session, narrowed(query, wanted), [Device.name, Device.id], _public)


@router.get("/estates/{estate}/devices/{device_id}")
def get_device(estate: str, device_id: str, who: Seeing, shared: ServicesDep, response: Response) -> DevicePublic:
    """One device."""
    may_see(who, estate)
    with shared.database.session() as session:
        device = _find(session, estate, device_id)
        return tagged(response, _public(device), device.version)


@router.put("/estates/{estate}/devices/{device_id}")
def set_device_policy(
    estate: str,
    device_id: str,
    body: DevicePolicy,
    who: Running,
    shared: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> DevicePublic:
    """Change what is asked of its probes, from the next one on."""
    may_see(who, estate)
    with shared.database.session() as session:
        device = _find(session, estate, device_id, lock=True)
        change(device, if_match)
        device.liveness, device.quality = body.liveness, body.quality
        session.flush()
        record(session, who.actor, "device.policy", f"{estate}/{device.name}", _told(body))
        return tagged(response, _public(device), device.version)


@router.delete("/estates/{estate}/devices/{device_id}", status_code=204)
def delete_device(estate: str, device_id: str, who: Running, shared: ServicesDep, if_match: IfMatch = None) -> None:
    """Take a device off the register."""
    may_see(who, estate)
    with shared.database.session() as session:
        device = _find(session, estate, device_id, lock=True)
        check(device.version, if_match)
        session.delete(device)
        record(session, who.actor, "device.delete", f"{estate}/{device.name}")


def _find(session: Session, estate: str, device_id: str, *, lock: bool = False) -> Device:
    device = session.get(Device, device_id, with_for_update=lock)
    if device is None or device.estate_id != estate:
        raise ProblemError("not-found", "There is no device {device!r} in {estate!r}.", device=device_id, estate=estate)
    return device


def _told(policy: DevicePolicy) -> str:
    return f"liveness {policy.liveness}, quality {policy.quality}"


def _public(device: Device) -> DevicePublic:
    names = ("id", "name", "kind", "liveness", "quality")
    return DevicePublic.model_validate({"estate": device.estate_id, **{name: getattr(device, name) for name in names}})
