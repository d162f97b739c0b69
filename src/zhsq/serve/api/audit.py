"""The audit of what was done in all estates, for auditors."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import select

from zhsq.serve.api.deps import ServicesDep, require
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record, verify
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import AuditEntry

router = APIRouter(tags=["audit"])


@router.get("/audit")
def read_audit(
    who: Annotated[Caller, Depends(require("auditor"))], shared: ServicesDep, after: int = 0, limit: int = 100
) -> dict[str, Any]:
    """Audit entries in order, and whether the chain of hashes holds."""
    if who.estate is not None:
        raise ProblemError("forbidden", "The audit spans estates; this key is bound to one.")
    with shared.database.session() as session:
        broken = verify(session)
        query = select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id).limit(min(limit, 1000))
        names = ("id", "at", "actor", "action", "target", "outcome", "digest")
        entries = [{name: getattr(entry, name) for name in names} for entry in session.scalars(query)]
        record(session, who.actor, "audit.read", f"after {after}")
    shown = None if broken is None else {"entry": broken.entry, "reason": broken.reason}
    return {"chain_intact": broken is None, "first_broken": shown, "entries": entries}
