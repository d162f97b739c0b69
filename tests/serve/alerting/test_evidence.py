"""Pictures of alerts: faces are hidden before anything is stored, what is stored is sealed, and it goes in its time."""

from __future__ import annotations

import io
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select, update

from zhsq.imaging import decode_image
from zhsq.quickstart.samples import jpeg, plate
from zhsq.serve.alerting import evidence
from zhsq.serve.privacy import jobs, rotation
from zhsq.serve.security.key_provider import EnvironmentKeys
from zhsq.serve.security.sealing import EVIDENCE, Sealer
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.server import Server
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Alert, AuditEntry, Picture, now
from zhsq.watch.post import Poster

SMOKE = {"estate": "east", "device": "smoke-7", "kind": "smoke", "value": 1}


@pytest.fixture
def shared(app) -> Services:
    return app.state.services


@pytest.fixture
def alert(operator) -> str:
    event = {"id": "e1", "source": "/panel", "type": "fire", "data": SMOKE}
    return operator.post("/v1/events", json=event).json()["alerts"][0]


@pytest.fixture
def people(lfw) -> list[tuple[bytes, bytes]]:
    """Two photos each of a few people."""
    folders = sorted(f for f in (lfw.root / "lfw-deepfunneled").iterdir() if len(list(f.glob("*.jpg"))) > 1)
    return [tuple(path.read_bytes() for path in sorted(f.glob("*.jpg"))[:2]) for f in folders[:12]]  # type: ignore[misc]


def attach(client, alert: str, data: bytes, **form: str):
    return client.post(f"/v1/alerts/{alert}/evidence", files={"image": ("x.jpg", data, "image/jpeg")}, data=form)


def originals(shared: Services, hours: int) -> None:
    shared.settings = shared.settings.model_copy(update={"evidence_original_hours": hours})


@pytest.mark.data
def test_nobody_can_be_recognised_in_what_is_shown_even_where_the_face_is_known_to_be(shared, people) -> None:
    """Not by the detector, and not by the embedders when they are told where the face was: the hardest case."""
    threshold = shared.face.bundle.threshold("verify").value
    for first, second in people:
        photo, other = decode_image(first), decode_image(second)
        hidden = shared.face.hide(photo)
        assert hidden.faces >= 1 and shared.face.detect(hidden.picture) == []
        known = shared.face.choose(photo, "central")
        seen, remembered = (
            shared.face.embed([shared.face.align(picture, known)])[0] for picture in (hidden.picture, photo)
        )
        probe = shared.face.template(other, policy="central").vector
        assert float(seen @ probe) < threshold
        assert float(seen @ remembered) < threshold


@pytest.mark.data
def test_the_picture_is_stored_without_the_face_and_sealed_and_the_original_not_at_all(
    shared, operator, client, alert, people, tmp_path
) -> None:
    photo = people[0][0]
    tag = operator.get(f"/v1/alerts/{alert}").headers["etag"].split("-")[0]
    made = attach(operator, alert, photo)
    assert made.status_code == 201 and made.json()["faces"] == 1 and made.json()["original_until"] is None
    told = client("guard", "east").get(f"/v1/alerts/{alert}")
    assert [picture["id"] for picture in told.json()["pictures"]] == [made.json()["id"]]
    assert told.json()["timeline"][-1]["action"] == "pictured" and told.headers["etag"].split("-")[0] == tag
    where = f"/v1/alerts/{alert}/evidence/{made.json()['id']}"
    shown = client("guard", "east").get(where)
    assert shown.headers["content-type"] == "image/jpeg" and shown.headers["cache-control"] == "no-store"
    assert shared.face.detect(decode_image(shown.content)) == []
    refused = operator.post(f"{where}/original", json={"reason": "police"})
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    with shared.database.session() as session:
        row = session.scalar(select(Picture))
        assert row.original is None and b"\xff\xd8\xff" not in row.shown, "not a JPEG to who has the database alone"
    assert operator.get(f"/v1/alerts/none/evidence/{made.json()['id']}").status_code == 404


@pytest.mark.data
def test_the_original_is_kept_for_its_hours_where_the_site_says_so_and_each_look_is_audited(
    shared, operator, client, alert, people
) -> None:
    originals(shared, 24)
    made = attach(operator, alert, people[0][0]).json()
    where = f"/v1/alerts/{alert}/evidence/{made['id']}/original"
    assert client("guard", "east").post(where, json={"reason": "incident"}).status_code == 403
    assert operator.post(where, json={"reason": "curious"}).status_code == 422
    seen = client("property", "east").post(where, json={"reason": "complaint"})
    assert len(shared.face.detect(decode_image(seen.content))) == 1
    with shared.database.session() as session:
        looks = select(AuditEntry.outcome).where(AuditEntry.action == "alert.original.read")
        assert session.scalars(looks).all() == ["for complaint"]
        session.execute(update(Picture).values(original_until=now() - timedelta(seconds=1)))
    assert operator.post(where, json={"reason": "incident"}).status_code == 404, "its time is over before the job ran"
    assert jobs.run(shared.database, shared.keys, shared.settings).let_go == {"originals": 1}
    with shared.database.session() as session:
        assert session.scalar(select(Picture)).original is None
    plain = attach(operator, alert, jpeg(plate())).json()
    assert plain["original_until"] is None, "where no face was hidden there is no other picture"


def test_an_upload_is_looked_at_before_it_is_taken(shared, operator, alert) -> None:
    picture = jpeg(plate())
    for data, status, code in (
        (b"GIF89a" + bytes(50), 422, "bad-image"),
        (picture[:500], 422, "bad-image"),
        (bytes(shared.settings.max_upload_bytes + 1), 413, "too-large"),
    ):
        done = attach(operator, alert, data)
        assert (done.status_code, done.json()["code"]) == (status, code)
    assert attach(operator, alert, picture, taken_at="2999-01-01T00:00:00Z").status_code == 422
    first, again = (
        attach(operator, alert, picture, kind="plate", taken_at="2026-11-26T08:00:00+08:00") for _ in range(2)
    )
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json()), "sent twice, there once"
    assert first.json()["taken_at"] == "2026-11-26T00:00:00Z" and first.json()["kind"] == "plate"
    for number in range(evidence.MOST - 1):
        assert attach(operator, alert, jpeg(np.full((8, 8, 3), number, np.uint8))).status_code == 201
    assert attach(operator, alert, jpeg(np.full((8, 9, 3), 0, np.uint8))).status_code == 409


def test_a_large_photo_is_scaled_down_and_loses_the_place_that_a_phone_wrote_into_it(shared, operator, alert) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[2] = (31.0, 50.0, 0.0)
    exif[0x010F] = "PHONE-MAKER"
    Image.new("RGB", (3000, 1500), (90, 120, 90)).save(out, "JPEG", exif=exif)
    made = attach(operator, alert, out.getvalue()).json()
    assert (made["width"], made["height"]) == (1920, 960)
    shown = operator.get(f"/v1/alerts/{alert}/evidence/{made['id']}").content
    assert b"PHONE-MAKER" not in shown and not Image.open(io.BytesIO(shown)).getexif()


def test_pictures_go_in_their_time_and_with_their_alert(shared, operator, alert) -> None:
    attach(operator, alert, jpeg(plate()))
    assert jobs.run(shared.database, shared.keys, shared.settings).let_go == {}
    with shared.database.session() as session:
        session.execute(update(Picture).values(added_at=now() - timedelta(days=31)))
    assert jobs.run(shared.database, shared.keys, shared.settings).let_go == {"pictures": 1}
    attach(operator, alert, jpeg(plate()))
    operator.post(f"/v1/alerts/{alert}/dismiss", json={"note": "x"})
    with shared.database.session() as session:
        session.execute(update(Alert).values(last_at=now() - timedelta(days=366)))
    assert jobs.run(shared.database, shared.keys, shared.settings).let_go["alerts"] == 1
    with shared.database.session() as session:
        assert session.scalars(select(Picture)).all() == []


def test_a_key_that_pictures_need_stays_until_the_jobs_have_been(shared, operator, alert) -> None:
    old, new = "ab" * 32, "cd" * 32
    made = attach(operator, alert, jpeg(plate())).json()
    before = operator.get(f"/v1/alerts/{alert}/evidence/{made['id']}").content
    keys = EnvironmentKeys(f"{new},{old}")
    with shared.database.session() as session:
        [needed] = rotation.pictures_under_key(session)
        with pytest.raises(Exception, match="1 pictures may be under the key"):
            rotation.refuse_in_use(session, needed)
    assert jobs.run(shared.database, TemplateKeys(keys), shared.settings).resealed == 1
    with shared.database.session() as session:
        rotation.refuse_in_use(session, needed)
        row = session.scalar(select(Picture))
        assert evidence.shown(Sealer(EnvironmentKeys(new), EVIDENCE), row) == before


def test_a_camera_that_zhsq_watches_attaches_its_picture_to_the_alert_that_it_raises(app, operator) -> None:
    said: list[str] = []
    event = {
        "specversion": "1.0", "id": "1", "source": "zhsq-watch/gate", "type": "anomaly", "time": f"{now().isoformat()}Z",
        "data": {"estate": "east", "device": "gate", "score": 3.0, "threshold": 1.0},
    }  # fmt: skip
    with Server(app) as server:
        poster = Poster(server.url, operator.headers["Authorization"].removeprefix("Bearer "), said.append)
        poster.send(event, jpeg(plate()))
        poster.send(
            {**event, "id": "2", "data": {"estate": "east", "device": "gate", "state": "closed"}}, jpeg(plate())
        )
        poster.close(20)
    [alert] = operator.get("/v1/alerts").json()["items"]
    [picture] = operator.get(f"/v1/alerts/{alert['id']}").json()["pictures"]
    assert (poster.delivered, said, picture["kind"]) == (2, [], "scene")
