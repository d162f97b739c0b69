"""Values that no column holds: on either database the caller's mistake, wherever in a request they stand; nothing is stored."""

from __future__ import annotations

import itertools
import json
import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

#: As JSON escapes them. Half of a surrogate pair is no text, though Python's `str` holds it; NUL SQLite takes.
HALF, NUL = "\\ud800", "\\u0000"
#: Beyond PostgreSQL's 32 bits, beyond 64, and beyond what anything counts.
LARGE = (2**31, -(2**31) - 1, 2**63, 2**64, 10**40, -(10**40))
TARGET = {"name": "desk", "url": "https://alerts.example/in"}


@pytest.fixture
def app(database_url: str, opened) -> FastAPI:
    """On SQLite and on PostgreSQL."""
    return opened(database_url)


def refused(done: Any) -> tuple[int, str]:
    return done.status_code, done.json()["code"]


def sent(client: TestClient, path: str, body: str, **headers: str) -> Any:
    return client.post(path, content=body, headers={"content-type": "application/json", **headers})


def event(**changed: Any) -> dict[str, Any]:
    data = {"estate": "east", "device": "smoke-7", "kind": "smoke", "value": 1}
    made = {"specversion": "1.0", "id": uuid.uuid4().hex, "source": "/east/fire", "type": "fire", "data": data}
    return made | changed


def test_a_number_in_a_query_that_no_column_holds_is_refused(operator: TestClient) -> None:
    target = operator.post("/v1/targets", json=TARGET).json()["id"]
    for number in LARGE:
        done = operator.post(f"/v1/targets/{target}/redrive", params={"delivery": number})
        assert refused(done) in {(404, "not-found"), (422, "invalid-request")}, "none has it, or none can"


def test_a_place_in_the_stream_that_no_change_has_is_refused(operator: TestClient) -> None:
    for place in ("9223372036854775808", "1" * 40, "1" * 5000, "٣", "-1"):
        headers = [(b"last-event-id", place.encode())]
        with operator.stream("GET", "/v1/alerts/stream", params={"estate": "east"}, headers=headers) as done:
            assert done.status_code == 422, place
            done.read()
            assert done.json()["code"] == "invalid-request"


def test_a_number_in_a_body_or_a_path_that_no_column_holds_is_refused(operator: TestClient) -> None:
    for number in LARGE:
        body = {"reference": "flat 7", "purpose": "entry", "valid_hours": number}
        assert refused(operator.post("/v1/estates/east/invitations", json=body))[0] == 422
        assert refused(operator.get(f"/v1/estates/east/devices/{number}")) == (404, "not-found")


def test_a_large_number_in_an_event_leaves_the_intake_going(operator: TestClient) -> None:
    """The data of an event is one JSON, where a whole number has no bounds."""
    for number in LARGE:
        data = {"estate": "east", "device": "camera-1", "score": 0.5, "threshold": 1.0, "incident": number}
        assert operator.post("/v1/events", json=event(type="anomaly", data=data)).status_code == 202
    assert operator.post("/v1/events", json=event()).status_code == 202


def test_a_text_in_a_body_that_no_column_holds_is_refused(operator: TestClient, database_url: str) -> None:
    for unfit in (HALF, NUL) if database_url.startswith("postgres") else (HALF,):
        for path, body in (
            ("/v1/estates", f'{{"id": "north", "name": "a{unfit}"}}'),
            ("/v1/estates/east/vehicles", f'{{"plate": "皖A12345", "reference": "a{unfit}"}}'),
            ("/v1/targets", json.dumps(TARGET).replace("desk", f"a{unfit}")),
        ):
            for key in ({}, {"Idempotency-Key": uuid.uuid4().hex}):
                assert refused(sent(operator, path, body, **key)) == (422, "invalid-request"), path
    assert operator.get("/v1/estates/north").status_code == 404
    assert operator.get("/v1/estates/east/vehicles").json()["items"] == []
    assert operator.get("/v1/targets").json()["items"] == []


def test_an_event_with_a_text_that_no_column_holds_is_refused_alone(operator: TestClient) -> None:
    for unfit, field in itertools.product((HALF, NUL), ("id", "source", "device", "zone", "estate")):
        raw = event()
        (raw if field in raw else raw["data"])[field] = "a?"
        body = json.dumps(raw).replace("a?", f"a{unfit}")
        assert refused(sent(operator, "/v1/events", body)) == (422, "invalid-request"), (unfit, field)
        several = sent(operator, "/v1/events", f"[{json.dumps(event())}, {body}, {json.dumps(event())}]")
        assert several.status_code == 202
        assert [one["refused"] is None for one in several.json()] == [True, False, True], (unfit, field)


def test_a_text_in_a_query_or_a_path_that_no_column_holds_finds_nothing(
    operator: TestClient, database_url: str
) -> None:
    expected = (422, "invalid-request") if database_url.startswith("postgres") else (404, "not-found")
    for path in ("/v1/estates/a%00b", "/v1/estates/east/devices/%00", "/v1/alerts/%00"):
        assert refused(operator.get(path)) == expected, path
        # The bytes of half a surrogate pair are no UTF-8: what is read in their place is a sign that no identifier has.
        assert refused(operator.get(path.replace("%00", "%ED%A0%80"))) == (404, "not-found"), path
    for path in ("/v1/estates/east/devices?name_prefix=%00", "/v1/estates/east/vehicles?plate_prefix=%00"):
        done = operator.get(path)
        assert done.json().get("items") == [] if done.status_code == 200 else refused(done) == expected, path
        assert operator.get(path.replace("%00", "%ED%A0%80")).json()["items"] == [], path
