"""An estate's own calibration: uploaded, decides in every process at once, kept on record, removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from zhsq.models.bundle import Bundle
from zhsq.serve.app import create_app
from zhsq.serve.matching.calibrations import Calibrations
from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings

POINT = "/v1/estates/east/operating-point"
PATH = "/v1/estates/east/calibrations"


def planned(size: int, value: float, method: str = "measured") -> dict[str, Any]:
    return {"gallery_size": size, "value": value, "low": value - 0.01, "high": value + 0.01, "method": method}


@pytest.fixture
def body(face_bundle: Bundle) -> dict[str, Any]:
    """As `zhsq calibrate --json` writes it."""
    small, large = {**planned(10, 0.8), "low": 0.8, "high": 0.8}, planned(100, 0.85, "extrapolated")
    return {
        "bundle": face_bundle.name, "version": face_bundle.version, "sha256": face_bundle.sha256, "data": "east gate",
        "release": "2026-11", "gallery_size": 100, "fpir": 0.01, "threshold": large, "thresholds": [small, large],
        "fnir": 0.1, "moved": [], "evidence": {"people": 12}, "notes": ["12 people are few."], "interval_method": "", "seed": 0, "hardware": {},
        "versions": {},
    }  # fmt: skip


@pytest.fixture
def elsewhere(app: FastAPI, operator: TestClient, face_bundle: Bundle, plate_bundle: Bundle) -> Iterator[TestClient]:
    """An operator at another process on the same database."""
    settings = Settings(database_url=str(app.state.services.settings.database_url), master_key="ab" * 32)
    made = create_app(settings, face=face_bundle, plate=plate_bundle)
    with made.state.services.database.session() as session:
        key = create(session, "elsewhere", "operator", None)
    yield TestClient(made, headers={"Authorization": f"Bearer {key}"})
    made.state.services.close()


def face(client: TestClient) -> dict[str, Any]:
    done = client.get(POINT)
    assert done.status_code == 200, done.text
    return done.json()["face"]


def warnings(client: TestClient) -> list[str]:
    return [one["code"] for one in face(client)["warnings"]]


def test_without_a_calibration_the_point_says_that_it_is_a_guess(app: FastAPI, operator: TestClient) -> None:
    told = operator.get(POINT).json()
    assert (told["face"]["origin"], told["face"]["people"], told["face"]["planned_for"]) == ("guess", 0, None)
    assert told["face"]["low"] is None and told["face"]["source"].startswith("not calibrated")
    assert warnings(operator) == ["guessed"] and all(told["face"]["warnings"][0].values())
    bundle = app.state.services.plate.bundle
    assert told["plate"]["accept"] == bundle.threshold("accept").value and told["plate"]["source"]


def test_an_upload_decides_in_every_process_at_the_next_request(
    operator: TestClient, elsewhere: TestClient, body: dict[str, Any]
) -> None:
    assert face(elsewhere)["origin"] == "guess"
    made = operator.post(PATH, json=body)
    assert made.status_code == 201, made.text
    assert (made.json()["in_force"], made.json()["threshold"], made.json()["method"]) == (True, 0.85, "extrapolated")
    for client in (operator, elsewhere):
        point = face(client)
        assert (point["origin"], point["calibration"], point["fpir"]) == ("estate", made.json()["id"], 0.01)
        assert (point["threshold"], point["low"], point["planned_for"]) == (0.8, None, 10), "no interval for this size"
        assert point["notes"] == ["12 people are few."]
        assert point["since"] == made.json()["created_at"] and point["warnings"] == []
    west = elsewhere.get("/v1/estates/west/operating-point").json()["face"]
    assert west["origin"] == "guess", "of the estate alone"
    elsewhere.delete(f"{PATH}/{made.json()['id']}")
    assert face(operator)["origin"] == "guess"


def test_former_ones_stay_on_record_and_a_removal_brings_the_one_before_back(
    operator: TestClient, body: dict[str, Any]
) -> None:
    first = operator.post(PATH, json=body).json()["id"]
    second = operator.post(PATH, json={**body, "data": "north gate"}).json()["id"]

    def listed() -> list[tuple[str, bool, bool]]:
        items = operator.get(PATH).json()["items"]
        return [(one["id"], one["in_force"], one["removed_at"] is not None) for one in items]

    assert listed() == [(second, True, False), (first, False, False)]
    removed = operator.delete(f"{PATH}/{second}").json()
    assert removed["removed_at"] and removed["removed_by"].startswith("operator:") and not removed["in_force"]
    assert listed() == [(second, False, True), (first, True, False)]
    assert operator.delete(f"{PATH}/{second}").json()["removed_at"] == removed["removed_at"], "again changes nothing"
    whole = operator.get(f"{PATH}/{first}").json()
    assert (whole["body"]["data"], whole["body"]["evidence"], whole["in_force"]) == ("east gate", {"people": 12}, True)
    assert operator.get(f"{PATH}/none").status_code == 404


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"sha256": "0" * 64}, "bad-calibration", "is in use"),
        ({"threshold": planned(100, 1.5)}, "bad-calibration", "no cosine"),
        ({"thresholds": [{**planned(10, 0.8), "low": 0.9}]}, "bad-calibration", "no cosine"),
        ({"fpir": 2}, "invalid-request", "fpir"),
        ({"thresholds": []}, "invalid-request", "thresholds"),
        ({"subject": "x"}, "invalid-request", "subject"),
    ],
)
def test_what_is_no_calibration_of_this_model_is_refused_and_nothing_changes(
    operator: TestClient, body: dict[str, Any], change: dict[str, Any], code: str, words: str
) -> None:
    done = operator.post(PATH, json={**body, **change})
    assert (done.status_code, done.json()["code"]) == (422, code) and words in done.json()["detail"]
    assert operator.get(PATH).json()["items"] == []


def test_only_an_operator_sets_it_and_staff_and_auditors_see_it(client, operator: TestClient, body) -> None:
    assert client("property", "east").post(PATH, json=body).status_code == 403
    assert client("operator", "west").post(PATH, json=body).status_code == 404
    assert face(client("property", "east"))["origin"] == "guess"
    assert face(client("auditor"))["origin"] == "guess"
    assert client("guard", "east").get(POINT).status_code == 403


def test_of_another_model_it_decides_nothing_and_that_is_told(
    app: FastAPI, operator: TestClient, body, monkeypatch
) -> None:
    operator.post(PATH, json=body)
    bundle = app.state.services.face.bundle
    monkeypatch.setattr(type(bundle), "sha256", "f" * 64)
    assert face(operator)["origin"] == "guess" and warnings(operator) == ["guessed", "unfit"]
    assert [one["in_force"] for one in operator.get(PATH).json()["items"]] == [False]
    operator.post(PATH, json={**body, "sha256": "f" * 64})
    assert face(operator)["origin"] == "estate"
    monkeypatch.undo()
    assert [one["in_force"] for one in operator.get(PATH).json()["items"]] == [False, True], (
        "a rollback takes its own back"
    )


def test_the_estate_s_own_comes_before_the_service_s_file(
    app: FastAPI, operator: TestClient, body: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps({**body, "data": "the file's"}))
    monkeypatch.setattr(app.state.services, "calibrations", Calibrations(path))
    assert (face(operator)["origin"], "the file's" in face(operator)["source"]) == ("file", True)
    operator.post(PATH, json=body)
    assert (face(operator)["origin"], "east gate" in face(operator)["source"]) == ("estate", True)
    assert operator.get("/v1/estates/west/operating-point").json()["face"]["origin"] == "file"


@pytest.mark.data
def test_more_people_than_were_planned_for_are_warned_of(operator: TestClient, body, face_photo: bytes) -> None:
    consent = {
        "reference": "x", "consent_purpose": "x", "consent_evidence": "x", "consent_expires_at": "2099-01-01T00:00:00Z",
        "credential_kind": "card", "credential_reference": "x",
    }  # fmt: skip
    for _ in range(2):
        done = operator.post("/v1/estates/east/subjects", data=consent, files={"image": ("a.jpg", face_photo)})
        assert done.status_code == 201, done.text
    operator.post(PATH, json={**body, "thresholds": [planned(1, 0.8, "extrapolated")]})
    assert warnings(operator) == ["extrapolated", "beyond"]
    assert (face(operator)["low"], face(operator)["high"]) == (0.79, 0.81)
    found = operator.post("/v1/estates/east/faces/identify", files={"image": ("a.jpg", face_photo)}).json()
    assert (found["threshold"], found["decision"]) == (0.8, "unknown")
