"""Alerts: what is open, who handles it, what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from zhsq.serve.alerting.daily import Daily, daily
from zhsq.serve.alerting.figures import Figures, figures
from zhsq.serve.alerting.life import Action, Verdict, change
from zhsq.serve.alerting.rules.schema import Handler, Rule, Severity
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.evidence import HANDLERS, PicturePublic, find, pictures
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, between, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, check, tagged
from zhsq.serve.problems import may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Alert, AlertLink, AlertStep, Event, now
from zhsq.serve.times import Utc

router = Router(tags=["alerts"])
#: Who may say, or correct, whether a closed alert was true.
JUDGES = ("property", "operator")
Handling = Annotated[Caller, Depends(require(*HANDLERS))]
Judging = Annotated[Caller, Depends(require(*JUDGES))]
State = Literal["open", "acknowledged", "resolved", "dismissed"]


class AlertSummary(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    estate: str = Field(examples=["east"])
    rule: str = Field(examples=["smoke"])
    severity: Severity
    message: dict[str, str] = Field(examples=[{"en": "Smoke", "zh": "烟雾报警"}])
    device: str = Field(examples=["smoke-7"])
    zone: str = Field(examples=["b3"])
    state: State
    version: int = Field(description="rises with each change; the ETag begins with it", examples=[2])
    events: int = Field(description="that raised it or came while it was live", examples=[1])
    assigned_to: str = Field(examples=["guard"])
    escalations: int = Field(examples=[0])
    verdict: Verdict | None = Field(description="whether a person judged it true", examples=[None])
    opened_at: Utc
    acknowledged_at: Utc | None = Field(examples=[None])
    closed_at: Utc | None = Field(examples=[None])


class Evidence(BaseModel):
    source: str = Field(examples=["/east/fire-panel"])
    id: str = Field(examples=["41"])
    time: Utc
    type: str = Field(examples=["fire"])
    data: dict[str, Any] = Field(examples=[{"estate": "east", "device": "smoke-7", "kind": "smoke", "value": 1}])


class Step(BaseModel):
    at: Utc
    action: str = Field(examples=["opened"])
    state: State
    by: str = Field(examples=["rules"])
    note: str = Field(examples=[""])


class AlertPublic(AlertSummary):
    evidence: list[Evidence] = Field(description="the first 200 events, oldest first, as far as they are still stored")
    pictures: list[PicturePublic] = Field(description="by the time they were taken; each is read on its own")
    timeline: list[Step]


class Note(BaseModel):
    note: str = Field(default="", max_length=2000, examples=["looked at it: burnt toast in flat 302"])


class Closing(Note):
    verdict: Verdict | None = Field(
        default=None, description="whether the alert was true; not given: a resolved one was, a dismissed one was not"
    )


class Judgement(Note):
    verdict: Verdict


class Assignment(Note):
    to: Handler


class RulesPublic(BaseModel):
    problem: str = Field(description="why the newest file is not in force; empty where it is")
    rules: list[Rule]


@router.get("/alerts")
def list_alerts(
    who: Handling,
    shared: ServicesDep,
    asked: PagingDep,
    estate: str | None = None,
    state: Annotated[list[State], Query(description="one of these; any where not given")] = [],  # noqa: B006
    severity: Severity | None = None,
    rule: str | None = None,
    assigned_to: Handler | None = None,
    device: Annotated[str | None, Query(max_length=100)] = None,
    since: Annotated[datetime | None, Query(description="opened at or after")] = None,
    until: Annotated[datetime | None, Query(description="opened before")] = None,
) -> Page[AlertSummary]:
    """Alerts, newest first."""
    if estate is not None:
        may_see(who, estate)
    wanted = {
        Alert.estate_id: estate or who.estate,
        Alert.severity: severity,
        Alert.rule: rule,
        Alert.assigned_to: assigned_to,
        Alert.device: device,
    }
    query = narrowed(select(Alert), wanted).where(between(Alert.opened_at, since, until))
    if state:
        query = query.where(Alert.state.in_(state))
    with shared.database.session() as session:
        return asked.page(session, query, [Alert.opened_at, Alert.id], _summary, descending=True)


@router.get("/alerts/figures")
def read_alert_figures(
    who: Handling, shared: ServicesDep, estate: str | None = None, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> list[Figures]:
    """False alarms per rule and per device, as people judged them, and times to handle: what to calibrate next."""
    if estate is not None:
        may_see(who, estate)
    with shared.database.session() as session:
        return figures(session, estate or who.estate, now() - timedelta(days=days))


@router.get("/alerts/daily")
def read_daily_figures(
    who: Handling, shared: ServicesDep, estate: str | None = None, days: Annotated[int, Query(ge=1, le=92)] = 14
) -> Daily:
    """Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were false."""
    if estate is not None:
        may_see(who, estate)
    rules = shared.intake.rules.rules
    with shared.database.session() as session:
        return daily(session, estate or who.estate, now(), days, rules.offset_s, rules.utc_offset)


@router.get("/alerts/rules", dependencies=[Depends(require(*HANDLERS))])
def read_alert_rules(shared: ServicesDep) -> RulesPublic:
    """The rules in force."""
    return RulesPublic(problem=shared.intake.rules.problem, rules=list(shared.intake.rules.rules.rules))


@router.get("/alerts/{alert_id}")
def get_alert(alert_id: str, who: Handling, shared: ServicesDep, response: Response) -> AlertPublic:
    """One alert with its evidence and timeline. Its ETag makes changes safe: send it as If-Match."""
    with shared.database.session() as session:
        alert = find(session, who, alert_id)
        record(session, who.actor, "alert.read", f"{alert.estate_id}/{alert_id}")  # its evidence may be of someone
        return _answer(session, alert, response)


@router.post("/alerts/{alert_id}/acknowledge", dependencies=[ONCE], responses=may_raise("conflict"))
def acknowledge_alert(
    alert_id: str,
    who: Handling,
    shared: ServicesDep,
    response: Response,
    body: Note | None = None,
    if_match: IfMatch = None,
) -> AlertPublic:
    """Someone has seen it; it escalates no further."""
    return _change(shared, who, alert_id, "acknowledge", response, if_match, note=body.note if body else "")


@router.post("/alerts/{alert_id}/resolve", dependencies=[ONCE], responses=may_raise("conflict"))
def resolve_alert(
    alert_id: str,
    who: Handling,
    shared: ServicesDep,
    response: Response,
    body: Closing | None = None,
    if_match: IfMatch = None,
) -> AlertPublic:
    """It was handled."""
    given = body or Closing()
    return _change(shared, who, alert_id, "resolve", response, if_match, note=given.note, verdict=given.verdict)


@router.post("/alerts/{alert_id}/dismiss", dependencies=[ONCE], responses=may_raise("conflict"))
def dismiss_alert(
    alert_id: str,
    who: Handling,
    shared: ServicesDep,
    response: Response,
    body: Closing | None = None,
    if_match: IfMatch = None,
) -> AlertPublic:
    """There was nothing to handle; the note says why."""
    given = body or Closing()
    return _change(shared, who, alert_id, "dismiss", response, if_match, note=given.note, verdict=given.verdict)


@router.post("/alerts/{alert_id}/assign", dependencies=[ONCE], responses=may_raise("conflict"))
def assign_alert(
    alert_id: str, body: Assignment, who: Handling, shared: ServicesDep, response: Response, if_match: IfMatch = None
) -> AlertPublic:
    """Give it to a role."""
    return _change(shared, who, alert_id, "assign", response, if_match, note=body.note, assign=body.to)


@router.post("/alerts/{alert_id}/notes", dependencies=[ONCE], responses=may_raise("conflict"))
def add_alert_note(
    alert_id: str, body: Note, who: Handling, shared: ServicesDep, response: Response, if_match: IfMatch = None
) -> AlertPublic:
    """Say something about it, at any time. Notes are not delivered to targets."""
    return _change(shared, who, alert_id, "note", response, if_match, note=body.note)


@router.post("/alerts/{alert_id}/verdict", dependencies=[ONCE], responses=may_raise("conflict"))
def judge_alert(
    alert_id: str, body: Judgement, who: Judging, shared: ServicesDep, response: Response, if_match: IfMatch = None
) -> AlertPublic:
    """Say, or correct, whether a closed alert was true: it counts in the figures."""
    return _change(shared, who, alert_id, "judge", response, if_match, note=body.note, verdict=body.verdict)


def _change(
    shared: Services,
    who: Caller,
    alert_id: str,
    action: Action,
    response: Response,
    if_match: str | None,
    **given: Any,
) -> AlertPublic:
    with shared.database.session() as session:
        alert = find(session, who, alert_id)
        check(alert.version, if_match)
        change(session, alert, action, who.actor, **given)
        return _answer(session, alert, response)


def _answer(session: Session, alert: Alert, response: Response) -> AlertPublic:
    steps = session.scalars(select(AlertStep).where(AlertStep.alert_id == alert.id).order_by(AlertStep.id))
    links = select(AlertLink.source, AlertLink.event_id).where(AlertLink.alert_id == alert.id)
    events = select(Event).where(tuple_(Event.source, Event.event_id).in_(links)).order_by(Event.time, Event.id)
    evidence = [
        Evidence(source=e.source, id=e.event_id, time=e.time, type=e.type, data=e.data) for e in session.scalars(events)
    ]
    timeline = [Step(at=s.at, action=s.action, state=s.state, by=s.actor, note=s.note) for s in steps]
    shown = AlertPublic.model_validate(
        {**_fields(alert), "evidence": evidence, "pictures": pictures(session, alert), "timeline": timeline}
    )
    return tagged(response, shown, alert.version)


def _summary(alert: Alert) -> AlertSummary:
    return AlertSummary.model_validate(_fields(alert))


def _fields(alert: Alert) -> dict[str, Any]:
    names = (name for name in AlertSummary.model_fields if name != "estate")
    return {"estate": alert.estate_id, **{name: getattr(alert, name) for name in names}}
