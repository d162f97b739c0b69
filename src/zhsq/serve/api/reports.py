"""Reports over the store."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query, Response

from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.routing import Router
from zhsq.serve.reporting.document import csv_text, html
from zhsq.serve.reporting.handling import kinds_of
from zhsq.serve.reporting.period import OFFSET, period
from zhsq.serve.reporting.property import PropertyReport, property_report
from zhsq.serve.reporting.property_page import property_document
from zhsq.serve.reporting.uptime import GAP_S
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import now

router = Router(tags=["reports"])
Reading = Annotated[Caller, Depends(require("property", "operator", "platform", "auditor"))]


@router.get(
    "/estates/{estate}/reports/property",
    response_model=PropertyReport,
    responses={200: {"content": {"text/html": {}, "text/csv": {}}}},
)
def read_property_report(
    estate: str,
    who: Reading,
    shared: ServicesDep,
    month: Annotated[str | None, Query(description="YYYY-MM; the last 30 days when no time is named")] = None,
    first: Annotated[str | None, Query(alias="from", description="YYYY-MM-DD, included")] = None,
    last: Annotated[str | None, Query(alias="to", description="YYYY-MM-DD, included")] = None,
    utc_offset: Annotated[str, Query(description="of the estate's clock")] = OFFSET,
    gap_s: Annotated[float, Query(gt=0, le=86_400, description="a longer silence of a device is down time")] = GAP_S,
    format: Literal["json", "html", "csv"] = "json",
    table: Annotated[Literal["alerts", "devices", "gaps"], Query(description="which one, as CSV")] = "alerts",
) -> PropertyReport | Response:
    """How alerts were handled and how long devices were up: as data, as a page to print, or as a table for Excel."""
    may_see(who, estate)
    moment = now()
    span = period(moment, month=month, first=first, last=last, offset=utc_offset)
    kinds = kinds_of(shared.intake.rules.rules)
    with shared.database.session() as session:
        shared.estate(session, estate)
        record(session, who.actor, "report.property", estate, span.label)
    found = property_report(shared.database.session, shared.settings, span, moment, kinds, estate=estate, gap_s=gap_s)
    if format == "json":
        return found
    document = property_document(found, span)
    if format == "html":
        return Response(html(document), media_type="text/html; charset=utf-8")
    chosen = next(each for each in document.tables if each.name == table)
    name = f"property-{span.label}-{table}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(csv_text(chosen), media_type="text/csv; charset=utf-8", headers=headers)
