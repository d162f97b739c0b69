"""Platforms and legal bases over the API: off by default, role-gated, audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from zhsq.models.bundle import Bundle
from zhsq.serve.app import create_app
from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import AuditEntry, Target

PLATFORM = {
    "name": "police", "url": "https://127.0.0.1:9", "estate": "east", "device_id": "33010200005030000001",
    "username": "u", "password": "a-password", "devices": {"gate": "33010200001190000001"},
}  # fmt: skip


def basis(kind: str = "device-states", days: float = 30, **changes: object) -> dict[str, object]:
    until = datetime.now(UTC) + timedelta(days=days)
    start = datetime.now(UTC) - timedelta(days=1)
    fields = {"kind": kind, "authority": "派出所", "document": "协查〔2026〕1号", "valid_from": start.isoformat()}
    return {**fields, "valid_until": until.isoformat(), **changes}


@pytest.fixture
def on(tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle):
    """client(role, estate) of an API that speaks GA/T 1400."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'on.db'}", master_key="ab" * 32, gat1400=True)
    app = create_app(settings, face=face_bundle, plate=plate_bundle)

    def client(role: str = "operator", estate: str | None = None) -> TestClient:
        with app.state.services.database.session() as session:
            key = create(session, f"test {role}", role, estate)
        return TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)

    for name in ("east", "west"):
        client().post("/v1/estates", json={"id": name, "name": name})
    yield client
    app.state.services.close()


def test_it_is_off_unless_it_is_turned_on(operator: TestClient) -> None:
    answer = operator.post("/v1/gat1400/targets", json=PLATFORM)
    assert answer.status_code == 409 and "ZHSQ_SERVE_GAT1400" in answer.json()["detail"]


def test_a_platform_says_what_goes_to_it_and_never_its_password(on: Callable[..., TestClient]) -> None:
    operator = on()
    made = operator.post("/v1/gat1400/targets", json=PLATFORM)
    assert made.status_code == 201 and made.json()["pushed_now"] == [] and "a-password" not in made.text
    where = f"/v1/gat1400/targets/{made.json()['id']}"
    recorded = operator.post("/v1/estates/east/legal-bases", json=basis("vehicle-alerts"))
    assert recorded.json()["in_force"] and operator.get(where).json()["pushed_now"] == ["vehicle-alerts"]
    changed = operator.put(f"{where}/devices", json={"devices": {"n": "1" * 20}, "subscribe_id": "2" * 33}).json()
    assert changed["options"]["devices"] == {"n": "1" * 20} and changed["options"]["username"] == "u"
    with operator.app.state.services.database.session() as session:
        assert b"a-password" not in session.scalars(select(Target)).one().secret
    ended = on("property", "east").post(f"/v1/estates/east/legal-bases/{recorded.json()['id']}/revoke").json()
    assert not ended["in_force"] and operator.get(where).json()["pushed_now"] == []
    with operator.app.state.services.database.session() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"target.create", "target.devices", "legal-basis.record", "legal-basis.revoke"} <= actions


@pytest.mark.parametrize("kind", ["faces", "persons", "templates", "face-alerts", "images"])
def test_no_basis_can_be_recorded_for_people(on: Callable[..., TestClient], kind: str) -> None:
    answer = on().post("/v1/estates/east/legal-bases", json=basis(kind))
    assert answer.status_code == 422 and on().get("/v1/estates/east/legal-bases").json()["items"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"days": -2},
        {"days": 1200},
        {"document": ""},
        {"authority": ""},
        {"valid_from": "2026-01-01T00:00:00"},
        {"valid_from": "0001-01-01T00:00:00+14:00"},
        {"valid_from": "9999-12-31T00:00:00Z", "valid_until": "9999-12-31T23:59:59Z"},
    ],
)
def test_a_basis_needs_its_document_and_an_end(on: Callable[..., TestClient], changes: dict[str, object]) -> None:
    assert on().post("/v1/estates/east/legal-bases", json=basis(**changes)).status_code == 422


def test_a_basis_stays_as_proof_when_it_ended(on: Callable[..., TestClient]) -> None:
    made = on().post("/v1/estates/east/legal-bases", json=basis()).json()
    on().post(f"/v1/estates/east/legal-bases/{made['id']}/revoke")
    (kept,) = on("auditor").get("/v1/estates/east/legal-bases").json()["items"]
    assert kept["revoked_at"] is not None and kept["document"] == "协查〔2026〕1号"
    assert on().post(f"/v1/estates/west/legal-bases/{made['id']}/revoke").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"device_id": "1"}, {"devices": {"gate": "x"}}, {"subscribe_id": "1"}, {"url": "http://10.0.0.1"}]
)
def test_identifiers_have_the_standard_s_lengths_and_the_line_is_https(
    on: Callable[..., TestClient], wrong: dict
) -> None:
    assert on().post("/v1/gat1400/targets", json={**PLATFORM, **wrong}).status_code == 422
