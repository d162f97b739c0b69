"""Pictures come as a form or as base64, to the same answer; what is too large is refused before it is decoded."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.serve.api import bodies
from zhsq.serve.api.bodies import Encoded, decoded
from zhsq.serve.api.forms import PARTS, REST
from zhsq.serve.photos import Photo
from zhsq.serve.settings import Settings

GOOD = jpeg(plate())


def base(data: bytes) -> str:
    return base64.b64encode(data).decode()


def png(height: int, width: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def small(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Limits that a test can pass."""
    shared = app.state.services
    limits = {"max_upload_bytes": len(GOOD), "max_batch_bytes": 3 * len(GOOD)}
    monkeypatch.setattr(shared, "settings", shared.settings.model_copy(update=limits))
    return shared.settings


def refused(done: Any) -> tuple[int, str]:
    return done.status_code, done.json()["code"]


def test_a_form_and_base64_give_the_same_answer(operator: TestClient) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": PLATE_TEXT})
    fields = {"estate": "east", "kind": "crop"}
    by_form = operator.post("/v1/plates/match", data=fields, files={"image": ("a.jpg", GOOD)})
    by_json = operator.post("/v1/plates/match", json={**fields, "image": base(GOOD)})
    assert by_form.status_code == 200 and by_form.json() == by_json.json()
    assert by_json.json()["plate"] == PLATE_TEXT


def test_one_picture_of_several_needs_no_list_in_a_form(operator: TestClient) -> None:
    by_form = operator.post("/v1/plates/passes/read", files={"images": ("a.jpg", GOOD)})
    by_json = operator.post("/v1/plates/passes/read", json={"images": [base(GOOD)]})
    assert by_form.status_code == 200 and by_form.json() == by_json.json()


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ("!!!!", "invalid-request"),
        ("QUJ", "invalid-request"),
        ("data:image/png;base64,QUJD", "invalid-request"),
        (7, "invalid-request"),
        (None, "invalid-request"),
        ("", "bad-image"),
        ("QUJD", "bad-image"),
    ],
)
def test_what_is_no_base64_or_no_picture_is_refused(operator: TestClient, image: object, code: str) -> None:
    done = operator.post("/v1/plates/read", json={"image": image})
    assert refused(done) == (422, code)
    if code == "invalid-request":
        assert done.json()["errors"][0]["field"] == "body.image"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"image": NaN}', b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(operator: TestClient, body: bytes) -> None:
    done = operator.post("/v1/plates/read", content=body, headers={"content-type": "application/json"})
    assert refused(done) == (422, "invalid-request")


@pytest.mark.parametrize("end", ["--x\r\nbad name: x", "--x\r\n: x", "--x\r\na: b\r?", "--x\r\na: b\r\n\r?"])
def test_a_form_that_is_broken_at_its_end_is_refused(operator: TestClient, end: str) -> None:
    """It is read for the key before the route reads it."""
    form = f'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ncrop\r\n{end}'
    for key in ({}, {"Idempotency-Key": "k"}):
        headers = {"content-type": "multipart/form-data; boundary=x", **key}
        for path in ("/v1/plates/read", "/v1/estates/east/subjects"):
            done = operator.post(path, content=form, headers=headers)
            assert refused(done) == (422, "invalid-request") and "form can't be read" in done.json()["detail"], path


def test_a_form_that_breaks_off_is_refused(operator: TestClient) -> None:
    field = '--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ncrop\r\n'
    picture = '--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    whole = (field + picture).encode() + GOOD + b"\r\n--x--"
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert operator.post("/v1/plates/read", content=whole, headers=headers).status_code == 200
    for end in (2, 3, 7, len(GOOD), len(GOOD) + 40):
        done = operator.post("/v1/plates/read", content=whole[:-end], headers=headers)
        assert refused(done) == (422, "invalid-request"), end
        assert "Unexpected end" in done.json()["detail"]
    done = operator.post("/v1/plates/read", content=whole, headers={**headers, "accept-language": "en"})
    assert done.status_code == 200, "a good one is still taken"


def test_names_and_fields_of_a_form_are_read_in_its_charset(operator: TestClient) -> None:
    part = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    for charset, told in (("utf-8", "车牌.jpg"), ("gb18030", "车牌.jpg")):
        form = f"--x\r\n{part.format('image', f'; filename={chr(34)}{told}{chr(34)}')}no picture\r\n--x--\r\n".encode(
            charset
        )
        headers = {"content-type": f"multipart/form-data; charset={charset}; boundary=x"}
        done = operator.post("/v1/plates/read", content=form, headers=headers)
        assert refused(done) == (422, "bad-image") and told in done.json()["detail"]
    form = f"--x\r\n{part.format('image', '; filename=a')}\r\nno picture\r\n--x--"
    done = operator.post(
        "/v1/plates/read", content=form, headers={"content-type": "multipart/form-data; charset=nonsense; boundary=x"}
    )
    assert refused(done) == (422, "bad-image"), "an unknown charset is no failure of ours"
    nameless = "--x\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--x--"
    done = operator.post(
        "/v1/plates/read", content=nameless, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert refused(done) == (422, "invalid-request") and "Content-Disposition" in done.json()["detail"]


def test_another_kind_of_body_is_refused_with_what_is_taken(operator: TestClient) -> None:
    done = operator.post("/v1/plates/read", content=GOOD, headers={"content-type": "image/jpeg"})
    assert refused(done) == (422, "invalid-request") and "multipart/form-data" in done.json()["detail"]
    done = operator.post("/v1/plates/read", content=b"x", headers={"content-type": "multipart/form-data"})
    assert refused(done) == (422, "invalid-request"), "a form without its boundary"


def test_too_large_is_said_before_anything_is_decoded(operator: TestClient, small: Settings, monkeypatch) -> None:
    monkeypatch.setattr(bodies, "decode_image", lambda *_, **__: pytest.fail("decoded"))
    monkeypatch.setattr(bodies.base64, "b64decode", lambda *_, **__: pytest.fail("decoded"))
    large = GOOD + b"x"
    for sent in ({"files": {"image": ("a.jpg", large)}}, {"json": {"image": base(large + b"xx")}}):
        assert refused(operator.post("/v1/plates/read", **sent)) == (413, "too-large")
    several = [("images", ("a.jpg", GOOD))] * 4
    body = refused(operator.post("/v1/plates/read/batch", files=[*several, ("x", ("x", bytes(REST)))]))
    assert body == (413, "too-large")


def test_a_body_that_does_not_say_its_length_is_counted_as_it_comes(operator: TestClient, small: Settings) -> None:
    taken = 0

    def parts():
        nonlocal taken
        for _ in range(1000):
            taken += 10_000
            yield b" " * 10_000

    done = operator.post("/v1/plates/read", content=parts(), headers={"content-type": "application/json"})
    assert refused(done) == (413, "too-large")


def test_at_the_limit_it_is_taken(operator: TestClient, small: Settings) -> None:
    for sent in ({"files": {"image": ("a.jpg", GOOD)}}, {"json": {"image": base(GOOD)}}):
        assert operator.post("/v1/plates/read", **sent).status_code == 200


def test_a_form_of_too_many_parts_is_refused(operator: TestClient) -> None:
    done = operator.post("/v1/plates/read/batch", files=[("images", ("a.jpg", b"x"))] * (PARTS + 1))
    assert refused(done) == (422, "invalid-request")


def test_pixels_are_counted_over_all_pictures_of_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SUM_OF_PIXELS", 100)
    first, bad, second, third = decoded(
        Encoded(data, "x") for data in (png(6, 10), b"no picture", png(5, 10), png(4, 10))
    )
    assert isinstance(first, Photo) and isinstance(third, Photo), "a smaller one still fits"
    assert "not an image" in str(bad) and "together" in str(second)


def test_the_caller_is_known_before_the_body_is_read(app: FastAPI, client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhsq.serve.api.bodies.form_of", lambda *_: pytest.fail("read"))
    files = {"image": ("a.jpg", GOOD)}
    assert TestClient(app).post("/v1/plates/read", files=files).status_code == 401
    assert client("auditor").post("/v1/plates/read", files=files).status_code == 403


def test_an_enrolment_by_base64_is_carried_out_once_by_its_key(operator: TestClient) -> None:
    """The body is read for the key and for the route."""
    vehicles = [{"plate": PLATE_TEXT}]
    for kind in ({"json": {"image": base(GOOD)}}, {"files": {"image": ("a.jpg", GOOD)}}):
        key = {"Idempotency-Key": f"k{len(kind)}{next(iter(kind))}"}
        done = operator.post("/v1/estates/east/subjects", headers=key, **kind)
        assert refused(done) == (422, "consent-required"), "read twice, validated once"
    first = operator.post(
        "/v1/estates/east/vehicles/batch", json={"vehicles": vehicles}, headers={"Idempotency-Key": "b"}
    )
    again = operator.post(
        "/v1/estates/east/vehicles/batch", json={"vehicles": vehicles}, headers={"Idempotency-Key": "b"}
    )
    assert first.json() == again.json() and first.json()["failed"] == 0
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_description_has_both_kinds_of_body_wherever_a_picture_is_taken(app: FastAPI) -> None:
    document = app.openapi()
    paths, schemas = document["paths"], document["components"]["schemas"]
    found = 0
    for path, methods in paths.items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        if "multipart/form-data" not in content or path.endswith("{dialect}"):
            continue
        found += 1
        names = (
            content[kind]["schema"]["$ref"].rsplit("/", 1)[1] for kind in ("multipart/form-data", "application/json")
        )
        form, plain = (schemas[name]["properties"] for name in names)
        assert form.keys() == plain.keys(), path
        pictures = [name for name, field in plain.items() if field.get("contentEncoding") == "base64"]
        pictures += [name for name, field in plain.items() if "contentEncoding" in field.get("items", {})]
        assert pictures, path
        for name in pictures:
            assert "binary" in (form[name].get("format"), form[name].get("items", {}).get("format")), (path, name)
    assert found >= 14
