"""The export for an impact assessment."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Response

from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.routing import Router
from zhsq.serve.privacy.assessment import Assessment, assess
from zhsq.serve.privacy.assessment_page import page
from zhsq.serve.privacy.wording import Language
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller

router = Router(tags=["privacy"])
Assessing = Annotated[Caller, Depends(require("property", "operator", "platform", "auditor"))]


@router.get(
    "/estates/{estate}/assessment",
    response_model=Assessment,
    responses={200: {"content": {"text/html": {}, "text/markdown": {}}}},
)
def read_assessment(
    estate: str,
    who: Assessing,
    shared: ServicesDep,
    format: Literal["json", "html", "md"] = "json",
    language: Language = "zh",
) -> Assessment | Response:
    """What is processed in an estate, why, how long, and of how many people."""
    may_see(who, estate)
    with shared.database.session() as session:
        shared.estate(session, estate)
        found = assess(session, shared.settings, estate)
        record(session, who.actor, "privacy.assessment", estate)
    if format == "json":
        return found
    kind = "text/html" if format == "html" else "text/markdown"
    return Response(page(found, format, language), media_type=f"{kind}; charset=utf-8")
