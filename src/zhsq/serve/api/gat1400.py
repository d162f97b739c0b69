"""Platforms above that speak GA/T 1400, and the legal bases on which anything goes to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.alerting.events.payloads import Name
from zhsq.serve.alerting.rules.schema import Severity
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, tagged
from zhsq.serve.api.targets import check_url
from zhsq.serve.gat1400.bases import RecordKind, in_force
from zhsq.serve.gat1400.options import Options
from zhsq.serve.gat1400.queue import KIND
from zhsq.serve.gat1400.records import DeviceId, SubscribeId
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import LegalBasis, Target, new_id, now
from zhsq.serve.times import Utc

router = Router(tags=["platforms"])
Operating = Annotated[Caller, Depends(require("operator"))]
Checking = Annotated[Caller, Depends(require("property", "operator", "platform", "auditor"))]
Revoking = Annotated[Caller, Depends(require("property", "operator"))]
#: A basis is renewed by a new record, with a new look at the document.
LONGEST = timedelta(days=1096)


class PlatformCreate(BaseModel):
    name: str = Field(min_length=1, max_length=100, examples=["district platform"])
    url: str = Field(max_length=500, description="without path", examples=["https://10.1.2.3:14000"])
    estate: str = Field(description="the only estate that it is told of", examples=["east"])
    severity: Severity = Field(default="minor", description="the least alert that it gets")
    rate_per_s: float = Field(default=5, gt=0, le=100)
    password: str = Field(min_length=1, max_length=200, examples=["given by the platform"])
    device_id: DeviceId = Field(description="of this system on the platform", examples=["34010000001190000001"])
    username: str = Field(min_length=1, max_length=100, examples=["estate-east"])
    devices: dict[Name, DeviceId] = Field(default_factory=dict, description="device in events -> ApeID")
    subscribe_id: SubscribeId | None = Field(default=None, description="of its subscription to states of devices")


class PlatformDevices(BaseModel):
    devices: dict[Name, DeviceId] = Field(
        description="all of them: what is left out is not told of any more",
        examples=[{"east-gate-1": "34010000001310000001"}],
    )
    subscribe_id: SubscribeId | None = None


class PlatformPublic(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    name: str = Field(examples=["district platform"])
    url: str = Field(examples=["https://10.1.2.3:14000"])
    estate: str = Field(examples=["east"])
    severity: Severity
    options: Options = Field(examples=[{"device_id": "34010000001190000001", "username": "estate-east", "devices": {}}])
    pushed_now: list[RecordKind] = Field(description="kinds of records that a basis in force names")
    enabled: bool = Field(examples=[True])
    last_error: str = Field(examples=[""])


class BasisCreate(BaseModel):
    kind: RecordKind
    authority: str = Field(min_length=1, max_length=200, description="who asks for it", examples=["区公安分局"])
    document: str = Field(
        min_length=1, max_length=500, description="title, number, and where it is kept", examples=["协查〔2026〕1号"]
    )
    valid_from: AwareDatetime = Field(examples=["2026-11-01T00:00:00+08:00"])
    valid_until: AwareDatetime = Field(description="three years later at most", examples=["2027-11-01T00:00:00+08:00"])


class BasisPublic(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    kind: RecordKind
    authority: str = Field(examples=["区公安分局"])
    document: str = Field(examples=["协查〔2026〕1号"])
    valid_from: Utc
    valid_until: Utc
    recorded_by: str = Field(examples=["operator:office:5f0c2b9e"])
    created_at: Utc
    revoked_at: Utc | None = Field(examples=[None])
    in_force: bool = Field(examples=[True])


@router.post("/gat1400/targets", status_code=201, dependencies=[ONCE], responses=may_raise("conflict", "not-found"))
def create_platform(body: PlatformCreate, who: Operating, shared: ServicesDep, response: Response) -> PlatformPublic:
    """Register with a platform from now on. What goes there is decided by the legal bases alone; without one, nothing."""
    estate = may_see(who, body.estate)
    if not shared.settings.gat1400:
        raise ProblemError("conflict", "GA/T 1400 is off. The operator turns it on: ZHSQ_SERVE_GAT1400=true.")
    check_url(body.url, shared.settings.webhooks_plain_http)
    with shared.database.session() as session:
        shared.estate(session, estate)
        if session.scalar(select(Target.id).where(Target.name == body.name)):
            raise ProblemError("conflict", "Target {name!r} is there already.", name=body.name)
        options = Options.model_validate(body.model_dump(include=set(Options.model_fields)))
        made = Target(
            id=new_id(), kind=KIND, estate_id=estate, options=options.model_dump(mode="json"),
            **body.model_dump(include={"name", "url", "severity", "rate_per_s"}),
        )  # fmt: skip
        made.secret = shared.webhook_sealer.seal(body.password, made.id)
        session.add(made)
        session.flush()
        record(session, who.actor, "target.create", f"{estate}/{made.id}", KIND)
        return tagged(response, _public(session, made), made.version)


@router.get("/gat1400/targets/{target_id}")
def get_platform(target_id: str, who: Operating, shared: ServicesDep, response: Response) -> PlatformPublic:
    """A platform, and which kinds of records go to it at present."""
    with shared.database.session() as session:
        target = _find(session, who, target_id)
        record(session, who.actor, "target.read", f"{target.estate_id}/{target_id}")
        return tagged(response, _public(session, target), target.version)


@router.put("/gat1400/targets/{target_id}/devices")
def set_platform_devices(
    target_id: str,
    body: PlatformDevices,
    who: Operating,
    shared: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> PlatformPublic:
    """Which devices the platform knows, by its own identifiers."""
    with shared.database.session() as session:
        target = _find(session, who, target_id, lock=True)
        change(target, if_match)
        target.options = {**target.options, **body.model_dump(mode="json")}
        record(session, who.actor, "target.devices", f"{target.estate_id}/{target_id}", f"{len(body.devices)} devices")
        session.flush()
        return tagged(response, _public(session, target), target.version)


@router.post("/estates/{estate}/legal-bases", status_code=201, dependencies=[ONCE])
def record_legal_basis(estate: str, body: BasisCreate, who: Operating, shared: ServicesDep) -> BasisPublic:
    """Put down on which document one kind of record goes to a platform, and until when. It is kept as proof."""
    may_see(who, estate)
    start, end = _span(body)
    with shared.database.session() as session:
        shared.estate(session, estate)
        made = LegalBasis(
            id=new_id(), estate_id=estate, valid_from=start, valid_until=end, recorded_by=who.actor, created_at=now(),
            **body.model_dump(include={"kind", "authority", "document"}),
        )  # fmt: skip
        session.add(made)
        record(session, who.actor, "legal-basis.record", f"{estate}/{made.id}", body.kind)
        session.flush()
        return _basis(session, made)


@router.get("/estates/{estate}/legal-bases")
def list_legal_bases(
    estate: str,
    who: Checking,
    shared: ServicesDep,
    asked: PagingDep,
    kind: RecordKind | None = None,
    held: Annotated[bool | None, Query(alias="in_force", description="whether something may go on it now")] = None,
) -> Page[BasisPublic]:
    """Every basis that was recorded, the newest first; those that ended, too."""
    may_see(who, estate)
    query = narrowed(select(LegalBasis).where(LegalBasis.estate_id == estate), {LegalBasis.kind: kind})
    if held is not None:
        query = query.where(in_force(now()) if held else ~in_force(now()))
    order = [LegalBasis.created_at, LegalBasis.id]
    with shared.database.session() as session:
        shared.estate(session, estate)
        return asked.page(session, query, order, lambda found: _basis(session, found), descending=True)


@router.post("/estates/{estate}/legal-bases/{basis_id}/revoke", dependencies=[ONCE])
def revoke_legal_basis(estate: str, basis_id: str, who: Revoking, shared: ServicesDep) -> BasisPublic:
    """End a basis at once: from the commit on nothing more goes on it, not even what waits in the outbox."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = session.scalar(select(LegalBasis).where(LegalBasis.id == basis_id, LegalBasis.estate_id == estate))
        if found is None:
            raise ProblemError("not-found", "There is no legal basis {basis!r} of this estate.", basis=basis_id)
        if found.revoked_at is None:
            found.revoked_at = now()
            record(session, who.actor, "legal-basis.revoke", f"{estate}/{basis_id}", found.kind)
        session.flush()
        return _basis(session, found)


def _span(body: BasisCreate) -> tuple[datetime, datetime]:
    """From when until when, as stored."""
    try:
        start, end = (each.astimezone(UTC).replace(tzinfo=None) for each in (body.valid_from, body.valid_until))
        good = now() < end and start < end <= start + LONGEST
    except OverflowError:
        good = False
    if not good:
        raise ProblemError("invalid-request", "valid_until: after valid_from, three years later at most, and to come.")
    return start, end


def _find(session: Session, who: Caller, target_id: str, *, lock: bool = False) -> Target:
    target = session.get(Target, target_id, with_for_update=lock)
    if target is None or target.kind != KIND or who.estate not in (None, target.estate_id):
        raise ProblemError("not-found", "There is no platform {platform!r}.", platform=target_id)
    return target


def _public(session: Session, target: Target) -> PlatformPublic:
    query = select(LegalBasis.kind).where(LegalBasis.estate_id == target.estate_id, in_force(now())).distinct()
    names = ("id", "name", "url", "severity", "enabled", "last_error")
    fields: dict[str, Any] = {name: getattr(target, name) for name in names}
    return PlatformPublic(
        **fields,
        estate=str(target.estate_id),
        options=Options.model_validate(target.options),
        pushed_now=sorted(session.scalars(query)),
    )


def _basis(session: Session, basis: LegalBasis) -> BasisPublic:
    holding = select(LegalBasis.id).where(LegalBasis.id == basis.id, in_force(now()))
    names = BasisPublic.model_fields.keys() - {"in_force"}
    return BasisPublic(**{name: getattr(basis, name) for name in names}, in_force=session.scalar(holding) is not None)
