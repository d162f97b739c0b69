"""Events in: CloudEvents 1.0, and what cameras post on their own."""

from __future__ import annotations

import asyncio
import queue
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from zhsq.serve.alerting.events import cameras
from zhsq.serve.alerting.events.envelope import BATCH, STRUCTURED, BadEventError, Incoming, read_body, read_event
from zhsq.serve.alerting.events.payloads import PAYLOADS
from zhsq.serve.alerting.journal import Outcome
from zhsq.serve.alerting.mqtt.refused import Refused
from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.forms import File, body_of, form_of
from zhsq.serve.api.routing import Router
from zhsq.serve.problems import ProblemError, may_raise, prefers_chinese, words
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.store.tables import now

router = Router(tags=["events"])
Reporting = Annotated[Caller, Depends(require("operator", "platform"))]


class EventAccepted(BaseModel):
    """It is stored, with the alerts that it raised or became evidence of. A duplicate was stored before."""

    duplicate: bool = Field(examples=[False])
    alerts: list[str] = Field(examples=[["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"]])
    evaluated: bool = Field(
        default=True,
        description="false where another process has the estate: it shows the event to the rules in a moment, "
        "and the alerts are in GET /v1/alerts and its stream",
    )


class EventResult(EventAccepted):
    """Of one event of a batch."""

    id: str | None = Field(examples=["41"])
    source: str | None = Field(examples=["/east/fire-panel"])
    refused: str | None = Field(
        description="why it was not taken, in the language of Accept-Language; null where it was", examples=[None]
    )


def event_schemas() -> dict[str, Any]:
    """A structured event of each kind and its data, by name, for the OpenAPI document."""
    made: dict[str, Any] = {}
    for kind, payload in PAYLOADS.items():
        name = f"{kind.capitalize()}Event"
        made[f"{name}Data"] = {**payload.model_json_schema(), "title": f"{name}Data"}
        made[name] = {
            "type": "object",
            "title": name,
            "description": (payload.__doc__ or "").strip(),
            "required": ["specversion", "id", "source", "type", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {"type": "string", "maxLength": 200},
                "source": {"type": "string", "maxLength": 200},
                "type": {"const": kind},
                "time": {"type": "string", "format": "date-time"},
                "data": {"$ref": f"#/components/schemas/{name}Data"},
            },
        }
    return made


_ONE = {"oneOf": [{"$ref": f"#/components/schemas/{kind.capitalize()}Event"} for kind in PAYLOADS]}
_SEVERAL = {"type": "array", "items": _ONE, "maxItems": 1000}
_BINARY = {"type": "object", "description": "the data of one event, with its attributes as ce- headers"}
_EXAMPLE = {
    "specversion": "1.0",
    "id": "41",
    "source": "/east/fire-panel",
    "type": "fire",
    "data": {"estate": "east", "device": "smoke-7", "zone": "b3", "kind": "smoke", "value": 1},
}
_BODY = {
    "required": True,
    "content": {
        STRUCTURED: {"schema": _ONE, "example": _EXAMPLE},
        BATCH: {"schema": _SEVERAL, "example": [_EXAMPLE]},
        "application/json": {"schema": {"anyOf": [_ONE, _SEVERAL, _BINARY]}, "example": _EXAMPLE},
    },
}
_CAMERA_XML = (
    "<EventNotificationAlert><eventType>ANPR</eventType><dateTime>2026-11-26T08:00:00+08:00</dateTime>"
    "<ANPR><licensePlate>皖A12345</licensePlate></ANPR></EventNotificationAlert>"
)
_CAMERA_BODY = {
    "required": True,
    "content": {
        "application/xml": {
            "schema": {"type": "string", "description": "as ONVIF and Hikvision cameras post it"},
            "example": _CAMERA_XML,
        },
        "application/json": {
            "schema": {"type": "object", "description": "as Dahua cameras post it"},
            "example": {"Code": "TrafficJunction", "Data": {"PlateNumber": "皖A12345"}},
        },
    },
}


@router.post(
    "/events",
    status_code=202,
    openapi_extra={"requestBody": _BODY},
    responses=may_raise("event-time", "not-found", "too-large"),
)
async def receive_events(request: Request, who: Reporting, shared: ServicesDep) -> EventAccepted | list[EventResult]:
    """Take an event, or a batch of up to 1000, in structured, batch or binary mode.

    The answer comes once all is committed. Of a batch every event is answered on its own: what is refused does not
    keep the others out.
    """
    raws, batch = read_body(await body_of(request, shared.settings.max_upload_bytes), dict(request.headers))
    results = await take(shared, who, raws, _chinese(request))
    return results if batch else _single(results[0])


@router.post(
    "/events/cameras/{dialect}",
    status_code=202,
    openapi_extra={"requestBody": _CAMERA_BODY},
    responses=may_raise("event-time", "too-large"),
)
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
            raise ProblemError("too-large", "A form needs its Content-Length, {limit} bytes at most.", limit=limit)
        # Some cameras leave out the last boundary, or cut the picture behind what they tell.
        parts = [
            part.data.lstrip() if isinstance(part, File) else part.encode()
            for _, part in await form_of(request, limit, whole=False)
        ]
        body = next((part for part in parts if part[:1] in (b"<", b"{") or part[:4] == b"\xef\xbb\xbf<"), b"")
    else:
        body = await body_of(request, shared.settings.max_upload_bytes)
    return await take(shared, who, cameras.passes(dialect, body, estate, device), _chinese(request))


@router.get("/events/refused")
def read_refused_events(
    who: Reporting, shared: ServicesDep, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[Refused]:
    """Messages by MQTT that this process did not take, newest first, each with the reason. What they said is not kept."""
    return [] if shared.mqtt is None else shared.mqtt.refused.newest(limit, who.estate)


async def take(shared: Services, who: Caller, raws: list[Any], chinese: bool) -> list[EventResult]:
    """Check events and hand them in; one result per event, in order, with reasons in Chinese or in English.

    Raises:
        ProblemError, BadEventError: the only event is not taken; or too many are waiting.
    """
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
            results.append(_refused(raw, _reason(error, chinese)))
        else:
            good.append(event)
            results.append(None)
    try:
        outcomes = await asyncio.wrap_future(shared.intake.submit(good)) if good else []
    except queue.Full as error:
        raise ProblemError("overloaded", "Too many events are waiting to be stored.") from error
    if len(raws) == 1 and outcomes[0].refused is not None:
        raise outcomes[0].refused
    answers = iter(_result(event, outcome, chinese) for event, outcome in zip(good, outcomes, strict=True))
    return [result or next(answers) for result in results]


def _single(result: EventResult) -> EventAccepted:
    return EventAccepted(duplicate=result.duplicate, alerts=result.alerts, evaluated=result.evaluated)


def _result(event: Incoming, outcome: Outcome, chinese: bool) -> EventResult:
    return EventResult(
        id=event.id,
        source=event.source,
        duplicate=outcome.duplicate,
        alerts=outcome.alerts,
        evaluated=outcome.evaluated,
        refused=None if outcome.refused is None else _reason(outcome.refused, chinese),
    )


def _chinese(request: Request) -> bool:
    return prefers_chinese(request.headers.get("accept-language", ""))


def _reason(error: ProblemError | BadEventError, chinese: bool) -> str:
    english, translated = words(error)
    return translated or english if chinese else english


def _refused(raw: Any, reason: str) -> EventResult:
    names = raw if isinstance(raw, dict) else {}
    known = {name: _told(names[name]) if name in names else None for name in ("id", "source")}
    return EventResult(duplicate=False, alerts=[], refused=reason, **known)


def _told(value: Any) -> str:
    """What was sent, as an answer can hold it: half of a surrogate pair is no character."""
    return str(value)[:200].encode("utf-8", "replace").decode()
