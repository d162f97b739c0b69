"""Keys, plates, events, alerts, audit and errors over the API."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from zhsq.errors import PortInUseError
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.serve.security.audit import verify
from zhsq.serve.server import Server, listen


def test_without_a_key_and_with_a_wrong_one_nothing_is_told(app: FastAPI) -> None:
    bare = TestClient(app)
    for headers in ({}, {"Authorization": "Bearer zhsq_wrong"}, {"X-API-Key": "?"}):
        done = bare.get("/v1/alerts", headers=headers)
        assert (done.status_code, done.json()["code"]) == (401, "unauthorized")
    assert bare.get("/health/live").status_code == 200


def test_a_key_is_stored_as_a_digest_and_ends_when_revoked(app, client) -> None:
    operator = client()
    secret = operator.headers["authorization"].split()[1]
    with app.state.services.database.session() as session:
        stored = session.execute(text("SELECT id, digest FROM api_keys")).one()
        assert secret not in stored.digest
        session.execute(text("UPDATE api_keys SET revoked_at = '2026-01-01 00:00:00.000000'"))
    assert operator.get("/v1/alerts").status_code == 401


def test_problems_speak_chinese_when_asked(operator) -> None:
    done = operator.get("/v1/alerts/none", headers={"Accept-Language": "zh-CN"})
    assert (done.status_code, done.json()["title"]) == (404, "未找到")


def test_a_plate_is_read_and_matched_against_registered_vehicles(operator) -> None:
    image = {"image": ("plate.jpg", jpeg(plate()))}
    read = operator.post("/v1/plates/read", files=image).json()
    assert read["text"] == PLATE_TEXT and len(read["characters"]) == 7 and read["colour"] == "blue"
    assert operator.post("/v1/plates/match", data={"estate": "east"}, files=image).json()["decision"] == "unknown"
    assert operator.post("/v1/estates/east/vehicles", json={"plate": "京A·12345"}).status_code == 201
    assert operator.post("/v1/estates/east/vehicles", json={"plate": "京A12345"}).status_code == 409
    found = operator.post("/v1/plates/match", data={"estate": "east"}, files=image).json()
    assert (found["decision"], found["plate"]) == ("match", PLATE_TEXT)
    assert operator.post("/v1/plates/match", data={"estate": "west"}, files=image).json()["decision"] == "unknown"
    vehicle = operator.get("/v1/estates/east/vehicles").json()["items"][0]["id"]
    assert operator.delete(f"/v1/estates/west/vehicles/{vehicle}").status_code == 404
    assert operator.delete(f"/v1/estates/east/vehicles/{vehicle}").status_code == 204


def test_what_is_no_plate_can_t_be_registered(operator) -> None:
    assert operator.post("/v1/estates/east/vehicles", json={"plate": "HELLO"}).status_code == 422


def test_an_upload_over_the_limit_is_refused(operator) -> None:
    done = operator.post("/v1/plates/read", files={"image": ("big.jpg", bytes(8_000_001))})
    assert (done.status_code, done.json()["code"]) == (413, "too-large")


def test_the_audit_names_who_did_what_and_shows_tampering(app, operator, client) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": "皖A12345"})
    assert operator.get("/v1/audit").status_code == 403
    auditor = client("auditor")
    assert auditor.get("/v1/audit/state").json() == {"chain_intact": True, "first_broken": None}
    assert "vehicle.register" in {entry["action"] for entry in auditor.get("/v1/audit").json()["items"]}
    with app.state.services.database.session() as session:
        assert verify(session) is None
        session.execute(text("UPDATE audit SET target = 'nothing' WHERE id = 2"))
        assert verify(session).entry == 2
    assert auditor.get("/v1/audit/state").json()["first_broken"]["entry"] == 2


def test_with_triton_down_the_answer_is_503_and_says_when_to_try_again(tmp_path, face_bundle, plate_bundle) -> None:
    from zhsq.serve.app import create_app
    from zhsq.serve.security.keys import create
    from zhsq.serve.settings import Settings

    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", master_key="ab" * 32, runtime="triton", triton_url="127.0.0.1:9"
    )
    app = create_app(settings, face=face_bundle, plate=plate_bundle)
    with app.state.services.database.session() as session:
        key = create(session, "t", "operator", None)
    client = TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)
    done = client.post("/v1/plates/read", files={"image": ("p.jpg", jpeg(plate()))})
    assert (done.status_code, done.json()["code"]) == (503, "runtime-unavailable")
    assert done.headers["retry-after"]
    app.state.services.close()


@pytest.mark.triton
def test_triton_may_go_down_and_come_back(tmp_path, face_bundle, plate_bundle, monkeypatch) -> None:
    from zhsq.deploy.repository import export
    from zhsq.deploy.server import TritonServer
    from zhsq.serve.app import create_app
    from zhsq.serve.security.keys import create
    from zhsq.serve.settings import Settings

    repository, state = tmp_path / "repository", tmp_path / "server.json"
    export(plate_bundle, repository, variant="python")
    server = TritonServer.start(repository, state=state)
    try:
        server.load_all()
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'x.db'}", master_key="ab" * 32, runtime="triton", triton_url=server.url
        )
        app = create_app(settings, face=face_bundle, plate=plate_bundle)
        with app.state.services.database.session() as session:
            key = create(session, "t", "operator", None)
        client = TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)

        def read() -> httpx.Response:
            return client.post("/v1/plates/read", files={"image": ("p.jpg", jpeg(plate()))})

        assert read().json()["text"] == PLATE_TEXT
        server.stop()
        assert read().status_code == 503
        server = TritonServer.start(repository, state=state, grpc_port=server.grpc_port)
        server.load_all()
        end = time.monotonic() + 30
        while read().status_code != 200 and time.monotonic() < end:  # the channel and the breaker wait a little
            time.sleep(0.1)
        assert read().json()["text"] == PLATE_TEXT
        app.state.services.close()
    finally:
        server.stop()


def test_the_real_server_answers_on_loopback_and_ends(app) -> None:
    with Server(app) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/health/ready").json()["status"] == "ok"
        paths = httpx.get(f"{server.url}/openapi.json").json()["paths"]
        port = int(server.url.rsplit(":", 1)[1])
        with pytest.raises(PortInUseError, match=str(port)):
            listen("127.0.0.1", port)
    for path in ("/v1/faces/verify", "/v1/plates/read", "/v1/plates/match", "/v1/events", "/v1/alerts"):
        assert path in paths
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health/live")


def test_an_answer_s_body_does_not_wait_for_its_headers_to_be_acknowledged() -> None:
    """asyncio turns Nagle's algorithm off for sockets that say TCP; with it on, each answer on a connection that is kept
    alive takes 40 ms more."""
    with listen("127.0.0.1", 0) as bound:
        assert bound.proto == socket.IPPROTO_TCP


def test_metrics_count_people_without_naming_anyone(app, operator) -> None:
    shown = operator.get("/metrics").text
    assert "zhsq_enrolled_people 0.0" in shown and "zhsq_filing_threshold_people 100000.0" in shown


def test_serving_imports_no_research_library() -> None:
    code = "import zhsq.serve.app, sys; print([m for m in ('torch','mlflow','matplotlib','sklearn','onnx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
