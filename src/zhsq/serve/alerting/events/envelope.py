"""CloudEvents 1.0 over HTTP: structured, batch and binary mode (CloudEvents HTTP protocol binding 1.0.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import BaseModel, Field, ValidationError

from zhsq.errors import ZhsqError
from zhsq.serve.alerting.events.payloads import PAYLOADS, Text
from zhsq.serve.problem_details import of_field

EventType = Literal[
    "access",
    "vehicle",
    "anomaly",
    "perimeter",
    "patrol",
    "electrical",
    "fire",
    "charger",
    "lamp",
    "wifi",
    "heartbeat",
]
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
#: Events that one batch may hold.
AT_ONCE = 1000


class BadEventError(ZhsqError):
    """What was sent is not an event that is taken; the message names the field."""

    code = "invalid-request"

    def __init__(self, message: str, hint: str = "", chinese: str = "") -> None:
        super().__init__(message, hint)
        self.chinese = chinese


class Envelope(BaseModel):
    """The attributes of a CloudEvent. Extension attributes are allowed, as the specification asks, and not kept."""

    specversion: Literal["1.0"] = "1.0"
    id: Text = Field(min_length=1, max_length=200)
    source: Text = Field(min_length=1, max_length=200)
    type: EventType
    time: datetime | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A checked event. `time` is UTC, without zone; `data` is its payload without what was left empty."""

    source: str
    id: str
    type: str
    estate: str
    time: datetime
    data: dict[str, Any]


def read_event(raw: object, now: datetime) -> Incoming:
    """Check one structured event.

    Args:
        raw: decoded JSON.
        now: its time where it gives none, UTC without zone. A time without a zone is taken as UTC.

    Raises:
        BadEventError: a field is missing, unknown or out of range.
    """
    if not isinstance(raw, dict):
        raise BadEventError(
            "An event is a JSON object.",
            "See CloudEvents 1.0, JSON format.",
            "事件须为 JSON 对象：见 CloudEvents 1.0 的 JSON 格式。",
        )
    try:
        envelope = Envelope.model_validate(raw)
        payload = PAYLOADS[envelope.type].model_validate(envelope.data)
    except ValidationError as error:
        within = "data." if error.title != "Envelope" else ""
        english, chinese = (
            "; ".join(
                f"{within}{'.'.join(map(str, e['loc']))}: {of_field(e, chinese=language)}" for e in error.errors()
            )
            for language in (False, True)
        )
        name = repr(str(raw.get("id", "?"))[:200])
        raise BadEventError(f"event {name}: {english}", chinese=f"事件 {name}：{chinese}") from error
    time = envelope.time or now
    try:
        time = time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo is not None else time
    except OverflowError as error:  # its zone leads beyond the years 1 to 9999
        raise BadEventError(
            f"event {envelope.id!r}: time: not between the years 1 and 9999 in UTC",
            chinese=f"事件 {envelope.id!r}：time：按 UTC 不在公元 1 至 9999 年之间",
        ) from error
    data = payload.model_dump(mode="json", exclude_none=True)
    return Incoming(envelope.source, envelope.id, envelope.type, payload.estate, time, data)


def read_body(body: bytes, headers: Mapping[str, str]) -> tuple[list[object], bool]:
    """The events of a request, decoded but not yet checked, and whether they came as a batch.

    `application/json` is taken as well: an object as one event, a list as a batch.

    Args:
        body: as received.
        headers: by lower-case name.

    Raises:
        BadEventError: not JSON, too many, or neither of the three modes.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadEventError(f"The body is not JSON: {error}.") from error
    if kind.startswith("application/cloudevents") and kind not in (STRUCTURED, BATCH):
        raise BadEventError(f"Events as {kind} are not taken.", f"Send {STRUCTURED} or {BATCH}.")
    if kind not in (STRUCTURED, BATCH) and "ce-specversion" in headers:
        # Values of attributes are percent-encoded in headers (HTTP protocol binding, 3.1.3.2).
        attributes = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
        return [attributes | {"datacontenttype": kind or "application/json", "data": content}], False
    batch = isinstance(content, list)
    if (kind == BATCH and not batch) or (kind == STRUCTURED and batch):
        raise BadEventError(f"The body is {'a list' if batch else 'no list'}, the content type is {kind}.")
    events = content if isinstance(content, list) else [content]
    if len(events) > AT_ONCE:
        raise BadEventError(
            f"{len(events)} events were sent; {AT_ONCE} are taken at once.",
            "Send them in parts.",
            f"一次发送了 {len(events)} 个事件；每次最多接收 {AT_ONCE} 个，请分批发送。",
        )
    return events, batch
