"""Traces, received for real: which spans there are, how they hang together, and that they tell nothing of anyone."""

from __future__ import annotations

import gzip
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.serve.security.keys import create
from zhsq.serve.server import Server

pytest.importorskip("opentelemetry.sdk", reason="the extra 'telemetry' is not installed")
#: Every attribute that a span may have.
ALLOWED = {
    "bytes",
    "images",
    "endpoint",
    "error.type",
    "faces",
    "graph",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "templates",
    "zhsq.request",
}


class Receiver:
    """An OTLP receiver on loopback: keeps the bodies that it is sent."""

    def __init__(self) -> None:
        bodies: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                bodies.append(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                return

        self.bodies = bodies
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def spans(self) -> list[dict[str, Any]]:
        found = [json.loads(body) for body in self.bodies]
        return [
            span
            for body in found
            for resource in body["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Receiver]:
    made = Receiver()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
    yield made
    made.close()


def attributes(span: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: next(iter(each["value"].values())) for each in span.get("attributes", [])}


@pytest.mark.data
def test_a_request_is_a_trace_of_its_steps_and_tells_nothing_of_anyone(app, receiver, residents, caplog) -> None:
    caplog.set_level(logging.INFO, "zhsq.requests")
    with app.state.services.database.session() as session:
        key = create(session, "porter Wang", "operator", None)
    caller = "4bf92f3577b34da6a3ce929d0e0e4736"
    form = {
        "reference": "flat-north",
        "consent_purpose": "entry",
        "consent_evidence": "form-kept",
        "consent_expires_at": "2099-01-01T00:00:00Z",
        "credential_kind": "card",
        "credential_reference": "card-green",
    }
    photo = {"image": ("zhang-san.jpg", residents(1)[0])}
    with Server(app) as server, httpx.Client(base_url=server.url, headers={"X-API-Key": key}, timeout=60) as client:
        client.post("/v1/estates", json={"id": "lakeside", "name": "湖畔"})
        subject = client.post("/v1/estates/lakeside/subjects", data=form, files=photo).json()["subject"]
        found = client.post("/v1/estates/lakeside/faces/identify", files=photo)
        assert found.json()["subject"] == subject
        carried = {"traceparent": f"00-{caller}-00f067aa0ba902b7-01"}
        read = client.post("/v1/plates/read?kind=crop", files={"image": ("p.jpg", jpeg(plate()))}, headers=carried)
        assert read.json()["text"] == PLATE_TEXT
        assert client.get(f"/v1/estates/lakeside/subjects/{subject}x/record").status_code == 404
        assert client.post("/v1/plates/read", files={"image": ("zhang-san.txt", b"no")}).status_code == 422
    spans = receiver.spans()

    identified = found.headers["x-request-id"]
    steps = {span["name"] for span in spans if span["traceId"] == identified}
    assert steps >= {
        "POST /v1/estates/{estate}/faces/identify",
        "decode",
        "detect",
        "embed",
        "search",
        "store",
        "runtime.onnx",
    }
    for trace in {span["traceId"] for span in spans}:
        ids = {span["spanId"] for span in spans if span["traceId"] == trace}
        roots = [span for span in spans if span["traceId"] == trace and span.get("parentSpanId", "") not in ids]
        assert len(roots) == 1 and "http.route" in attributes(roots[0]), "every step belongs to a request"
    assert caller in {span["traceId"] for span in spans if span["name"] == "POST /v1/plates/read"}
    assert {identified, caller} <= {
        record.fields.get("trace") for record in caplog.records if hasattr(record, "fields")
    }
    refused = [span for span in spans if "error.type" in attributes(span)]
    assert refused and all(not span.get("events") for span in spans), "no error's words"

    assert {name for span in spans for name in attributes(span)} <= ALLOWED
    sent = b"".join(receiver.bodies).decode()
    for told in (
        "flat-north",
        "card-green",
        "form-kept",
        subject,
        "lakeside",
        "湖畔",
        "zhang",
        PLATE_TEXT,
        "12345",
        "Wang",
        key,
        "127.0.0.1",
    ):
        assert told not in sent, told


def test_a_receiver_that_is_away_keeps_no_request_waiting(app, monkeypatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with Server(app) as server:
        for _ in range(5):
            done = httpx.get(f"{server.url}/health/live")
            assert done.status_code == 200 and len(done.headers["x-request-id"]) == 32


def test_fastapi_s_own_telemetry_which_names_paths_and_queries_stays_off(tmp_path) -> None:
    """In a process of its own: a provider of the whole process can't be taken back."""
    code = f"""
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from zhsq.serve.app import create_app
from zhsq.serve.settings import Settings
kept, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(kept))
trace.set_tracer_provider(provider)
app = create_app(Settings(database_url="sqlite:///{tmp_path / "x.db"}", master_key="ab" * 32, audit_key="cd" * 32))
TestClient(app).get("/v1/estates/lakeside/vehicles?who=zhang")
print([dict(span.attributes) for span in kept.get_finished_spans()])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
