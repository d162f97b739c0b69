"""Where alerts are delivered to, and what could not be delivered."""

from __future__ import annotations

import base64
import os
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from zhsq.serve.alerting.rules.schema import Severity
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, begins, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, tagged
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.security.lines import loopback
from zhsq.serve.store.tables import Delivery, Target, new_id, now
from zhsq.serve.times import Utc

router = Router(tags=["delivery"])
Operating = Annotated[Caller, Depends(require("operator"))]


class TargetCreate(BaseModel):
    name: str = Field(min_length=1, max_length=100, examples=["street office"])
    url: str = Field(
        max_length=500,
        description="https; plain http only to this machine, or by setting",
        examples=["https://platform.example.cn/zhsq"],
    )
    estate: str | None = Field(default=None, description="the only estate whose alerts it gets; null: all")
    severity: Severity = Field(default="minor", description="the least that it gets")
    rate_per_s: float = Field(default=20, gt=0, le=1000, description="messages a second at most, in catch-up as ever")


class TargetChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")
    enabled: bool | None = Field(default=None, examples=[False])
    rate_per_s: float | None = Field(default=None, gt=0, le=1000, examples=[20.0])


class TargetPublic(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    name: str = Field(examples=["street office"])
    kind: Literal["webhook", "gat1400"]
    url: str = Field(examples=["https://platform.example.cn/zhsq"])
    estate: str | None = Field(examples=[None])
    severity: Severity
    rate_per_s: float = Field(examples=[20.0])
    enabled: bool = Field(examples=[True])
    pending: int = Field(examples=[0])
    dead: int = Field(examples=[0])
    delivered: int = Field(examples=[118])
    failures: int = Field(
        description="in a row: no answer, or refusals of everything; 0 while it takes messages", examples=[0]
    )
    rests_until: Utc | None = Field(examples=[None])
    last_error: str = Field(examples=[""])


class TargetMade(TargetPublic):
    secret: str = Field(
        description="whsec_..., for the receiver to check signatures with; shown this once", examples=["whsec_…"]
    )


class DeliveryPublic(BaseModel):
    id: int = Field(examples=[512])
    message_id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81.2"])
    alert: str | None = Field(
        description="null for the state of a device", examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"]
    )
    type: str = Field(examples=["zhsq.alert.acknowledged"])
    state: Literal["pending", "delivered", "dead"]
    attempts: int = Field(examples=[8])
    last_error: str = Field(examples=["answered 400"])
    created_at: Utc
    delivered_at: Utc | None = Field(examples=[None])


class Redriven(BaseModel):
    redriven: int = Field(examples=[3])


@router.post("/targets", status_code=201, dependencies=[ONCE], responses=may_raise("conflict", "not-found"))
def create_target(body: TargetCreate, who: Operating, shared: ServicesDep, response: Response) -> TargetMade:
    """Deliver alerts to a webhook from now on, signed by the Standard Webhooks specification."""
    check_url(body.url, shared.settings.webhooks_plain_http)
    if who.estate is not None and body.estate is None:
        raise ProblemError("forbidden", "A key bound to one estate can't make a target for all.")
    with shared.database.session() as session:
        if body.estate is not None:
            shared.estate(session, may_see(who, body.estate))
        if session.scalar(select(Target.id).where(Target.name == body.name)):
            raise ProblemError("conflict", "Target {name!r} is there already.", name=body.name)
        secret = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
        made = Target(id=new_id(), estate_id=body.estate, **body.model_dump(exclude={"estate"}))
        made.secret = shared.webhook_sealer.seal(secret, made.id)
        session.add(made)
        session.flush()
        record(session, who.actor, "target.create", f"{body.estate or '*'}/{made.id}")
        return tagged(response, TargetMade(**_fields(session, made), secret=secret), made.version)


@router.get("/targets")
def list_targets(
    who: Operating,
    shared: ServicesDep,
    asked: PagingDep,
    estate: str | None = None,
    enabled: bool | None = None,
    name_prefix: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[TargetPublic]:
    """The targets by name, with how much waits for each."""
    if estate is not None:
        may_see(who, estate)
    wanted = {Target.estate_id: estate or who.estate, Target.enabled: enabled}
    query = narrowed(select(Target).where(begins(Target.name, name_prefix)), wanted)
    with shared.database.session() as session:
        return asked.page(session, query, [Target.name, Target.id], lambda found: _public(session, found))


@router.get("/targets/{target_id}")
def get_target(target_id: str, who: Operating, shared: ServicesDep, response: Response) -> TargetPublic:
    """One target, with how much waits for it."""
    with shared.database.session() as session:
        target = _find(session, who, target_id)
        return tagged(response, _public(session, target), target.version)


@router.patch("/targets/{target_id}")
def change_target(
    target_id: str,
    body: TargetChange,
    who: Operating,
    shared: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> TargetPublic:
    """Stop or resume delivery, or change its rate, also in a catch-up.

    While it is stopped nothing new is put into its outbox; what waits is kept.
    """
    with shared.database.session() as session:
        target = _find(session, who, target_id, lock=True)
        change(target, if_match)
        if body.rate_per_s is not None:
            target.rate_per_s = body.rate_per_s
            record(session, who.actor, "target.rate", target_id, f"{body.rate_per_s:g}/s")
        if body.enabled is not None:
            target.enabled = body.enabled
            if body.enabled:
                target.failures, target.rests_until = 0, None
            record(session, who.actor, "target.enable" if body.enabled else "target.disable", target_id)
        session.flush()
        return tagged(response, _public(session, target), target.version)


@router.get("/targets/{target_id}/deliveries")
def list_deliveries(
    target_id: str,
    who: Operating,
    shared: ServicesDep,
    asked: PagingDep,
    state: Literal["pending", "delivered", "dead"] = "dead",
    alert: Annotated[str | None, Query(max_length=32)] = None,
) -> Page[DeliveryPublic]:
    """Messages of a target, newest first; those that were set aside unless asked otherwise."""
    query = select(Delivery).where(Delivery.target_id == target_id, Delivery.state == state)
    with shared.database.session() as session:
        _find(session, who, target_id)
        narrow = narrowed(query, {Delivery.alert_id: alert})
        return asked.page(session, narrow, [Delivery.id], _delivery, descending=True)


@router.post("/targets/{target_id}/redrive", dependencies=[ONCE])
def redrive_target(
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
            raise ProblemError("not-found", "There is no dead delivery {delivery} of this target.", delivery=delivery)
        record(session, who.actor, "target.redrive", target_id, f"{count} messages")
        return Redriven(redriven=count)


def _find(session: Session, who: Caller, target_id: str, *, lock: bool = False) -> Target:
    target = session.get(Target, target_id, with_for_update=lock)
    if target is None or who.estate not in (None, target.estate_id):
        raise ProblemError("not-found", "There is no target {target!r}.", target=target_id)
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
        raise ProblemError("invalid-request", "url: {reason}.", reason=error) from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.fragment:
        raise ProblemError("invalid-request", "url: an https address without a user and a fragment is needed.")
    if parts.scheme == "http" and not plain and not loopback(host):
        raise ProblemError(
            "invalid-request", "url: alerts leave this machine by https only (or set webhooks_plain_http)."
        )


def _public(session: Session, target: Target) -> TargetPublic:
    return TargetPublic(**_fields(session, target))


def _delivery(found: Delivery) -> DeliveryPublic:
    names = ("id", "message_id", "state", "attempts", "last_error", "created_at", "delivered_at")
    return DeliveryPublic(
        alert=found.alert_id, type=found.body["type"], **{name: getattr(found, name) for name in names}
    )


def _fields(session: Session, target: Target) -> dict[str, Any]:
    query = select(Delivery.state, func.count()).where(Delivery.target_id == target.id).group_by(Delivery.state)
    counts = dict(session.execute(query).tuples().all())
    names = ("id", "name", "kind", "url", "severity", "rate_per_s", "enabled", "failures", "rests_until", "last_error")
    return {
        "estate": target.estate_id,
        **{name: getattr(target, name) for name in names},
        **{state: counts.get(state, 0) for state in ("pending", "dead", "delivered")},
    }
