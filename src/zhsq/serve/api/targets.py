"""Where alerts are delivered to, and what could not be delivered."""

from __future__ import annotations

import base64
import ipaddress
import os
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from zhsq.serve.alerting.rules.schema import Severity
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Delivery, Target, new_id, now

router = APIRouter(tags=["delivery"])
Operating = Annotated[Caller, Depends(require("operator"))]


class TargetCreate(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    url: str = Field(max_length=500, description="https; plain http only to this machine, or by setting")
    estate: str | None = Field(default=None, description="the only estate whose alerts it gets; null: all")
    severity: Severity = Field(default="minor", description="the least that it gets")
    rate_per_s: float = Field(default=20, gt=0, le=1000, description="messages a second at most, in catch-up as ever")


class TargetChange(BaseModel):
    enabled: bool


class TargetPublic(BaseModel):
    id: str
    name: str
    kind: Literal["webhook", "gat1400"]
    url: str
    estate: str | None
    severity: Severity
    rate_per_s: float
    enabled: bool
    pending: int
    dead: int
    delivered: int
    failures: int = Field(description="attempts since it last answered")
    rests_until: datetime | None
    last_error: str


class TargetMade(TargetPublic):
    secret: str = Field(description="whsec_..., for the receiver to check signatures with; shown this once")


class DeliveryPublic(BaseModel):
    id: int
    message_id: str
    alert: str | None = Field(description="null for the state of a device")
    type: str
    state: Literal["pending", "delivered", "dead"]
    attempts: int
    last_error: str
    created_at: datetime
    delivered_at: datetime | None


class Redriven(BaseModel):
    redriven: int


@router.post("/targets", status_code=201)
def create_target(body: TargetCreate, who: Operating, shared: ServicesDep) -> TargetMade:
    """Deliver alerts to a webhook from now on, signed by the Standard Webhooks specification."""
    check_url(body.url, shared.settings.webhooks_plain_http)
    if who.estate is not None and body.estate is None:
        raise ProblemError("forbidden", "A key bound to one estate can't make a target for all.")
    with shared.database.session() as session:
        if body.estate is not None:
            shared.estate(session, may_see(who, body.estate))
        if session.scalar(select(Target.id).where(Target.name == body.name)):
            raise ProblemError("conflict", f"Target {body.name!r} is there already.")
        secret = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
        made = Target(id=new_id(), estate_id=body.estate, **body.model_dump(exclude={"estate"}))
        made.secret = shared.webhook_sealer.seal(secret, made.id)
        session.add(made)
        session.flush()
        record(session, who.actor, "target.create", f"{body.estate or '*'}/{made.id}")
        return TargetMade(**_fields(session, made), secret=secret)


@router.get("/targets")
def list_targets(who: Operating, shared: ServicesDep) -> list[TargetPublic]:
    """The targets, with how much waits for each."""
    with shared.database.session() as session:
        found = session.scalars(select(Target).order_by(Target.name))
        return [TargetPublic(**_fields(session, t)) for t in found if who.estate in (None, t.estate_id)]


@router.patch("/targets/{target_id}")
def change_target(target_id: str, body: TargetChange, who: Operating, shared: ServicesDep) -> TargetPublic:
    """Stop or resume delivery. While it is stopped nothing new is put into its outbox; what waits is kept."""
    with shared.database.session() as session:
        target = _find(session, who, target_id)
        target.enabled = body.enabled
        if body.enabled:
            target.failures, target.rests_until = 0, None
        record(session, who.actor, "target.enable" if body.enabled else "target.disable", target_id)
        session.flush()
        return TargetPublic(**_fields(session, target))


@router.get("/targets/{target_id}/deliveries")
def list_deliveries(
    target_id: str,
    who: Operating,
    shared: ServicesDep,
    state: Literal["pending", "delivered", "dead"] = "dead",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[DeliveryPublic]:
    """Messages of a target, newest first; those that were set aside unless asked otherwise."""
    with shared.database.session() as session:
        _find(session, who, target_id)
        query = select(Delivery).where(Delivery.target_id == target_id, Delivery.state == state)
        names = ("id", "message_id", "state", "attempts", "last_error", "created_at", "delivered_at")
        return [
            DeliveryPublic(alert=d.alert_id, type=d.body["type"], **{name: getattr(d, name) for name in names})
            for d in session.scalars(query.order_by(Delivery.id.desc()).limit(limit))
        ]


@router.post("/targets/{target_id}/redrive")
def redrive(
    target_id: str, who: Operating, shared: ServicesDep, delivery: Annotated[int | None, Query()] = None
) -> Redriven:
    """Send what was set aside again: one message, or all of the target. They keep their identifiers."""
    with shared.database.session() as session:
        _find(session, who, target_id)
        dead = update(Delivery).where(Delivery.target_id == target_id, Delivery.state == "dead")
        if delivery is not None:
            dead = dead.where(Delivery.id == delivery)
        done = session.execute(dead.values(state="pending", attempts=0, next_at=now()))
        count = int(done.rowcount)  # type: ignore[attr-defined]
        if delivery is not None and not count:
            raise ProblemError("not-found", f"There is no dead delivery {delivery} of this target.")
        record(session, who.actor, "target.redrive", target_id, f"{count} messages")
        return Redriven(redriven=count)


def _find(session: Session, who: Caller, target_id: str) -> Target:
    target = session.get(Target, target_id)
    if target is None or who.estate not in (None, target.estate_id):
        raise ProblemError("not-found", f"There is no target {target_id!r}.")
    return target


def check_url(url: str, plain: bool) -> None:
    """Refuse an address that alerts may not go to.

    Raises:
        ProblemError: no https address, or one with a user or a fragment.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ProblemError("invalid-request", f"url: {error}.") from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.fragment:
        raise ProblemError("invalid-request", "url: an https address without a user and a fragment is needed.")
    if parts.scheme == "http" and not plain and not _loopback(host):
        raise ProblemError(
            "invalid-request", "url: alerts leave this machine by https only (or set webhooks_plain_http)."
        )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _fields(session: Session, target: Target) -> dict[str, Any]:
    query = select(Delivery.state, func.count()).where(Delivery.target_id == target.id).group_by(Delivery.state)
    counts = dict(session.execute(query).tuples().all())
    names = ("id", "name", "kind", "url", "severity", "rate_per_s", "enabled", "failures", "rests_until", "last_error")
    return {
        "estate": target.estate_id,
        **{name: getattr(target, name) for name in names},
        **{state: counts.get(state, 0) for state in ("pending", "dead", "delivered")},
    }
