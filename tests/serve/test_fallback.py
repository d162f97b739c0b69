"""With Triton away, the API says so, and runs the same bundle in process where it was told to."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.runtime.follow import Arm
from zhsq.runtime.pointer import Deployment
from zhsq.serve.app import create_app
from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings
from zhsq.serve.visits import Visit


@pytest.fixture
def small(home: Path) -> Bundle:
    return resolve("plate-zhsq")


def served(tmp_path: Path, face: Bundle, small: Bundle, **more: object) -> TestClient:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}",
        master_key="ab" * 32,
        runtime="triton",
        triton_url="127.0.0.1:9",
        triton_repository=tmp_path / "nothing-deployed",
        breaker_cool_down_s=600,
        **more,
    )
    app = create_app(settings, face=face, plate=small)
    with app.state.services.database.session() as session:
        key = create(session, "t", "operator", None)
    return TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)


def read(client: TestClient) -> httpx.Response:
    return client.post("/v1/plates/read", files={"image": ("p.jpg", jpeg(plate()))})


def test_without_a_fallback_the_breaker_opens_and_answers_come_at_once(tmp_path, face_bundle, small) -> None:
    client = served(tmp_path, face_bundle, small)
    for _ in range(3):
        done = read(client)
        assert (done.status_code, done.json()["code"]) == (503, "runtime-unavailable") and done.headers["retry-after"]
    assert "left alone" in done.json()["detail"]
    ready = client.get("/health/ready").json()
    assert ready["status"] == "degraded"
    runs = {"where": "nowhere", "breakers": {"127.0.0.1:9": "open"}, "fallback_calls": 0}
    assert ready["models"]["plate"]["runs"] == runs
    assert 'zhsq_triton_breaker_open{endpoint="127.0.0.1:9",task="plate"} 1.0' in client.get("/metrics").text


def test_with_a_fallback_the_same_bundle_answers_in_process_and_the_answer_says_so(
    tmp_path, face_bundle, small
) -> None:
    client = served(tmp_path, face_bundle, small, fallback="onnx")
    for _ in range(2):
        done = read(client)
        assert (done.status_code, done.json()["text"]) == (200, PLATE_TEXT)
        assert small.sha256[:12] in done.headers["zhsq-model"] and "in process" in done.headers["zhsq-model"]
    assert client.get("/health/ready").json()["models"]["plate"]["runs"]["where"] == "in process"
    assert 'zhsq_fallback_calls_total{task="plate"}' in client.get("/metrics").text


def test_a_version_whose_triton_failed_counts_as_failed_though_another_did_its_work(small) -> None:
    deployment = Deployment(bundle=small.name, version=small.version, sha256=small.sha256, task="plate", models={})
    arm: Arm[None] = Arm(deployment, None, on_trial=True)
    visit = Visit("camera-1", {"plate": arm})
    visit.end(failed=False)
    visit.fallen_back.add("plate")
    visit.end(failed=False)
    assert (arm.tally.counts.calls, arm.tally.counts.errors) == (2, 1)
