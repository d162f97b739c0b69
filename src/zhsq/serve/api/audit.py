"""The audit of what was done in all estates, for auditors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api.deps import ServicesDep, require
from zhsq.serve.api.paging import Page, PagingDep, begins, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record, verify
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import AuditEntry
from zhsq.serve.times import Utc, utc

router = Router(tags=["audit"])
Auditing = Annotated[Caller, Depends(require("auditor"))]


class AuditEntryPublic(BaseModel):
    id: int = Field(examples=[1042])
    at: Utc
    actor: str = Field(description="role, name and the beginning of the key", examples=["guard:gate-3:5f0c2b9e"])
    action: str = Field(examples=["faces.identify"])
    target: str = Field(examples=["east/-"])
    outcome: str = Field(examples=["unknown"])
    digest: str = Field(description="sha256 over this entry and the digest of the one before", examples=["b94d27b9…"])


class BrokenEntry(BaseModel):
    entry: int
    reason: str


class AuditState(BaseModel):
    chain_intact: bool
    first_broken: BrokenEntry | None = Field(description="null where the chain holds to its signed head")


@router.get("/audit")
def list_audit(
    who: Auditing,
    shared: ServicesDep,
    asked: PagingDep,
    actor_prefix: Annotated[str | None, Query(max_length=140, description="a role, or role:name")] = None,
    action: Annotated[str | None, Query(max_length=64)] = None,
    target_prefix: Annotated[str | None, Query(max_length=300, description="an estate, or estate/thing")] = None,
    since: Annotated[datetime | None, Query(description="at or after")] = None,
    until: Annotated[datetime | None, Query(description="before")] = None,
    newest_first: bool = False,
) -> Page[AuditEntryPublic]:
    """Audit entries in the order of the chain."""
    _of_all_estates(who)
    query = narrowed(select(AuditEntry), {AuditEntry.action: action})
    query = query.where(begins(AuditEntry.actor, actor_prefix), begins(AuditEntry.target, target_prefix))
    if since is not None:
        query = query.where(AuditEntry.at >= _written(since))
    if until is not None:
        query = query.where(AuditEntry.at < _written(until))
    with shared.database.session() as session:
        shown = asked.page(session, query, [AuditEntry.id], _public, descending=newest_first)
        record(session, who.actor, "audit.read", f"{len(shown.items)} entries")
        return shown


@router.get("/audit/state")
def verify_audit(who: Auditing, shared: ServicesDep) -> AuditState:
    """Whether the chain of hashes holds; it is read from its beginning, which takes a while when it is long."""
    _of_all_estates(who)
    with shared.database.session() as session:
        broken = verify(session)
        record(session, who.actor, "audit.verify", "", "intact" if broken is None else f"broken at {broken.entry}")
    shown = None if broken is None else BrokenEntry(entry=broken.entry, reason=broken.reason)
    return AuditState(chain_intact=broken is None, first_broken=shown)


def _of_all_estates(who: Caller) -> None:
    if who.estate is not None:
        raise ProblemError("forbidden", "The audit spans estates; this key is bound to one.")


def _written(time: datetime) -> str:
    """As entries have it, so that texts compare as times do."""
    return utc(time).replace(tzinfo=UTC).isoformat()


def _public(entry: AuditEntry) -> AuditEntryPublic:
    return AuditEntryPublic.model_validate({name: getattr(entry, name) for name in AuditEntryPublic.model_fields})
