"""How an estate's devices are, by what was last heard of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.devices import Seeing
from zhsq.serve.privacy.consents import Utc
from zhsq.serve.store.tables import Device, DeviceState, now

router = APIRouter(tags=["devices"])
#: online, degraded and offline are its own words; silent: a device with heartbeats from which none came in time;
#: events-only: it sends no heartbeats, so its silence says nothing; never: registered, and never heard of.
Status = Literal["online", "degraded", "offline", "silent", "events-only", "never"]


class DeviceStatus(BaseModel):
    device: str
    kind: str = Field(description="type of its newest event that is no heartbeat; empty where there was none")
    zone: str
    status: Status
    last_at: Utc | None = Field(description="of its newest event of any kind, to about 15 s")
    heartbeat_at: Utc | None
    battery_pct: float | None
    registered: bool


@router.get("/estates/{estate}/devices/status")
def read_device_status(
    estate: str,
    who: Seeing,
    shared: ServicesDep,
    silent_after_s: Annotated[float, Query(gt=0, le=86_400, description="after so long a device is silent")] = 600,
) -> list[DeviceStatus]:
    """Every device that was registered or heard of, by name."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        registered = set(session.scalars(select(Device.name).where(Device.estate_id == estate)))
        heard = {row.device: row for row in session.scalars(select(DeviceState).where(DeviceState.estate_id == estate))}
    silent = now() - timedelta(seconds=silent_after_s)
    return [_status(name, heard.get(name), name in registered, silent) for name in sorted(registered | heard.keys())]


def _status(name: str, row: DeviceState | None, registered: bool, silent: datetime) -> DeviceStatus:
    if row is None:
        row = DeviceState(device=name, zone="", kind="", last_at=None, heartbeat_at=None, state="", battery_pct=None)
    return DeviceStatus(
        device=name,
        kind=row.kind,
        zone=row.zone,
        status=_word(row, silent),
        last_at=row.last_at,
        heartbeat_at=row.heartbeat_at,
        battery_pct=row.battery_pct,
        registered=registered,
    )


def _word(row: DeviceState, silent: datetime) -> Status:
    if row.last_at is None:
        return "never"
    if row.heartbeat_at is None:
        return "events-only"
    if row.state == "offline" and row.heartbeat_at >= row.last_at:
        return "offline"
    if row.last_at < silent:
        return "silent"
    return "degraded" if row.state == "degraded" else "online"
