"""How an estate's devices are, by what was last heard of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.alerting.presence import said_offline
from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.devices import Seeing
from zhsq.serve.api.routing import Router
from zhsq.serve.store.tables import Device, DeviceState, now
from zhsq.serve.times import Utc

router = Router(tags=["devices"])
#: online, degraded and offline are its own words; silent: a device with heartbeats from which none came in time;
#: events-only: it sends no heartbeats, so its silence says nothing; never: registered, and never heard of.
Status = Literal["online", "degraded", "offline", "silent", "events-only", "never"]
#: Kind of the register -> type of event, where they differ.
_SENDS = {"face": "access", "plate": "vehicle", "camera": "anomaly", "other": ""}


class DeviceStatus(BaseModel):
    device: str = Field(examples=["smoke-b1-07"])
    kind: str = Field(
        description="type of its newest event that is no heartbeat; else what such a device sends by the register; else empty",
        examples=["fire"],
    )
    zone: str = Field(examples=["b1"])
    status: Status
    last_at: Utc | None = Field(description="of its newest event of any kind, to about 15 s")
    heartbeat_at: Utc | None
    battery_pct: float | None = Field(examples=[86.0])
    registered: bool = Field(description="whether it is among the estate's devices")


class DevicesReport(BaseModel):
    silent_after_s: float = Field(description="after so long without a message a device is silent", examples=[600.0])
    devices: list[DeviceStatus] = Field(description="every one that was registered or heard of, by name")


@router.get("/estates/{estate}/devices/status")
def read_device_status(
    estate: str,
    who: Seeing,
    shared: ServicesDep,
    silent_after_s: Annotated[float, Query(gt=0, le=86_400, description="after so long a device is silent")] = 600,
) -> DevicesReport:
    """How each device is that was registered or heard of."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        kinds = select(Device.name, Device.kind).where(Device.estate_id == estate)
        registered = dict(session.execute(kinds).tuples().all())
        heard = {row.device: row for row in session.scalars(select(DeviceState).where(DeviceState.estate_id == estate))}
    silent = now() - timedelta(seconds=silent_after_s)
    names = sorted(registered.keys() | heard.keys())
    devices = [_status(name, heard.get(name), registered.get(name), silent) for name in names]
    return DevicesReport(silent_after_s=silent_after_s, devices=devices)


def _status(name: str, row: DeviceState | None, registered: str | None, silent: datetime) -> DeviceStatus:
    if row is None:
        row = DeviceState(device=name, zone="", kind="", last_at=None, heartbeat_at=None, state="", battery_pct=None)
    return DeviceStatus(
        device=name,
        kind=row.kind or _SENDS.get(registered or "other", registered or ""),
        zone=row.zone,
        status=_word(row, silent),
        last_at=row.last_at,
        heartbeat_at=row.heartbeat_at,
        battery_pct=row.battery_pct,
        registered=registered is not None,
    )


def _word(row: DeviceState, silent: datetime) -> Status:
    if row.last_at is None:
        return "never"
    if row.heartbeat_at is None:
        return "events-only"
    if said_offline(row):
        return "offline"
    if row.last_at < silent:
        return "silent"
    return "degraded" if row.state == "degraded" else "online"
