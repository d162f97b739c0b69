"""Receipts of erasures: listed, and checked against the store again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import select

from zhsq.serve.api.consents import Checking
from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.paging import Page, PagingDep, between, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.privacy import erasure
from zhsq.serve.privacy.erasure import ErasureReceipt, ReceiptCheck
from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Erasure

router = Router()


class CheckedReceipt(BaseModel):
    receipt: ErasureReceipt
    check: ReceiptCheck


@router.get("/estates/{estate}/erasures")
def list_erasures(
    estate: str,
    who: Checking,
    shared: ServicesDep,
    asked: PagingDep,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    since: Annotated[datetime | None, Query(description="erased at or after")] = None,
    until: Annotated[datetime | None, Query(description="erased before")] = None,
) -> Page[ErasureReceipt]:
    """Receipts, newest first."""
    may_see(who, estate)
    query = narrowed(select(Erasure).where(Erasure.estate_id == estate), {Erasure.subject_id: subject})
    query = query.where(between(Erasure.erased_at, since, until))
    with shared.database.session() as session:
        shared.estate(session, estate)
        return asked.page(session, query, [Erasure.erased_at, Erasure.id], erasure.receipt, descending=True)


@router.get("/estates/{estate}/erasures/{erasure_id}")
def check_erasure(estate: str, erasure_id: str, who: Checking, shared: ServicesDep) -> CheckedReceipt:
    """One receipt, checked: against its digest, against the audit, and by looking into the store again."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = session.get(Erasure, erasure_id)
        if found is None or found.estate_id != estate:
            raise ProblemError(
                "not-found", "There is no receipt {receipt!r} in {estate!r}.", receipt=erasure_id, estate=estate
            )
        receipt = erasure.receipt(found)
        return CheckedReceipt(receipt=receipt, check=erasure.check(session, receipt))
