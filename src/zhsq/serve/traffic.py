"""Requests as they come and go: numbered, counted, timed, logged without personal data, and turned away when too many.

In the log and in the figures a request is its route as declared ('/v1/estates/{estate}/vehicles'), never its path, query,
body, address or key.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhsq.serve.problems import NUMBER, ProblemError, problem
from zhsq.serve.telemetry import Request as Traced
from zhsq.serve.telemetry import Telemetry

log = logging.getLogger("zhsq.requests")
REQUEST_ID = "x-request-id"
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Answered however many requests are under way: whoever watches the API must be able to see that it is busy.
ALWAYS = ("/health/", "/metrics")


class Figures:
    """Prometheus metrics of one app, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self.answered = Counter(
            "zhsq_requests", "Requests that were answered", (*labels, "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "zhsq_request_seconds",
            "Time until an answer was sent, or a stream began",
            labels,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self.registry,
        )
        self.under_way = Gauge("zhsq_requests_under_way", "Requests not answered yet", registry=self.registry)
        self.turned_away = Counter("zhsq_requests_turned_away", "Requests over the limit", registry=self.registry)


class Traffic:
    """ASGI middleware, the outermost one.

    Args:
        app: what answers.
        figures: where requests are counted.
        most: requests under way at once; more are answered 503 with Retry-After. One whose answer has begun, such as a
            stream of events, is not under way any more.
        telemetry: where each request is a trace, or part of the caller's; None makes none.
    """

    def __init__(self, app: ASGIApp, figures: Figures, most: int, telemetry: Telemetry | None = None) -> None:
        self._app, self._figures, self._most, self._telemetry = app, figures, most, telemetry or Telemetry()
        self._under_way = 0  # the event loop's thread alone changes it
        figures.under_way.set_function(lambda: self._under_way)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        traces = self._telemetry.traces
        if traces is None:
            await self._answer(scope, receive, send, None)
        else:
            with traces.request(Headers(scope=scope)) as traced:
                await self._answer(scope, receive, send, traced)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, traced: Traced | None) -> None:
        given = Headers(scope=scope).get(REQUEST_ID, "")
        # Who gave no number gets the trace's: the answer then leads to it.
        made = traced.trace if traced else uuid.uuid4().hex
        number = given if _ACCEPTED_ID.fullmatch(given) else made
        scope[NUMBER] = number
        start, answered = time.perf_counter(), False

        def end(status: int) -> None:
            nonlocal answered
            if not answered:
                answered = True
                self._under_way -= 1
                self._note(scope, status, time.perf_counter() - start, number, traced)

        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = number
                status = message["status"]
                if "content-length" not in headers:  # a stream, which may never end
                    end(status)
            await send(message)
            if message["type"] == "http.response.body":  # nobody waits for the log
                end(status)

        full = self._under_way >= self._most and not scope["path"].startswith(ALWAYS)
        self._under_way += 1
        try:
            if full:
                self._figures.turned_away.inc()
                busy = ProblemError("overloaded", "{most} requests are under way.", most=self._most)
                answer = problem(Request(scope), busy.code, busy.detail, busy.chinese)
                await answer(scope, receive, watched)
            else:
                await self._app(scope, receive, watched)
        except Exception:
            end(500)  # answered outside of here, where errors that no one foresaw are
            raise
        finally:
            end(499)  # nothing was answered: the client went away

    def _note(self, scope: Scope, status: int, seconds: float, number: str, traced: Traced | None) -> None:
        method, route = scope["method"], route_of(scope)
        self._figures.answered.labels(method, route, status).inc()
        self._figures.seconds.labels(method, route).observe(seconds)
        fields = {"request": number, "method": method, "route": route, "status": status, "ms": round(seconds * 1e3, 1)}
        if traced is not None:
            traced.answered(method, route, status, number)
            fields["trace"] = traced.trace
        log.info("answered", extra={"fields": fields})


def declare(app: FastAPI) -> None:
    """Note each endpoint's route as declared and its area (first tag), once all routers are included."""
    declared = {}
    for context in iter_route_contexts(app.routes):
        tags = getattr(context, "tags", None) or [""]
        declared[context.endpoint] = (context.path or "", str(tags[0]))
    app.state.declared = declared


def route_of(scope: Scope) -> str:
    """The route that answers, as declared; '' when none does."""
    return _declared(scope)[0]


def area_of(scope: Scope) -> str:
    """The area of the route that answers; '' for one without."""
    return _declared(scope)[1]


def _declared(scope: Scope) -> tuple[str, str]:
    app: Any = scope.get("app")
    known: dict[Callable[..., Any] | None, tuple[str, str]] = getattr(app.state, "declared", {}) if app else {}
    return known.get(scope.get("endpoint"), ("", ""))
