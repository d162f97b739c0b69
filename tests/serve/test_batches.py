"""Batches: each item as a single call would decide it, each failure by itself, and no more than was said."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from zhsq.data.registry import DataSet
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.serve.api.batches import PICTURES, VEHICLES
from zhsq.serve.store.tables import AuditEntry

CONSENT = {
    "consent_purpose": "entry",
    "consent_evidence": "form 1",
    "consent_expires_at": "2099-01-01T00:00:00Z",
    "credential_kind": "card",
    "credential_reference": "c1",
}
NO_FACE = jpeg(plate())
BROKEN = NO_FACE[:200]


def base(data: bytes) -> str:
    return base64.b64encode(data).decode()


def audited(app: FastAPI, action: str) -> list[tuple[str, str]]:
    with app.state.services.database.session() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
        return [(entry.target, entry.outcome) for entry in found]


def alike(one: Any, two: Any) -> None:
    """The same, with numbers to float32's precision: a batch sums in another order than a single call."""
    if isinstance(one, dict):
        assert one.keys() == two.keys()
        for name in one:
            alike(one[name], two[name])
    elif isinstance(one, list):
        assert len(one) == len(two)
        for a, b in zip(one, two, strict=True):
            alike(a, b)
    elif isinstance(one, float):
        assert one == pytest.approx(two, abs=2e-5)
    else:
        assert one == two


@pytest.fixture
def photos(lfw: DataSet) -> list[bytes]:
    """Two of each of six people."""
    names = ("Abel_Pacheco", "Abdullah_Gul", "Aaron_Peirsol", "Ai_Sugiyama", "Alan_Greenspan", "Aleksander_Kwasniewski")
    folder = lfw.root / "lfw-deepfunneled"
    return [path.read_bytes() for name in names for path in sorted((folder / name).glob("*.jpg"))[:2]]


def single(done: Any) -> tuple[dict | None, str | None]:
    return (done.json(), None) if done.status_code == 200 else (None, done.json()["code"])


def told(item: dict[str, Any]) -> tuple[dict | None, str | None]:
    return item["result"], item["problem"]["code"] if item["problem"] else None


@pytest.mark.data
def test_pairs_are_decided_as_single_calls_decide_them(operator: TestClient, photos: list[bytes]) -> None:
    first = [*photos[0::2], photos[0], NO_FACE, BROKEN]
    second = [*photos[1::2], photos[2], photos[0], photos[0]]
    body = {"first": [base(data) for data in first], "second": [base(data) for data in second]}
    done = operator.post("/v1/faces/verify/batch", json=body).json()
    assert [item["index"] for item in done["items"]] == list(range(9)) and done["failed"] == 2
    decisions = []
    for item, one, two in zip(done["items"], first, second, strict=True):
        files = {"first": ("a.jpg", one), "second": ("b.jpg", two)}
        result, code = single(operator.post("/v1/faces/verify", files=files))
        alike(told(item), (result, code))
        decisions.append(code or result["match"])
    assert decisions[:6] == [True] * 6 and decisions[6:] == [False, "no-face", "bad-image"]


@pytest.mark.data
def test_probes_are_decided_as_single_calls_decide_them_and_each_is_audited(
    app: FastAPI, operator: TestClient, photos: list[bytes]
) -> None:
    for number, data in enumerate(photos[0:8:2]):
        person = {**CONSENT, "reference": f"flat {number}"}
        done = operator.post("/v1/estates/east/subjects", data=person, files={"image": ("a.jpg", data)})
        assert done.status_code == 201, done.text
    probes = [*photos[1::2], NO_FACE, BROKEN]
    done = operator.post(
        "/v1/estates/east/faces/identify/batch", files=[("images", ("b.jpg", p)) for p in probes]
    ).json()
    entries = audited(app, "faces.identify")
    assert len(entries) == 6 + 1 and entries[-1] == ("east/-", "2 of 8 not usable")
    references = []
    for item, probe in zip(done["items"], probes, strict=True):
        result, code = single(operator.post("/v1/estates/east/faces/identify", files={"image": ("b.jpg", probe)}))
        alike(told(item), (result, code))
        references.append(code or result["reference"])
    assert references[:4] == ["flat 0", "flat 1", "flat 2", "flat 3"], "enrolled"
    assert references[4:] == [None, None, "no-face", "bad-image"], "strangers, and what shows nobody"


@pytest.mark.data
def test_plates_are_read_and_matched_as_single_calls_do(
    operator: TestClient, plates_cn: DataSet, ccpd_samples: DataSet
) -> None:
    crops = [path.read_bytes() for path in sorted(plates_cn.root.rglob("*.jpg"))[:6]]
    scenes = [path.read_bytes() for path in sorted(ccpd_samples.root.rglob("*.jpg"))[:3]]
    images = [crops[0], scenes[0], BROKEN, *crops[1:], *scenes[1:], jpeg(plate()[:4, :8])]
    read = operator.post("/v1/plates/read/batch", files=[("images", ("p.jpg", data)) for data in images]).json()
    texts = [item["result"]["text"] for item in read["items"] if item["result"]]
    operator.post("/v1/estates/east/vehicles/batch", json={"vehicles": [{"plate": text} for text in texts[::2]]})
    body = {"estate": "east", "images": [base(data) for data in images]}
    matched = operator.post("/v1/plates/match/batch", json=body).json()
    decisions = []
    for data, one, two in zip(images, read["items"], matched["items"], strict=True):
        files = {"image": ("p.jpg", data)}
        alike(told(one), single(operator.post("/v1/plates/read", files=files)))
        alone = single(operator.post("/v1/plates/match", data={"estate": "east"}, files=files))
        alike(told(two), alone)
        decisions.append(alone[1] or alone[0]["decision"])
    assert {"match", "unknown", "bad-image"} <= set(decisions)


def test_vehicles_are_registered_by_the_hundred_and_the_wrong_ones_are_named(
    app: FastAPI, operator: TestClient
) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": "皖A00001"})
    vehicles = [{"plate": "皖A00001"}, {"plate": PLATE_TEXT, "permit": {"kind": "visitor"}}, {"plate": "HELLO"}]
    vehicles += [{"plate": PLATE_TEXT}, *({"plate": f"皖B{number:05d}"} for number in range(96))]
    headers = {"accept-language": "zh-CN"}
    done = operator.post("/v1/estates/east/vehicles/batch", json={"vehicles": vehicles}, headers=headers).json()
    problems = [item["problem"] for item in done["items"]]
    assert [problem and problem["code"] for problem in problems[:5]] == [
        "conflict",
        None,
        "invalid-request",
        "conflict",
        None,
    ]
    assert problems[0]["detail"] == "车牌 皖A00001 已登记。" and done["failed"] == 3
    assert len(operator.get("/v1/estates/east/vehicles").json()["items"]) == 98
    match = operator.post("/v1/plates/match", data={"estate": "east"}, files={"image": ("p.jpg", jpeg(plate()))}).json()
    assert (match["decision"], match["permit"]["state"], match["permit"]["kind"]) == ("match", "valid", "visitor")


@pytest.mark.parametrize("count", [0, 1 + PICTURES])
def test_no_more_pictures_than_were_said_are_taken(operator: TestClient, count: int) -> None:
    for path in ("/v1/plates/read/batch", "/v1/estates/east/faces/identify/batch"):
        done = operator.post(path, json={"images": [base(b"x")] * count})
        assert (done.status_code, done.json()["code"]) == (422, "invalid-request"), path
    vehicles = [{"plate": "皖A00001"}] * (VEHICLES + 1)
    assert operator.post("/v1/estates/east/vehicles/batch", json={"vehicles": vehicles}).status_code == 422


def test_photos_that_make_no_pairs_are_refused(operator: TestClient) -> None:
    done = operator.post("/v1/faces/verify/batch", json={"first": [base(b"x")], "second": [base(b"x")] * 2})
    assert (done.status_code, done.json()["code"]) == (422, "invalid-request")
