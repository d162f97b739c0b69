"""People with several photos, people who are alike, and one enrolled person against a photo."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from zhsq.data.registry import DataSet
from zhsq.serve.privacy.jobs import run as run_jobs
from zhsq.serve.store.tables import AuditEntry, Template

pytestmark = pytest.mark.data
CONSENT = {
    "reference": "flat 1",
    "consent_purpose": "entry",
    "consent_evidence": "form 1",
    "consent_expires_at": "2099-01-01T00:00:00Z",
    "credential_kind": "card",
    "credential_reference": "c1",
}
EAST = "/v1/estates/east"


@pytest.fixture
def photo(lfw: DataSet):
    """photo(name, number) -> JPEG bytes."""
    folder = lfw.root / "lfw-deepfunneled"
    return lambda name="Abel_Pacheco", number=1: (folder / name / f"{name}_{number:04d}.jpg").read_bytes()


def enrol(client: TestClient, image: bytes, *more: bytes, **changes: str) -> Any:
    files = [("image", ("a.jpg", image)), *(("more", ("m.jpg", data)) for data in more)]
    return client.post(f"{EAST}/subjects", data={**CONSENT, **changes}, files=files)


def identify(client: TestClient, image: bytes) -> dict[str, Any]:
    return client.post(f"{EAST}/faces/identify", files={"image": ("b.jpg", image)}).json()


def verify(client: TestClient, subject: str, image: bytes, **form: str) -> Any:
    return client.post(f"{EAST}/subjects/{subject}/verify", data=form, files={"image": ("b.jpg", image)})


def templates(client: TestClient, subject: str) -> list[dict[str, Any]]:
    return client.get(f"{EAST}/subjects/{subject}/templates").json()["items"]


def test_several_photos_enrol_one_person_and_the_nearest_decides(app: FastAPI, operator: TestClient, photo) -> None:
    gul = [photo("Abdullah_Gul", number) for number in (1, 7, 12, 14)]
    done = enrol(operator, gul[0], gul[1], gul[2])
    assert done.status_code == 201, done.text
    assert (done.json()["templates"], done.json()["similar"]) == (3, [])
    enrol(operator, photo())
    found = identify(operator, gul[3])
    assert (found["subject"], found["gallery"]) == (done.json()["subject"], 2), "people are counted, not photos"
    alone = [
        operator.post("/v1/faces/verify", files={"first": ("a", one), "second": ("b", gul[3])}).json()["score"]
        for one in gul[:3]
    ]
    assert found["score"] == pytest.approx(max(alone), abs=1e-5)
    assert found["margin"] > found["score"] - max(alone) + 0.1, "the lead is over another person"


def test_photos_of_two_people_are_no_enrolment(app: FastAPI, operator: TestClient, photo) -> None:
    done = enrol(operator, photo(), photo("Abdullah_Gul"))
    assert (done.status_code, done.json()["code"]) == (422, "another-person")
    assert "Photo 2" in done.json()["detail"]
    assert enrol(operator, photo(), *[photo(number=4)] * 5).status_code == 422, "five at most"
    with app.state.services.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Template)) == 0


def test_a_photo_is_added_later_and_one_is_removed_but_not_the_last(operator: TestClient, photo) -> None:
    subject = enrol(operator, photo()).json()["subject"]
    path = f"{EAST}/subjects/{subject}/templates"
    other = operator.post(path, files={"image": ("a.jpg", photo("Abdullah_Gul"))})
    assert (other.status_code, other.json()["code"]) == (422, "another-person")
    encoded = {"image": base64.b64encode(photo(number=4)).decode()}
    key = {"Idempotency-Key": "second-photo"}
    added = operator.post(path, json=encoded, headers=key)
    assert added.status_code == 201 and added.json()["usable"] and added.json()["similar"] == []
    assert operator.post(path, json=encoded, headers=key).json() == added.json(), "sent twice, added once"
    both = templates(operator, subject)
    assert [one["usable"] for one in both] == [True, True] and both[1]["id"] == added.json()["id"]
    assert identify(operator, photo(number=4))["score"] == pytest.approx(1, abs=1e-5)
    assert operator.delete(f"{path}/{both[1]['id']}").status_code == 204
    assert identify(operator, photo(number=4))["score"] < 0.99, "it matches nothing from then on"
    last = operator.delete(f"{path}/{both[0]['id']}")
    assert (last.status_code, last.json()["code"]) == (409, "conflict")
    assert operator.delete(f"{path}/{both[1]['id']}").status_code == 404


def test_no_more_than_five_photos_and_none_after_the_consent_ended(operator: TestClient, photo) -> None:
    subject = enrol(operator, photo(), *[photo(number=4)] * 4).json()["subject"]
    path = f"{EAST}/subjects/{subject}/templates"
    assert operator.post(path, files={"image": ("a.jpg", photo())}).status_code == 409
    operator.post(f"{EAST}/subjects/{subject}/withdraw")
    assert operator.post(path, files={"image": ("a.jpg", photo())}).status_code == 409
    services = operator.app.state.services  # type: ignore[attr-defined]
    run_jobs(services.database, services.keys, services.settings)
    [receipt] = operator.get(f"{EAST}/erasures").json()["items"]
    assert (len(receipt["templates_erased"]), receipt["templates_left"]) == (5, 0)


def test_who_enrols_twice_is_told_to_staff_and_not_refused(app: FastAPI, operator: TestClient, client, photo) -> None:
    first = enrol(operator, photo()).json()
    assert first["similar"] == []
    again = enrol(operator, photo(number=4), reference="flat 9")
    assert again.status_code == 201
    [near] = again.json()["similar"]
    assert (near["subject"], near["reference"]) == (first["subject"], "flat 1") and 0.5 < near["score"] <= 1
    quiet = enrol(operator, photo(number=4), look_for_similar="false").json()
    assert quiet["similar"] is None
    assert identify(operator, photo(number=4))["decision"] == "unknown", "between two alike nobody is named"
    added = operator.post(
        f"{EAST}/subjects/{first['subject']}/templates", files={"image": ("a.jpg", photo(number=4))}
    ).json()
    assert {one["subject"] for one in added["similar"]} == {again.json()["subject"], quiet["subject"]}
    assert client("guard", "east").get(f"{EAST}/similarities").status_code == 403


def test_the_estate_s_similarities_are_listed_by_person_in_pages(operator: TestClient, photo) -> None:
    enrolled = [enrol(operator, data).json()["subject"] for data in (photo(), photo("Abdullah_Gul"), photo(number=4))]
    found, cursor, pages = [], None, 0
    while True:
        page = operator.get(
            f"{EAST}/similarities", params={"limit": 1, **({"cursor": cursor} if cursor else {})}
        ).json()
        found += page["items"]
        pages, cursor = pages + 1, page["next"]
        if cursor is None:
            break
    pairs = {(one["subject"], near["subject"]) for one in found for near in one["similar"]}
    assert pairs == {(enrolled[0], enrolled[2]), (enrolled[2], enrolled[0])} and pages >= 3
    operator.post(f"{EAST}/subjects/{enrolled[2]}/withdraw")
    assert operator.get(f"{EAST}/similarities").json()["items"] == [], "who withdrew is compared with nobody"


def test_an_enrolled_person_is_verified_and_another_is_told_no_score(app: FastAPI, operator: TestClient, photo) -> None:
    subject = enrol(operator, photo()).json()["subject"]
    yes = verify(operator, subject, photo(number=4)).json()
    assert (yes["match"], yes["consent"], yes["refused"]) == (True, "holds", None)
    two = {"first": ("a", photo()), "second": ("b", photo(number=4))}
    assert yes["score"] == pytest.approx(operator.post("/v1/faces/verify", files=two).json()["score"], abs=1e-5)
    assert yes["threshold"] == app.state.services.face.bundle.threshold("verify").value
    no = verify(operator, subject, photo("Abdullah_Gul")).json()
    assert (no["match"], no["score"]) == (False, None)
    with app.state.services.database.session() as session:
        query = select(AuditEntry).where(AuditEntry.action == "subject.verify").order_by(AuditEntry.id)
        told = [(entry.target, entry.outcome) for entry in session.scalars(query)]
    assert told == [(f"east/{subject}", "match"), (f"east/{subject}", "no match")]
    assert verify(operator, "none", photo()).status_code == 404
    west = operator.post(f"/v1/estates/west/subjects/{subject}/verify", files={"image": ("b.jpg", photo())})
    assert west.status_code == 404


def test_after_a_withdrawal_nothing_is_compared(app: FastAPI, operator: TestClient, photo, monkeypatch) -> None:
    subject = enrol(operator, photo()).json()["subject"]
    operator.post(f"{EAST}/subjects/{subject}/withdraw")
    monkeypatch.setattr(type(app.state.services.face), "choose_many", lambda *_: pytest.fail("looked at"))
    ended = verify(operator, subject, photo(number=4)).json()
    assert (ended["match"], ended["consent"], ended["score"]) == (False, "ended", None)


def test_a_device_s_policy_holds_for_one_person_too(app: FastAPI, operator: TestClient, photo, monkeypatch) -> None:
    subject = enrol(operator, photo()).json()["subject"]
    operator.post(f"{EAST}/devices", json={"name": "gate", "liveness": "required"})
    monkeypatch.setattr(type(app.state.services.liveness), "score", lambda *_: 0.01)
    refused = verify(operator, subject, photo(number=4), device="gate").json()
    assert (refused["match"], refused["refused"], refused["score"]) == (False, "not-live", None)
    assert verify(operator, subject, photo(number=4)).json()["refused"] == "not-live", "the strictest, without a device"
    assert verify(operator, subject, photo(number=4), device="roof").status_code == 404


def test_a_verification_leaves_nothing_but_an_audit_line(
    app: FastAPI, operator: TestClient, photo, tmp_path: Path
) -> None:
    subject = enrol(operator, photo()).json()["subject"]

    def rows() -> dict[str, int]:
        with app.state.services.database.session() as session:
            names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
            return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) for name in names}

    before, files = rows(), {path.name for path in tmp_path.rglob("*")}
    verify(operator, subject, photo("Abdullah_Gul"))
    after = rows()
    assert after.pop("audit") == before.pop("audit") + 1 and after == before
    assert {path.name for path in tmp_path.rglob("*")} == files


def test_a_person_of_a_former_model_needs_a_photo_for_this_one(app: FastAPI, operator: TestClient, photo) -> None:
    subject = enrol(operator, photo()).json()["subject"]
    services = app.state.services
    with services.database.session() as session:
        for template in session.scalars(select(Template)):
            template.bundle_sha256 = "0" * 64
    assert [one["usable"] for one in templates(operator, subject)] == [False]
    assert verify(operator, subject, photo(number=4)).status_code == 409
    added = operator.post(f"{EAST}/subjects/{subject}/templates", files={"image": ("a.jpg", photo(number=4))})
    assert added.status_code == 201 and verify(operator, subject, photo()).json()["match"]
