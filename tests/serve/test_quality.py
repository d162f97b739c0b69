"""Quality over the API: what is not good enough isn't enrolled, the reasons say what to do, and nothing is kept."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from zhsq.data.degrade import apply
from zhsq.data.registry import DataSet
from zhsq.imaging import RGBImage, decode_image
from zhsq.serve.store.tables import Base

pytestmark = pytest.mark.data

CONSENT = {
    "reference": "building 3, flat 502",
    "consent_purpose": "entry by face",
    "consent_evidence": "form 118, signed",
    "consent_expires_at": "2099-01-01T00:00:00Z",
    "credential_kind": "card",
    "credential_reference": "card 7731",
}


@pytest.fixture
def photo(lfw: DataSet) -> RGBImage:
    """A photo that may be enrolled; the eyes are 45 pixels apart."""
    return decode_image(lfw.root / "lfw-deepfunneled" / "Abel_Pacheco" / "Abel_Pacheco_0001.jpg")


@pytest.fixture
def small(photo: RGBImage) -> RGBImage:
    """The same at 0.3 of its size: the eyes are about 14 pixels apart, too few for an enrolment and for a probe."""
    return np.asarray(cv2.resize(photo, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA), np.uint8)


def png(image: RGBImage) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


def enrol(client, image: RGBImage, **headers: str):
    files = {"image": ("lobby.png", png(image))}
    return client.post("/v1/estates/east/subjects", data=CONSENT, files=files, headers=headers)


def quality(client, image: RGBImage, **form: str):
    return client.post("/v1/faces/quality", data=form, files={"image": ("lobby.png", png(image))})


def rows(app) -> dict[str, int]:
    with app.state.services.database.session() as session:
        return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) for name in Base.metadata.tables}


def test_a_face_below_the_policy_is_not_enrolled_and_the_reasons_say_what_to_do(app, operator, small) -> None:
    before = rows(app)
    done = enrol(operator, small)
    assert (done.status_code, done.json()["code"]) == (422, "low-quality")
    assert done.headers["content-type"] == "application/problem+json"
    assert done.json()["type"] == "urn:zhsq:problem:low-quality"
    first = done.json()["reasons"][0]
    assert (first["code"], first["measure"], first["need"]) == ("too-small", "InterEyeDistance", 30)
    assert first["value"] == pytest.approx(14, abs=2)
    assert first["message_en"].startswith("Move closer: the eyes are 1")
    assert first["message_zh"].startswith("请靠近镜头：两眼相距 1")
    assert "lobby.png" in done.json()["detail"] and first["message_en"] in done.json()["detail"]
    assert rows(app) == before


def test_the_refusal_s_title_follows_the_language(operator, small) -> None:
    assert enrol(operator, small, **{"accept-language": "zh-CN"}).json()["title"] == "人脸图像质量不足，无法登记"


def test_a_masked_face_is_not_enrolled(app, operator, photo) -> None:
    face = app.state.services.face.choose(photo, "only")
    done = enrol(operator, apply("mask", photo, face.landmarks, 80, np.random.default_rng(0)))
    assert (done.status_code, done.json()["code"]) == (422, "low-quality")
    assert "mouth-covered" in [reason["code"] for reason in done.json()["reasons"]]


def test_a_good_photo_is_enrolled(operator, photo) -> None:
    assert enrol(operator, photo).status_code == 201


def test_the_measures_can_be_asked_for_and_nothing_is_kept(app, operator, photo, small) -> None:
    before = rows(app)
    good, bad = quality(operator, photo).json(), quality(operator, small).json()
    assert (good["use"], good["acceptable"], good["reasons"]) == ("enrolment", True, [])
    assert not bad["acceptable"] and bad["reasons"][0]["code"] == "too-small"
    measures = {measure["name"]: measure for measure in good["measures"]}
    assert measures["InterEyeDistance"]["unit"] == "pixels"
    assert measures["InterEyeDistance"]["value"] == pytest.approx(45, abs=4)
    assert all(0 <= measure["component"] <= 100 for measure in measures.values())
    assert measures[good["weakest"]]["component"] == min(
        measure["component"] for name, measure in measures.items() if name != "HeadSize"
    )
    after = rows(app)
    assert after.pop("audit") == before.pop("audit") + 2
    assert after == before


def test_less_is_asked_of_a_probe(operator, photo) -> None:
    half = np.asarray(cv2.resize(photo, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    assert not quality(operator, half).json()["acceptable"]  # 22 pixels between the eyes, of 30
    assert quality(operator, half, use="probe").json()["acceptable"]  # of 15


def test_a_bad_probe_is_matched_all_the_same_and_told_why_it_may_have_failed(operator, photo, small, lfw) -> None:
    def identified() -> dict:
        return operator.post("/v1/estates/east/faces/identify", files={"image": ("gate.png", png(small))}).json()

    assert identified()["decision"] == "unknown"
    assert identified()["quality_reasons"][0]["code"] == "too-small"
    assert enrol(operator, photo).status_code == 201
    assert identified()["decision"] == "match"
    assert identified()["quality_reasons"] == []  # what kept it from nothing is not looked for

    def verified(first: RGBImage) -> dict:
        files = {"first": ("a.png", png(first)), "second": ("b.png", png(small))}
        return operator.post("/v1/faces/verify", files=files).json()

    other = decode_image(lfw.root / "lfw-deepfunneled" / "Aaron_Eckhart" / "Aaron_Eckhart_0001.jpg")
    assert verified(photo)["match"] and verified(photo)["quality_reasons"] == {"first": [], "second": []}
    told = verified(other)
    assert not told["match"] and told["quality_reasons"]["first"] == []
    assert told["quality_reasons"]["second"][0]["code"] == "too-small"


def test_who_may_not_match_may_not_ask_for_quality(client, photo) -> None:
    assert quality(client("auditor"), photo).status_code == 403
    assert quality(client("guard", "east"), photo).status_code == 200


def test_two_people_are_too_many_for_an_enrolment_s_quality(operator, photo) -> None:
    done = quality(operator, np.hstack([photo, photo]))
    assert (done.status_code, done.json()["code"]) == (422, "many-faces")
    assert quality(operator, np.hstack([photo, photo]), use="probe").status_code == 200
