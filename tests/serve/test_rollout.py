"""The API follows the pointer: deploys, trials and rollbacks on the real Triton reach it without a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from zhsq.deploy.admission import Trial
from zhsq.deploy.client import load_model, unload_model
from zhsq.deploy.repository import write_config
from zhsq.deploy.rollout import deploy, rollback
from zhsq.errors import GateRefusedError
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.runtime.canary import CanaryLimits
from zhsq.runtime.moves import deployed
from zhsq.runtime.pointer import Move, change, read
from zhsq.serve.app import create_app
from zhsq.serve.security.audit import verify
from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import AuditEntry

pytestmark = pytest.mark.triton


def again(bundle: Bundle, version: str, store: Path, **changed: object) -> Bundle:
    """The same graphs as another version: quick to make, and its answers are known."""
    spec = bundle.spec.model_copy(update={"version": version, **changed})
    return Bundle.build(spec, {file: bundle.path / file for file in bundle.spec.files}, store)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return true()


class Api:
    """A client with an operator's key, on an app that follows the pointer in a repository."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        with app.state.services.database.session() as session:
            key = create(session, "t", "operator", None)
        self.client = TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)
        self.picture = jpeg(plate())

    def read(self, device: str = "") -> httpx.Response:
        headers = {"X-Device-Id": device} if device else {}
        return self.client.post("/v1/plates/read", files={"image": ("p.jpg", self.picture)}, headers=headers)

    def version(self, device: str = "") -> str:
        return str(self.read(device).headers["Zhsq-Model"].split()[1])

    def plate_status(self) -> dict:
        return dict(self.app.state.services.plates.status())


@pytest.fixture(scope="module")
def plate_bundle(home: Path) -> Bundle:
    """The reader that ships with the package: fewer graphs to load than the default's."""
    return resolve("plate-zhsq")


@pytest.fixture
def api(tmp_path: Path, triton_server, monkeypatch) -> Iterator[Callable[..., Api]]:
    apps: list[FastAPI] = []

    def make(**more: object) -> Api:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'x.db'}",
            master_key="ab" * 32,
            runtime="triton",
            triton_url=triton_server.url,
            triton_repository=triton_server.repository,
            **more,
        )
        apps.append(create_app(settings))
        return Api(apps[-1])

    yield make
    for app in apps:
        app.state.services.close()


def test_a_deploy_and_a_rollback_reach_every_process_and_a_bad_trial_is_taken_back_and_audited(
    api, plate_bundle, triton_server, tmp_path
) -> None:
    """Two apps stand for two processes on one pointer."""
    url, repository, store = triton_server.url, triton_server.repository, tmp_path / "bundles"
    first, second, third = (again(plate_bundle, f"9.0.{n}", store, name="plate-served") for n in range(3))
    put = {"inputs": {}, "pipeline": False}
    deploy(first, url, repository, **put)
    one, two = api(plate_bundle="plate-served"), api(plate_bundle="plate-served")
    assert [client.read().json()["text"] for client in (one, two)] == [PLATE_TEXT] * 2
    assert one.version() == two.version() == "9.0.0"

    deploy(second, url, repository, **put)
    assert within(5, lambda: one.version() == two.version() == "9.0.1")
    assert one.plate_status()["sha256"] == second.sha256

    limits = CanaryLimits(min_calls_errors=15)
    there = deploy(third, url, repository, **put, trial=Trial(0.5, limits))[0]
    assert within(5, lambda: one.plate_status()["on_trial"] and two.plate_status()["on_trial"])
    device = {one.version(device): device for device in map("camera-{}".format, range(12))}
    assert set(device) == {"9.0.1", "9.0.2"}, "one of 2048 times all twelve go the same way"
    assert {version: two.version(name) for version, name in device.items()} == {v: v for v in device}, "processes agree"

    folder = repository / "plate-served__read"  # the version on trial is unloaded under it, for real
    write_config(folder, served={1, 2})
    load_model(url, folder.name)
    assert there.models[folder.name] == 3
    statuses = [client.read(device["9.0.2"]).status_code for _ in range(12) for client in (one, two)]
    statuses += [client.read(device["9.0.1"]).status_code for _ in range(5) for client in (one, two)]
    assert statuses[0] == 503
    assert statuses[-10:] == [200] * 10
    assert within(5, lambda: read(repository).pointer("plate-served").canary is None)
    trial = device["9.0.2"]
    assert within(5, lambda: one.version(trial) == two.version(trial) == "9.0.1")
    move = read(repository).pointer("plate-served").log[-1]
    assert move.action == "rollback" and "error rate" in move.reason
    with one.app.state.services.database.session() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "deployment.rollback")).all()
        assert [(e.actor, e.target) for e in entries] == [("trial", f"plate-served/{third.sha256[:12]}")]
        assert verify(session) is None

    assert rollback("plate-served", url, repository).version == "9.0.0"
    assert within(2, lambda: one.version() == two.version() == "9.0.0")


def test_a_pass_goes_on_with_the_version_that_it_began_with(api, plate_bundle, triton_server, tmp_path) -> None:
    url, repository, store = triton_server.url, triton_server.repository, tmp_path / "bundles"
    first, second = (again(plate_bundle, f"9.1.{n}", store, name="plate-passes") for n in range(2))
    deploy(first, url, repository, inputs={}, pipeline=False)
    client = api(plate_bundle="plate-passes")
    opened = client.client.post("/v1/plates/passes", json={}).json()["id"]
    deploy(second, url, repository, inputs={}, pipeline=False)
    assert within(5, lambda: client.version() == "9.1.1")
    frame = client.client.post(f"/v1/plates/passes/{opened}/frames", files={"image": ("p.jpg", client.picture)})
    assert frame.json()["read"]["text"] == PLATE_TEXT
    assert "9.1.0" in frame.headers["Zhsq-Model"]


def test_what_is_deployed_but_not_loaded_is_not_switched_to_and_the_health_page_says_so(
    api, plate_bundle, triton_server, tmp_path
) -> None:
    url, repository, store = triton_server.url, triton_server.repository, tmp_path / "bundles"
    first = again(plate_bundle, "9.2.0", store, name="plate-health")
    deploy(first, url, repository, inputs={}, pipeline=False)
    client = api(plate_bundle="plate-health")
    assert client.version() == "9.2.0"
    other = again(plate_bundle, "9.2.9", store, name="plate-other")
    real = deploy(other, url, repository, inputs={}, pipeline=False)[0]
    assert client.version() == "9.2.0", "another name's pointer is none of its business"
    for model in real.models:
        unload_model(url, model)
    move = Move(action="deploy", deployment=real, by="t")
    change(repository, "plate-health", lambda before: deployed(before, real, move))
    assert within(5, lambda: "lacks the model" in client.plate_status()["problem"])
    assert client.read().json()["text"] == PLATE_TEXT and client.version() == "9.2.0"


def test_people_enrolled_before_are_known_to_a_version_with_the_same_embedders_and_others_are_refused(
    api, face_bundle, triton_server, tmp_path, face_photo
) -> None:
    url, repository, store = triton_server.url, triton_server.repository, tmp_path / "bundles"
    first = again(face_bundle, "9.0.0", store, name="face-served")
    params = {**face_bundle.spec.params}
    params["detect"] = {**params["detect"], "score": params["detect"]["score"] * 0.9}
    looser = again(face_bundle, "9.0.1", store, name="face-served", params=params)
    deploy(first, url, repository, inputs={}, pipeline=False)
    client = api(face_bundle="face-served")
    assert client.client.post("/v1/estates", json={"id": "east", "name": "East"}).status_code == 201
    form = {
        "reference": "flat 1",
        "consent_purpose": "entry",
        "consent_evidence": "form 1",
        "consent_expires_at": "2099-01-01T00:00:00Z",
        "credential_kind": "card",
        "credential_reference": "c1",
    }
    photo = {"image": ("f.jpg", face_photo)}
    assert client.client.post("/v1/estates/east/subjects", data=form, files=photo).status_code == 201
    deploy(looser, url, repository, inputs={}, pipeline=False)

    def found() -> httpx.Response:
        return client.client.post("/v1/estates/east/faces/identify", files=photo)

    assert within(5, lambda: "9.0.1" in found().headers["Zhsq-Model"])
    assert found().json()["decision"] == "match"

    halves = [{**part, "weight": part["weight"] * 0.5} for part in params["embed"]]
    other = again(face_bundle, "9.1.0", store, name="face-served", params={**params, "embed": halves})
    with pytest.raises(GateRefusedError, match="templates of two embedders can't be compared"):
        deploy(other, url, repository, inputs={}, pipeline=False, trial=Trial(0.1))
    with pytest.raises(GateRefusedError, match="nobody enrolled so far"):
        deploy(other, url, repository, inputs={}, pipeline=False)
