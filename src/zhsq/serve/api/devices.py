"""Devices that send probes, and what is asked of a probe of each."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Device

router = APIRouter(tags=["devices"])
Running = Annotated[Caller, Depends(require("property", "operator", "platform"))]
Seeing = Annotated[Caller, Depends(require("guard", "property", "operator", "platform", "auditor"))]


class DevicePolicy(BaseModel):
    liveness: Literal["off", "required"] = Field(default="off", description="required: only a live face may match")
    quality: Literal["advise", "require"] = Field(
        default="advise", description="require: a probe that is not good enough matches nobody"
    )


class DeviceCreate(DevicePolicy):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", examples=["east-gate-1"])


class DevicePublic(DeviceCreate):
    id: str
    estate: str


@router.post("/estates/{estate}/devices", status_code=201)
def create_device(estate: str, body: DeviceCreate, who: Running, shared: ServicesDep) -> DevicePublic:
    """Register a device with its policy."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        if session.scalar(select(Device).where(Device.estate_id == estate, Device.name == body.name)) is not None:
            raise ProblemError("conflict", f"Device {body.name!r} is there already.")
        device = Device(estate_id=estate, **body.model_dump())
        session.add(device)
        session.flush()
        record(session, who.actor, "device.create", f"{estate}/{body.name}", _told(body))
        return _public(device)


@router.get("/estates/{estate}/devices")
def list_devices(estate: str, who: Seeing, shared: ServicesDep) -> list[DevicePublic]:
    """The estate's devices, by name."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        found = session.scalars(select(Device).where(Device.estate_id == estate).order_by(Device.name))
        return [_public(device) for device in found]


@router.put("/estates/{estate}/devices/{device_id}")
def set_policy(estate: str, device_id: str, body: DevicePolicy, who: Running, shared: ServicesDep) -> DevicePublic:
    """Change what is asked of its probes, from the next one on."""
    may_see(who, estate)
    with shared.database.session() as session:
        device = session.get(Device, device_id)
        if device is None or device.estate_id != estate:
            raise ProblemError("not-found", f"There is no device {device_id!r} in {estate!r}.")
        device.liveness, device.quality = body.liveness, body.quality
        record(session, who.actor, "device.policy", f"{estate}/{device.name}", _told(body))
        return _public(device)


@router.delete("/estates/{estate}/devices/{device_id}", status_code=204)
def delete_device(estate: str, device_id: str, who: Running, shared: ServicesDep) -> None:
    """Take a device off the register."""
    may_see(who, estate)
    with shared.database.session() as session:
        device = session.get(Device, device_id)
        if device is None or device.estate_id != estate:
            raise ProblemError("not-found", f"There is no device {device_id!r} in {estate!r}.")
        session.delete(device)
        record(session, who.actor, "device.delete", f"{estate}/{device.name}")


def _told(policy: DevicePolicy) -> str:
    return f"liveness {policy.liveness}, quality {policy.quality}"


def _public(device: Device) -> DevicePublic:
    return DevicePublic.model_validate(
        {"id": device.id, "estate": device.estate_id, "name": device.name}
        | {"liveness": device.liveness, "quality": device.quality}
    )
