"""Events in; alerts out, and their life."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from zhsq.serve.alerting.alerts import Action, move, raise_alerts
from zhsq.serve.alerting.rules import EventType
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Alert, Event, now

router = APIRouter(tags=["alerts"])
Reporting = Annotated[Caller, Depends(require("operator", "platform"))]
Handling = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
State = Literal["open", "acknowledged", "resolved", "dismissed"]


class EventData(BaseModel):
    """The estate, the device, and what it says; other fields are free, but for names of people there is none."""

    model_config = ConfigDict(extra="allow")
    estate: str
    device: str = Field(min_length=1, max_length=100)


class CloudEvent(BaseModel):
    """CloudEvents 1.0, structured JSON. (source, id) is delivered once, however often it is sent."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=200)
    type: EventType
    time: datetime | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: EventData


class EventAccepted(BaseModel):
    duplicate: bool
    alerts: list[str]


class AlertPublic(BaseModel):
    id: str
    estate: str
    rule: str
    severity: str
    message: dict[str, str]
    state: State
    opened_at: datetime
    evidence: list[dict[str, Any]]
    timeline: list[dict[str, Any]]


class Note(BaseModel):
    note: str = Field(default="", max_length=2000)


@router.post("/events", status_code=202)
def receive_event(event: CloudEvent, who: Reporting, shared: ServicesDep) -> EventAccepted:
    """Take an event of a sensor, an access point, a vehicle gate, a camera or a device; rules may raise alerts."""
    estate = may_see(who, event.data.estate)
    time = (
        (event.time.astimezone(UTC).replace(tzinfo=None) if event.time.tzinfo else event.time) if event.time else now()
    )
    with shared.database.session() as session:
        shared.estate(session, estate)
        if session.scalar(select(Event.id).where(Event.source == event.source, Event.event_id == event.id)):
            return EventAccepted(duplicate=True, alerts=[])
        stored = Event(
            source=event.source,
            event_id=event.id,
            type=event.type,
            estate_id=estate,
            time=time,
            data=event.data.model_dump(mode="json"),
        )
        session.add(stored)
        session.flush()
        return EventAccepted(duplicate=False, alerts=[a.id for a in raise_alerts(session, stored, shared.rules)])


@router.get("/alerts")
def list_alerts(
    who: Handling,
    shared: ServicesDep,
    estate: str | None = None,
    state: State | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> list[AlertPublic]:
    """Alerts, newest first."""
    if estate is not None:
        may_see(who, estate)
    query = select(Alert).order_by(Alert.opened_at.desc(), Alert.id).limit(limit).offset(offset)
    for column, value in ((Alert.estate_id, estate or who.estate), (Alert.state, state)):
        if value is not None:
            query = query.where(column == value)
    with shared.database.session() as session:
        return [_public(alert) for alert in session.scalars(query)]


@router.get("/alerts/{alert_id}")
def get_alert(alert_id: str, who: Handling, shared: ServicesDep) -> AlertPublic:
    """One alert with its evidence and timeline."""
    with shared.database.session() as session:
        alert = session.get(Alert, alert_id)
        if alert is None or who.estate not in (None, alert.estate_id):
            raise ProblemError("not-found", f"There is no alert {alert_id!r}.")
        return _public(alert)


@router.post("/alerts/{alert_id}/acknowledge")
def acknowledge(alert_id: str, who: Handling, shared: ServicesDep, body: Note | None = None) -> AlertPublic:
    """Someone has seen it."""
    return _move(shared, who, alert_id, "acknowledge", body)


@router.post("/alerts/{alert_id}/resolve")
def resolve(alert_id: str, who: Handling, shared: ServicesDep, body: Note | None = None) -> AlertPublic:
    """It was handled."""
    return _move(shared, who, alert_id, "resolve", body)


@router.post("/alerts/{alert_id}/dismiss")
def dismiss(alert_id: str, who: Handling, shared: ServicesDep, body: Note | None = None) -> AlertPublic:
    """It was a false alarm; the note says why."""
    return _move(shared, who, alert_id, "dismiss", body)


def _move(shared: Services, who: Caller, alert_id: str, action: Action, body: Note | None) -> AlertPublic:
    with shared.database.session() as session:
        alert = session.get(Alert, alert_id)
        if alert is None or who.estate not in (None, alert.estate_id):
            raise ProblemError("not-found", f"There is no alert {alert_id!r}.")
        move(alert, action, who.actor, body.note if body else "")
        record(session, who.actor, f"alert.{action}", f"{alert.estate_id}/{alert_id}", alert.state)
        session.flush()
        return _public(alert)


def _public(alert: Alert) -> AlertPublic:
    names = ("id", "rule", "severity", "message", "state", "opened_at", "evidence", "timeline")
    return AlertPublic.model_validate({"estate": alert.estate_id, **{name: getattr(alert, name) for name in names}})
