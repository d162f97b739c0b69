"""Changes of alerts as they happen, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Query
from sqlalchemy import func, select
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.routing import Router
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.store.scope import EVERY
from zhsq.serve.store.tables import Alert, AlertStep

router = Router(tags=["alerts"])
Handling = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
#: Between looks at the store, seconds.
EVERY_S = 0.5
#: A stream ends after so long, and the browser comes back with Last-Event-ID: a key that was revoked hears no more.
LASTS_S = 900
#: Changes read at once.
AT_ONCE = 200
#: A change's number, as the stream gives it; what is longer no database counts to.
_PLACE = re.compile("[0-9]{1,18}")


@router.get("/alerts/stream", response_class=EventSourceResponse)
async def stream_alerts(
    who: Handling,
    shared: ServicesDep,
    estate: Annotated[str, Query(description="whose alerts; '*': of every estate that the caller may see")],
    last_event_id: Annotated[str | None, Header(description="resumes behind this change; none is missed")] = None,
) -> EventSourceResponse:
    """Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on.

    The answer's own `Last-Event-ID` says where it begins: a line that is cut before the first change resumes there.
    """
    if estate != EVERY:
        may_see(who, estate)
    if last_event_id is not None and _PLACE.fullmatch(last_event_id) is None:
        raise ProblemError(
            "invalid-request", "Last-Event-ID {marker!r} is not one of this stream's.", marker=last_event_id[:50]
        )
    wanted = who.estate if estate == EVERY else estate
    after = int(last_event_id) if last_event_id is not None else await run_in_threadpool(_newest, shared)
    return EventSourceResponse(_changes(shared, wanted, after), ping=15, headers={"Last-Event-ID": str(after)})


async def _changes(shared: Services, estate: str | None, after: int) -> AsyncIterator[ServerSentEvent]:
    ends = time.monotonic() + LASTS_S
    while time.monotonic() < ends:
        found = await run_in_threadpool(_read, shared, estate, after)
        for number, action, data in found:
            after = number
            yield ServerSentEvent(id=str(number), event=action, data=data)
        if len(found) < AT_ONCE:
            await asyncio.sleep(EVERY_S)


def _newest(shared: Services) -> int:
    with shared.database.session() as session:
        return session.scalar(select(func.max(AlertStep.id))) or 0


def _read(shared: Services, estate: str | None, after: int) -> list[tuple[int, str, str]]:
    query = select(AlertStep, Alert).join(Alert, Alert.id == AlertStep.alert_id).where(AlertStep.id > after)
    if estate is not None:
        query = query.where(AlertStep.estate_id == estate)
    with shared.database.session() as session:
        rows = session.execute(query.order_by(AlertStep.id).limit(AT_ONCE)).tuples()
        return [(step.id, step.action, _data(step, alert)) for step, alert in rows]


def _data(step: AlertStep, alert: Alert) -> str:
    told = {
        "alert": alert.id,
        "estate": alert.estate_id,
        "rule": alert.rule,
        "severity": alert.severity,
        "message": alert.message,
        "device": alert.device,
        "zone": alert.zone,
        "action": step.action,
        "state": step.state,
        "version": step.version,
        "at": f"{step.at.isoformat()}Z",
        "by": step.actor,
    }
    return json.dumps(told, ensure_ascii=False)
