"""Entity tags: who was second is told so, and what did not move is not sent again. One way for everything that is edited."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from zhsq.serve.store.tables import Alert, Consent, Delivery, Subject, Target, now

EVENT = {"source": "/panel", "type": "fire", "data": {"estate": "east", "device": "d", "kind": "smoke", "value": 1}}


@pytest.fixture
def things(operator: TestClient, app) -> dict[str, tuple[str, str, str, dict[str, Any]]]:
    """name -> (path to read, method and path to change, body): everything that people edit."""
    vehicle = operator.post("/v1/estates/east/vehicles", json={"plate": "皖A12345"}).json()["id"]
    device = operator.post("/v1/estates/east/devices", json={"name": "gate"}).json()["id"]
    target = operator.post("/v1/targets", json={"name": "t", "url": "https://127.0.0.1:9/"}).json()["id"]
    alert = operator.post("/v1/events", json={**EVENT, "id": "1"}).json()["alerts"][0]
    with app.state.services.database.session() as session:
        made = Subject(estate_id="east", reference="x", credential_kind="card", credential_reference="x")
        session.add(made)
        session.flush()
        given = {"purpose": "p", "evidence": "e", "given_at": now(), "expires_at": now() + timedelta(days=9)}
        session.add(Consent(estate_id="east", subject_id=made.id, **given))
    found = {
        "vehicle": (f"/v1/estates/east/vehicles/{vehicle}", "PATCH", {"reference": "flat 7"}),
        "device": (f"/v1/estates/east/devices/{device}", "PUT", {"quality": "require"}),
        "target": (f"/v1/targets/{target}", "PATCH", {"enabled": False}),
        "estate": ("/v1/estates/east", "PATCH", {"name": "东区"}),
        "subject": (f"/v1/estates/east/subjects/{made.id}", "PATCH", {"reference": "flat 8"}),
    }
    paths = {name: (path, method, path, body) for name, (path, method, body) in found.items()}
    person = found["subject"][0]
    terms = {"purpose": "p", "evidence": "e", "expires_at": "2040-01-01T00:00:00Z"}
    paths["consent"] = (person, "POST", f"{person}/consents", terms)
    paths["alert"] = (f"/v1/alerts/{alert}", "POST", f"/v1/alerts/{alert}/notes", {"note": "seen"})
    return paths


NAMES = ("vehicle", "device", "target", "estate", "subject", "consent", "alert")


@pytest.mark.parametrize("name", NAMES)
def test_of_two_who_read_the_same_the_second_to_change_it_is_told(operator, things, name: str) -> None:
    read, method, path, body = things[name]
    tag = operator.get(read).headers["etag"]
    first = operator.request(method, path, json=body, headers={"If-Match": tag})
    assert first.status_code in (200, 201), first.text
    second = operator.request(method, path, json=body, headers={"If-Match": tag, "Accept-Language": "zh"})
    assert (second.status_code, second.json()["code"]) == (412, "changed-meanwhile")
    assert second.json()["detail"].endswith("请重新读取。")
    third = operator.request(method, path, json=body, headers={"If-Match": first.headers["etag"]})
    assert third.status_code in (200, 201), "the answer's tag goes on from there"
    assert operator.request(method, path, json=body).status_code in (200, 201), "without a tag it is changed as ever"
    assert operator.request(method, path, json=body, headers={"If-Match": "*"}).status_code in (200, 201)
    bad = operator.request(method, path, json=body, headers={"If-Match": "soon"})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid-request")
    several = f'"999-00", {operator.get(read).headers["etag"]}'
    assert operator.request(method, path, json=body, headers={"If-Match": several}).status_code in (200, 201)


@pytest.mark.parametrize("name", NAMES)
def test_what_did_not_move_is_not_sent_again(operator, things, name: str) -> None:
    read, method, path, body = things[name]
    first = operator.get(read)
    tag = first.headers["etag"]
    for had in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = operator.get(read, headers={"If-None-Match": had})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), had
    assert operator.get(read, headers={"If-None-Match": '"1-00"'}).json() == first.json()
    operator.request(method, path, json=body)
    moved = operator.get(read, headers={"If-None-Match": tag})
    assert moved.status_code == 200 and moved.headers["etag"] != tag


@pytest.mark.parametrize("name", ["vehicle", "device", "subject"])
def test_what_changed_meanwhile_is_not_removed_either(operator, things, name: str) -> None:
    read, method, path, body = things[name]
    tag = operator.get(read).headers["etag"]
    operator.request(method, path, json=body)
    assert operator.delete(read, headers={"If-Match": tag}).status_code == 412
    assert operator.delete(read, headers={"If-Match": operator.get(read).headers["etag"]}).status_code in (200, 204)


def test_a_count_that_moves_makes_a_new_tag_and_no_conflict(operator, app, things) -> None:
    read, method, path, body = things["target"]
    tag = operator.get(read).headers["etag"]
    with app.state.services.database.session() as session:
        target, alert = session.scalars(select(Target)).one(), session.scalars(select(Alert)).one()
        session.add(
            Delivery(
                target_id=target.id, estate_id="east", alert_id=alert.id, message_id="m", priority=0, body={"type": "x"}
            )
        )
    assert operator.get(read, headers={"If-None-Match": tag}).json()["pending"] >= 1
    assert operator.request(method, path, json=body, headers={"If-Match": tag}).status_code == 200
    read, method, path, body = things["alert"]
    tag = operator.get(read).headers["etag"]
    operator.post("/v1/events", json={**EVENT, "id": "2"})
    assert operator.get(read, headers={"If-None-Match": tag}).status_code == 200, "new evidence is shown"
    assert operator.request(method, path, json=body, headers={"If-Match": tag}).status_code == 200


def test_of_many_at_once_with_one_tag_one_changes_it(operator, things) -> None:
    read, method, path, body = things["vehicle"]
    tag, codes = operator.get(read).headers["etag"], []

    def send() -> None:
        codes.append(operator.request(method, path, json=body, headers={"If-Match": tag}).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, *[412] * 5]


def test_a_field_that_can_t_be_changed_is_refused(operator, things) -> None:
    _, method, path, _ = things["vehicle"]
    done = operator.request(method, path, json={"reference": "x", "plate": "京A12345"})
    assert (done.status_code, done.json()["code"]) == (422, "invalid-request")


def test_a_person_is_put_right_field_by_field(operator, things) -> None:
    read, method, path, _ = things["subject"]
    before = operator.get(read).json()
    after = operator.request(method, path, json={"credential_kind": "pin", "credential_reference": "desk"}).json()
    assert after == {**before, "credential_kind": "pin", "credential_reference": "desk"}
