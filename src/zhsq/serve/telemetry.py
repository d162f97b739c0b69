"""Traces by OpenTelemetry, sent by OTLP over HTTP (JSON): on when its own environment names an endpoint.

    OTEL_EXPORTER_OTLP_ENDPOINT   such as http://127.0.0.1:4318; also OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
    OTEL_TRACES_SAMPLER, ..._ARG  how many requests are traced; all unless said otherwise
    OTEL_SERVICE_NAME             'zhsq' unless said otherwise

The span of a request is made by `zhsq.serve.traffic`, from the route as declared. OpenTelemetry's own instrumentation of
FastAPI is not used: it records addresses, paths and queries. Errors are recorded by their kind, without their words.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from zhsq import __version__, spans
from zhsq.errors import MissingExtraError
from zhsq.spans import Attribute

log = logging.getLogger(__name__)
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def wanted() -> bool:
    """Whether the environment names a receiver."""
    return any(os.environ.get(name) for name in ENDPOINTS)


def check() -> None:
    """Refuse before anything is started.

    Raises:
        MissingExtraError: a receiver is named, and the extra `telemetry` is not installed.
    """
    if wanted():
        try:
            import opentelemetry.exporter.otlp.json.http.trace_exporter  # noqa: F401
        except ImportError as error:
            raise MissingExtraError("telemetry", "Sending traces") from error


class Traces:
    """Makes spans and sends them in the background. When the receiver is away they are dropped; requests don't wait."""

    def __init__(self) -> None:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._api = trace
        name = os.environ.get("OTEL_SERVICE_NAME", "zhsq")
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": name, "service.version": __version__})
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("zhsq", __version__)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def request(self, headers: Mapping[str, str]) -> Iterator[Request]:
        """The span of a request. It goes on with the caller's trace, if `traceparent` names one."""
        context = self._propagator.extract({"traceparent": headers.get("traceparent", "")})
        with self._span("request", {}, context) as found:
            yield Request(found)

    @contextmanager
    def part(self, name: str, attributes: dict[str, Attribute]) -> Iterator[None]:
        if not self._api.get_current_span().get_span_context().is_valid:
            yield  # beside requests: the clock of alerts, and their delivery
            return
        with self._span(name, attributes):
            yield

    def close(self) -> None:
        """Send what waits, then stop."""
        self._provider.shutdown()

    @contextmanager
    def _span(self, name: str, attributes: dict[str, Attribute], context: Any = None) -> Iterator[Any]:
        with self._tracer.start_as_current_span(
            name, context, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(self._api.StatusCode.ERROR)
                raise


class Request:
    """The span of a request under way."""

    def __init__(self, span: Any) -> None:
        self._span = span
        #: 32 hex digits.
        self.trace = f"{span.get_span_context().trace_id:032x}"

    def answered(self, method: str, route: str, status: int, number: str) -> None:
        """Name it, once the route and the answer's status are known."""
        self._span.update_name(f"{method} {route}".strip())
        told = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        self._span.set_attributes({**told, "zhsq.request": number})


class Telemetry:
    """Traces of one app, while it runs; `traces` is None where nobody receives them."""

    def __init__(self) -> None:
        self.traces: Traces | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send traces until the end of the block, if the environment names a receiver.

        Raises:
            MissingExtraError: as `check`.
        """
        if not wanted():
            yield
            return
        check()
        self.traces = Traces()
        spans.install(self.traces)
        log.info("Traces are sent.")
        try:
            yield
        finally:
            spans.install(None)
            self.traces.close()
            self.traces = None
