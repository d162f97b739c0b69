"""Events in: CloudEvents 1.0, and what cameras post on their own."""

from __future__ import annotations

import asyncio
import queue
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from zhsq.serve.alerting.events import cameras
from zhsq.serve.alerting.events.envelope import BATCH, STRUCTURED, BadEventError, Incoming, read_body, read_event
from zhsq.serve.alerting.events.payloads import PAYLOADS
from zhsq.serve.alerting.journal import Outcome
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.store.tables import now

router = APIRouter(tags=["events"])
Reporting = Annotated[Caller, Depends(require("operator", "platform"))]


class EventAccepted(BaseModel):
    """It is stored, with the alerts that it raised or became evidence of. A duplicate was stored before."""

    duplicate: bool
    alerts: list[str]


class EventResult(EventAccepted):
    """Of one event of a batch; `refused` says why it was not taken, and is null where it was."""

    id: str | None
    source: str | None
    refused: str | None


def _schema() -> dict[str, Any]:
    """One structured event of each kind, for the OpenAPI document."""
    kinds = [
        {
            "type": "object",
            "title": kind,
            "description": (payload.__doc__ or "").strip(),
            "required": ["specversion", "id", "source", "type", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {"type": "string", "maxLength": 200},
                "source": {"type": "string", "maxLength": 200},
                "type": {"const": kind},
                "time": {"type": "string", "format": "date-time"},
                "data": payload.model_json_schema(),
            },
        }
        for kind, payload in PAYLOADS.items()
    ]
    return {"oneOf": kinds}


_BODY = {
    "required": True,
    "content": {
        STRUCTURED: {"schema": _schema()},
        BATCH: {"schema": {"type": "array", "items": {"type": "object"}, "description": f"as in {STRUCTURED}"}},
        "application/json": {"schema": {"description": "an event, a batch, or the data of one with ce- headers"}},
    },
}


@router.post("/events", status_code=202, openapi_extra={"requestBody": _BODY})
async def receive_events(request: Request, who: Reporting, shared: ServicesDep) -> EventAccepted | list[EventResult]:
    """Take an event, or a batch of up to 1000, in structured, batch or binary mode.

    The answer comes once all is committed. Of a batch every event is answered on its own: what is refused does not
    keep the others out.
    """
    raws, batch = read_body(await _body(request, shared), dict(request.headers))
    results = await take(shared, who, raws)
    return results if batch else _single(results[0])


@router.post("/events/cameras/{dialect}", status_code=202)
async def receive_camera(
    dialect: cameras.Dialect,
    estate: Annotated[str, Query(max_length=64)],
    device: Annotated[str, Query(max_length=100)],
    request: Request,
    who: Reporting,
    shared: ServicesDep,
) -> list[EventResult]:
    """Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of a form.

    Pictures in the form are not kept. What is no plate pass (motion, a heartbeat of the camera) is answered with an
    empty list.
    """
    may_see(who, estate)
    if request.headers.get("content-type", "").startswith("multipart/"):
        limit = shared.settings.max_upload_bytes
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > limit:
            raise ProblemError("too-large", f"A form needs its Content-Length, {limit} bytes at most.")
        async with request.form(max_files=10, max_fields=10, max_part_size=limit) as form:
            bodies = [await _part(part) for part in form.values()]
        body = next((part for part in bodies if part[:1] in (b"<", b"{") or part[:4] == b"\xef\xbb\xbf<"), b"")
    else:
        body = await _body(request, shared)
    return await take(shared, who, cameras.passes(dialect, body, estate, device))


async def take(shared: Services, who: Caller, raws: list[Any]) -> list[EventResult]:
    """Check events and hand them in; one result per event, in order."""
    moment = now()
    results: list[EventResult | None] = []
    good: list[Incoming] = []
    for raw in raws:
        try:
            event = read_event(raw, moment)
            may_see(who, event.estate)
        except (BadEventError, ProblemError) as error:
            if len(raws) == 1:
                raise
            results.append(_refused(raw, str(error)))
        else:
            good.append(event)
            results.append(None)
    try:
        outcomes = await asyncio.wrap_future(shared.intake.submit(good)) if good else []
    except queue.Full as error:
        raise ProblemError("overloaded", "Too many events are waiting to be stored.") from error
    if len(raws) == 1 and outcomes[0].code:
        raise ProblemError(outcomes[0].code, outcomes[0].refused)
    answers = iter(_result(event, outcome) for event, outcome in zip(good, outcomes, strict=True))
    return [result or next(answers) for result in results]


def _single(result: EventResult) -> EventAccepted:
    return EventAccepted(duplicate=result.duplicate, alerts=result.alerts)


def _result(event: Incoming, outcome: Outcome) -> EventResult:
    return EventResult(
        id=event.id,
        source=event.source,
        duplicate=outcome.duplicate,
        alerts=outcome.alerts,
        refused=outcome.refused or None,
    )


def _refused(raw: Any, reason: str) -> EventResult:
    names = raw if isinstance(raw, dict) else {}
    known = {name: _told(names[name]) if name in names else None for name in ("id", "source")}
    return EventResult(duplicate=False, alerts=[], refused=reason, **known)


def _told(value: Any) -> str:
    """What was sent, as an answer can hold it: half of a surrogate pair is no character."""
    return str(value)[:200].encode("utf-8", "replace").decode()


async def _body(request: Request, shared: Services) -> bytes:
    """The body, read no further than the limit."""
    limit, parts, size = shared.settings.max_upload_bytes, [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise ProblemError("too-large", f"The body exceeds {limit} bytes.")
        parts.append(part)
    return b"".join(parts)


async def _part(part: UploadFile | str) -> bytes:
    return part.encode() if isinstance(part, str) else (await part.read()).lstrip()
