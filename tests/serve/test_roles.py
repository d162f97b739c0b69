"""Every route with every role: who may, who gets 403, who gets 404 for another estate. From the app's own route table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from zhsq.quickstart.samples import jpeg, plate
from zhsq.serve.api.calibrations import EXAMPLE
from zhsq.serve.app import AREAS
from zhsq.serve.security.keys import ESTATE_ROLES, ROLES, create
from zhsq.serve.store.tables import AuditEntry

STAFF = ("property", "operator", "platform")
DESK = ("guard", *STAFF)
CHECKING = (*STAFF, "auditor")
ABOVE = ("operator", "platform")
CONSENT = {
    "reference": "x", "consent_purpose": "x", "consent_evidence": "x", "consent_expires_at": "2040-01-01T00:00:00Z",
    "credential_kind": "card", "credential_reference": "x",
}  # fmt: skip
TERMS = {"purpose": "x", "evidence": "x", "expires_at": "2040-01-01T00:00:00Z"}
INVITATION = {
    "reference": "x", "purpose": "x", "credential_kind": "card", "credential_reference": "x",
    "consent_expires_at": "2040-01-01T00:00:00Z",
}  # fmt: skip
EVENT = {
    "id": "1",
    "source": "/x",
    "type": "fire",
    "data": {"estate": "east", "device": "x", "kind": "smoke", "value": 1},
}

BASIS = {
    "kind": "device-states", "authority": "x", "document": "x",
    "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z",
}  # fmt: skip
PLATFORM = {
    "name": "x", "url": "https://127.0.0.1:9/", "estate": "east", "device_id": "1" * 20, "username": "x", "password": "x",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """Who may use a route, and a request to it that is about the estate 'east' (None: it is about no estate)."""

    roles: tuple[str, ...]
    about: Callable[[], dict[str, Any]] | None = None
    #: Names in the path, beside the estate.
    names: dict[str, str] = field(default_factory=dict)


def image() -> dict[str, Any]:
    return {"image": ("x.jpg", jpeg(plate()))}


TABLE: dict[str, Row] = {
    "POST /v1/estates": Row(ABOVE),
    "GET /v1/estates": Row(ROLES),
    "GET /v1/estates/{estate}": Row(ROLES, dict),
    "PATCH /v1/estates/{estate}": Row(ABOVE, lambda: {"json": {"name": "east"}}),
    "POST /v1/faces/quality": Row(DESK),
    "POST /v1/faces/verify": Row(DESK),
    "POST /v1/faces/verify/batch": Row(DESK),
    "POST /v1/estates/{estate}/faces/identify/batch": Row(DESK, lambda: {"files": {"images": image()["image"]}}),
    "POST /v1/estates/{estate}/subjects": Row(STAFF, lambda: {"data": CONSENT, "files": image()}),
    "GET /v1/estates/{estate}/subjects": Row(STAFF, dict),
    "GET /v1/estates/{estate}/subjects/{subject_id}": Row(STAFF, dict, {"subject_id": "none"}),
    "PATCH /v1/estates/{estate}/subjects/{subject_id}": Row(STAFF, lambda: {"json": {}}, {"subject_id": "none"}),
    "GET /v1/estates/{estate}/subjects/{subject_id}/consents": Row(CHECKING, dict, {"subject_id": "none"}),
    "POST /v1/estates/{estate}/faces/identify": Row(DESK, lambda: {"files": image()}),
    "POST /v1/estates/{estate}/subjects/{subject_id}/verify": Row(DESK, lambda: {"files": image()}, {"subject_id": "none"}),
    "GET /v1/estates/{estate}/subjects/{subject_id}/templates": Row(STAFF, dict, {"subject_id": "none"}),
    "POST /v1/estates/{estate}/subjects/{subject_id}/templates": Row(
        STAFF, lambda: {"files": image()}, {"subject_id": "none"}
    ),
    "DELETE /v1/estates/{estate}/subjects/{subject_id}/templates/{template_id}": Row(
        STAFF, dict, {"subject_id": "none", "template_id": "none"}
    ),
    "GET /v1/estates/{estate}/similarities": Row(STAFF, dict),
    "DELETE /v1/estates/{estate}/subjects/{subject_id}": Row(STAFF, dict, {"subject_id": "none"}),
    "POST /v1/estates/{estate}/subjects/{subject_id}/consents": Row(STAFF, lambda: {"json": TERMS}, {"subject_id": "none"}),
    "POST /v1/estates/{estate}/subjects/{subject_id}/withdraw": Row(STAFF, dict, {"subject_id": "none"}),
    "GET /v1/estates/{estate}/subjects/{subject_id}/record": Row(STAFF, dict, {"subject_id": "none"}),
    "GET /v1/estates/{estate}/erasures": Row(CHECKING, dict),
    "GET /v1/estates/{estate}/erasures/{erasure_id}": Row(CHECKING, dict, {"erasure_id": "none"}),
    "POST /v1/estates/{estate}/invitations": Row(STAFF, lambda: {"json": INVITATION}),
    "GET /v1/estates/{estate}/invitations": Row(STAFF, dict),
    "DELETE /v1/estates/{estate}/invitations/{invitation_id}": Row(STAFF, dict, {"invitation_id": "none"}),
    "GET /v1/estates/{estate}/assessment": Row(CHECKING, dict),
    "POST /v1/estates/{estate}/devices": Row(STAFF, lambda: {"json": {"name": "gate"}}),
    "GET /v1/estates/{estate}/devices": Row((*DESK, "auditor"), dict),
    "GET /v1/estates/{estate}/devices/status": Row((*DESK, "auditor"), dict),
    "GET /v1/estates/{estate}/devices/{device_id}": Row((*DESK, "auditor"), dict, {"device_id": "DEVICE"}),
    "PUT /v1/estates/{estate}/devices/{device_id}": Row(STAFF, lambda: {"json": {}}, {"device_id": "none"}),
    "DELETE /v1/estates/{estate}/devices/{device_id}": Row(STAFF, dict, {"device_id": "none"}),
    "POST /v1/plates/read": Row(DESK),
    "POST /v1/plates/read/batch": Row(DESK),
    "POST /v1/plates/match/batch": Row(DESK, lambda: {"data": {"estate": "east"}, "files": {"images": image()["image"]}}),
    "POST /v1/plates/match": Row(DESK, lambda: {"data": {"estate": "east"}, "files": image()}),
    "POST /v1/plates/passes/read": Row(DESK, lambda: {"data": {"estate": "east"}, "files": {"images": image()["image"]}}),
    "POST /v1/plates/passes": Row(DESK, lambda: {"json": {"estate": "east"}}),
    "POST /v1/plates/passes/{pass_id}/frames": Row(DESK, None, {"pass_id": "none"}),
    "POST /v1/plates/passes/{pass_id}/close": Row(DESK, None, {"pass_id": "none"}),
    "POST /v1/estates/{estate}/vehicles": Row(STAFF, lambda: {"json": {"plate": "皖A12345"}}),
    "GET /v1/estates/{estate}/vehicles": Row(DESK, dict),
    "POST /v1/estates/{estate}/vehicles/batch": Row(STAFF, lambda: {"json": {"vehicles": [{"plate": "皖A12346"}]}}),
    "POST /v1/estates/{estate}/vehicles/{vehicle_id}/permits": Row(STAFF, lambda: {"json": {}}, {"vehicle_id": "VEHICLE"}),
    "GET /v1/estates/{estate}/vehicles/{vehicle_id}": Row(DESK, dict, {"vehicle_id": "VEHICLE"}),
    "PATCH /v1/estates/{estate}/vehicles/{vehicle_id}": Row(STAFF, lambda: {"json": {"reference": "x"}}, {"vehicle_id": "VEHICLE"}),
    "DELETE /v1/estates/{estate}/vehicles/{vehicle_id}": Row(STAFF, dict, {"vehicle_id": "VEHICLE"}),
    "GET /v1/estates/{estate}/permits": Row(DESK, dict),
    "GET /v1/estates/{estate}/permits/{permit_id}": Row(DESK, dict, {"permit_id": "none"}),
    "PUT /v1/estates/{estate}/permits/{permit_id}": Row(STAFF, lambda: {"json": {}}, {"permit_id": "none"}),
    "DELETE /v1/estates/{estate}/permits/{permit_id}": Row(STAFF, dict, {"permit_id": "none"}),
    "GET /v1/estates/{estate}/operating-point": Row(CHECKING, dict),
    "POST /v1/estates/{estate}/calibrations": Row(("operator",), lambda: {"json": EXAMPLE}),
    "GET /v1/estates/{estate}/calibrations": Row(CHECKING, dict),
    "GET /v1/estates/{estate}/calibrations/{calibration_id}": Row(CHECKING, dict, {"calibration_id": "none"}),
    "DELETE /v1/estates/{estate}/calibrations/{calibration_id}": Row(("operator",), dict, {"calibration_id": "none"}),
    "POST /v1/events": Row(ABOVE, lambda: {"json": EVENT}),
    "GET /v1/events/refused": Row(ABOVE),
    "GET /v1/alerts": Row(DESK, lambda: {"params": {"estate": "east"}}),
    "GET /v1/alerts/{alert_id}": Row(DESK, dict, {"alert_id": "ALERT"}),
    "POST /v1/alerts/{alert_id}/acknowledge": Row(DESK, dict, {"alert_id": "ALERT"}),
    "POST /v1/alerts/{alert_id}/resolve": Row(DESK, dict, {"alert_id": "ALERT"}),
    "POST /v1/alerts/{alert_id}/dismiss": Row(DESK, lambda: {"json": {"note": "x"}}, {"alert_id": "ALERT"}),
    "POST /v1/alerts/{alert_id}/assign": Row(DESK, lambda: {"json": {"to": "guard"}}, {"alert_id": "ALERT"}),
    "POST /v1/alerts/{alert_id}/notes": Row(DESK, lambda: {"json": {"note": "x"}}, {"alert_id": "ALERT"}),
    "POST /v1/alerts/{alert_id}/verdict": Row(("property", "operator"), lambda: {"json": {"verdict": "true"}}, {"alert_id": "ALERT"}),
    "POST /v1/alerts/{alert_id}/evidence": Row(DESK, lambda: {"files": image()}, {"alert_id": "ALERT"}),
    "GET /v1/alerts/{alert_id}/evidence/{picture_id}": Row(DESK, dict, {"alert_id": "ALERT", "picture_id": "PICTURE"}),
    "POST /v1/alerts/{alert_id}/evidence/{picture_id}/original": Row(
        ("property", "operator"), lambda: {"json": {"reason": "incident"}}, {"alert_id": "ALERT", "picture_id": "none"}
    ),
    "GET /v1/alerts/daily": Row(DESK, lambda: {"params": {"estate": "east"}}),
    "GET /v1/console": Row(DESK),
    "GET /v1/alerts/figures": Row(DESK, lambda: {"params": {"estate": "east"}}),
    "GET /v1/alerts/rules": Row(DESK),
    # A stream would not end: a marker that is none is refused once the estate is known to be the caller's.
    "GET /v1/alerts/stream": Row(DESK, lambda: {"params": {"estate": "east"}, "headers": {"Last-Event-ID": "x"}}),
    "POST /v1/events/cameras/{dialect}": Row(
        ABOVE, lambda: {"params": {"estate": "east", "device": "gate"}}, {"dialect": "onvif"}
    ),
    "POST /v1/targets": Row(
        ("operator",), lambda: {"json": {"name": "x", "url": "https://127.0.0.1:9/", "estate": "east"}}
    ),
    "GET /v1/targets": Row(("operator",)),
    "GET /v1/targets/{target_id}": Row(("operator",), dict, {"target_id": "none"}),
    "PATCH /v1/targets/{target_id}": Row(("operator",), lambda: {"json": {"enabled": True}}, {"target_id": "none"}),
    "GET /v1/targets/{target_id}/deliveries": Row(("operator",), dict, {"target_id": "none"}),
    "POST /v1/targets/{target_id}/redrive": Row(("operator",), dict, {"target_id": "none"}),
    "GET /v1/estates/{estate}/reports/property": Row(CHECKING, dict),
    "POST /v1/gat1400/targets": Row(("operator",), lambda: {"json": PLATFORM}),
    "GET /v1/gat1400/targets/{target_id}": Row(("operator",), dict, {"target_id": "none"}),
    "PUT /v1/gat1400/targets/{target_id}/devices": Row(("operator",), lambda: {"json": {"devices": {}}}, {"target_id": "none"}),
    "POST /v1/estates/{estate}/legal-bases": Row(("operator",), lambda: {"json": BASIS}),
    "GET /v1/estates/{estate}/legal-bases": Row(CHECKING, dict),
    "POST /v1/estates/{estate}/legal-bases/{basis_id}/revoke": Row(("property", "operator"), dict, {"basis_id": "none"}),
    "GET /v1/audit": Row(("auditor",)),
    "GET /v1/audit/state": Row(("auditor",)),
}  # fmt: skip
#: Without a key: they tell nothing of anyone.
OPEN = {"GET /health/live", "GET /health/ready", "GET /metrics"}
OPEN |= {f"GET /enrol{name}" for name in ("", "/enrol.css", "/enrol.js", "/texts.js")}
OPEN |= {"GET /console", "GET /console/{name}"}
#: By a resident's code (tests/serve/privacy/test_residents.py), not by a key.
BY_CODE = {"GET /v1/resident", "POST /v1/resident/photo", "POST /v1/resident/enrolment", "GET /v1/resident/record"}
BY_CODE |= {"POST /v1/resident/withdraw"}


#: Answered without an audit entry, each with the reason.
UNAUDITED = {
    "GET /v1/estates/{estate}/erasures": "receipts name nobody",
    "GET /v1/estates/{estate}": "its name",
    "GET /v1/estates/{estate}/devices": "devices, no people",
    "GET /v1/estates/{estate}/devices/{device_id}": "a device, no people",
    "POST /v1/plates/passes": "nothing was read yet; each frame is audited",
    "POST /v1/events": "the event is stored with its source and time, and what comes of it is audited",
    "GET /v1/alerts": "the list; an alert's evidence is read one by one, which is audited",
    "GET /v1/alerts/figures": "counts",
    "GET /v1/alerts/daily": "counts",
    "GET /v1/estates/{estate}/devices/status": "devices, no people",
    "GET /v1/estates/{estate}/legal-bases": "documents, no people",
}


def routes(app: FastAPI) -> dict[str, Any]:
    """'METHOD path' -> route, as the app has them."""
    found = (context for context in iter_route_contexts(app.routes) if isinstance(context.original_route, APIRoute))
    return {f"{method} {context.path}": context for context in found for method in context.methods or ()}


@pytest.fixture
def clients(app: FastAPI) -> Callable[[str, str | None], TestClient]:
    def make(role: str, estate: str | None = None) -> TestClient:
        with app.state.services.database.session() as session:
            key = create(session, f"test {role}", role, estate)
        return TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)

    return make


@pytest.fixture
def east(operator: TestClient) -> dict[str, str]:
    """Things of the estate 'east', by the names that the table uses."""
    vehicle = operator.post("/v1/estates/east/vehicles", json={"plate": "皖A00001"}).json()["id"]
    alert = operator.post("/v1/events", json={**EVENT, "id": "first"}).json()["alerts"]
    picture = operator.post(
        f"/v1/alerts/{alert[0]}/evidence", files={"image": ("x.jpg", jpeg(plate()[:, ::-1]))}
    ).json()["id"]
    device = operator.post("/v1/estates/east/devices", json={"name": "old-gate"}).json()["id"]
    return {"VEHICLE": vehicle, "ALERT": alert[0], "PICTURE": picture, "DEVICE": device}


def send(client: TestClient, route: str, row: Row, things: dict[str, str], request: dict[str, Any]) -> tuple[int, str]:
    method, path = route.split()
    names = {name: things.get(value, value) for name, value in row.names.items()}
    done = client.request(method, path.format(estate="east", **names), **request)
    body = done.json() if done.content and "json" in done.headers.get("content-type", "") else {}
    return done.status_code, body.get("code", "") if isinstance(body, dict) else ""


def test_the_table_names_every_route_and_no_other(app: FastAPI) -> None:
    assert set(routes(app)) == set(TABLE) | OPEN | BY_CODE


def test_every_route_that_needs_a_key_belongs_to_an_area(app: FastAPI) -> None:
    assert {context.tags[0] for route, context in routes(app).items() if route not in OPEN | BY_CODE} == AREAS


def test_without_a_key_every_route_answers_401(app: FastAPI) -> None:
    bare = TestClient(app)
    for number, (route, row) in enumerate(TABLE.items()):
        app.state.services.limits = type(app.state.services.limits)(app.state.services.settings)  # not 429
        assert send(bare, route, row, {}, {}) == (401, "unauthorized"), (number, route)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_table_says_and_gets_403_elsewhere(clients, east, role: str) -> None:
    client = clients(role, "east" if role in ESTATE_ROLES else None)
    for route, row in TABLE.items():
        status, code = send(client, route, row, {}, {})  # empty: whoever may gets as far as its validation
        if role in row.roles:
            assert status not in (401, 403, 429, 500), (route, status, code)
        else:
            assert (status, code) == (403, "forbidden"), (route, status, code)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "auditor"])
def test_a_caller_of_another_estate_gets_404_where_one_of_this_estate_is_heard(clients, east, role: str) -> None:
    west = clients(role, "west")
    for route, row in TABLE.items():
        if row.about is not None and role in row.roles:
            assert send(west, route, row, east, row.about()) == (404, "not-found"), route


def test_the_requests_of_the_table_are_heard_in_their_own_estate(clients, east) -> None:
    """Or the 404 above would show nothing: the same requests from a caller of the estate itself."""
    own = clients("operator", "east")
    for route, row in TABLE.items():
        if row.about is not None and "operator" in row.roles and "none" not in row.names.values():
            status, code = send(own, route, row, east, row.about())
            assert status not in (401, 403, 404, 500), (route, status, code)


def test_what_is_done_with_an_estate_s_data_is_audited(app: FastAPI, clients, east) -> None:
    """Each request of the table that is answered leaves an entry of its caller, but for those named here."""
    own = clients("operator", "east")

    def entries() -> int:
        with app.state.services.database.session() as session:
            query = select(func.count()).select_from(AuditEntry).where(AuditEntry.actor.startswith("operator:test"))
            return session.scalar(query) or 0

    answered = set()
    for route, row in TABLE.items():
        if row.about is not None and "operator" in row.roles and "none" not in row.names.values():
            before = entries()
            status, _ = send(own, route, row, east, row.about())
            if status < 300:
                answered.add(route)
                assert (entries() > before) == (route not in UNAUDITED), route
    assert len(answered) > 10 and answered >= UNAUDITED.keys(), "or the list names what is not answered"


def test_a_caller_of_one_estate_makes_no_other_and_reads_no_audit_of_all(clients, operator) -> None:
    assert clients("operator", "east").post("/v1/estates", json={"id": "north", "name": "n"}).status_code == 403
    assert clients("auditor", "east").get("/v1/audit").status_code == 403
    assert [e["id"] for e in clients("operator", "east").get("/v1/estates").json()["items"]] == ["east"]


def test_a_key_of_one_area_opens_no_other(app: FastAPI, operator) -> None:
    with app.state.services.database.session() as session:
        key = create(session, "gate", "guard", "east", ["plates"])
    client = TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)
    assert client.get("/v1/estates/east/vehicles").status_code == 200
    assert client.post("/v1/plates/passes", json={"estate": "east"}).status_code == 201
    contexts = routes(app)
    for route, row in TABLE.items():
        if contexts[route].tags[0] != "plates":
            assert send(client, route, row, {}, {}) == (403, "forbidden"), route
    with app.state.services.database.session() as session:
        refusals = session.scalars(select(AuditEntry.outcome).where(AuditEntry.actor.startswith("guard:gate"))).all()
    assert "refused: area alerts" in refusals
