"""Permits over the API: kept, changed, told at a match and in events, and gone when their time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.serve.privacy.jobs import run
from zhsq.serve.store.tables import AuditEntry, Event, Permit, now

EAST = "/v1/estates/east"
GOOD = jpeg(plate())


def register(client: TestClient, text: str = PLATE_TEXT, **permit: Any) -> str:
    body = {"plate": text, "reference": "flat 1", **({"permit": permit} if permit else {})}
    done = client.post(f"{EAST}/vehicles", json=body)
    assert done.status_code == 201, done.text
    return done.json()["id"]


def match(client: TestClient, **form: str) -> dict[str, Any]:
    done = client.post("/v1/plates/match", data={"estate": "east", **form}, files={"image": ("p.jpg", GOOD)})
    assert done.status_code == 200, done.text
    return done.json()


def permits(client: TestClient, **filters: str) -> list[dict[str, Any]]:
    return client.get(f"{EAST}/permits", params=filters).json()["items"]


def test_a_match_in_an_estate_that_is_not_there_says_so_whatever_the_picture_shows(operator: TestClient) -> None:
    for picture in (GOOD, b"no picture"):
        sent = {"data": {"estate": "nowhere"}, "files": {"image": ("p.jpg", picture)}}
        assert operator.post("/v1/plates/match", **sent).status_code == 404


def test_a_match_tells_what_the_vehicle_is_permitted_at_that_gate(operator: TestClient) -> None:
    vehicle = register(operator)
    assert match(operator)["permit"] == {
        "state": "none", "kind": None, "valid_until": None, "message": {"en": "It has no permit.", "zh": "没有通行许可。"},
    }  # fmt: skip
    until = "2099-01-01T00:00:00Z"
    body = {"kind": "contractor", "reference": "lift 7", "valid_until": until, "gates": ["north"]}
    made = operator.post(f"{EAST}/vehicles/{vehicle}/permits", json=body)
    assert made.status_code == 201 and made.json()["state"] == "valid"
    assert match(operator)["permit"]["state"] == "wrong-gate"
    assert match(operator, gate="south")["permit"]["state"] == "wrong-gate"
    found = match(operator, gate="north")
    assert (found["decision"], found["permit"]["state"], found["permit"]["kind"]) == ("match", "valid", "contractor")
    assert found["permit"]["valid_until"] == until
    final = operator.post(
        "/v1/plates/passes/read", data={"estate": "east", "gate": "north"}, files=[("images", ("p.jpg", GOOD))] * 2
    ).json()["final"]
    assert final["match"]["permit"]["state"] == "valid"
    opened = operator.post("/v1/plates/passes", json={"estate": "east", "gate": "south"}).json()["id"]
    frame = operator.post(f"/v1/plates/passes/{opened}/frames", files={"image": ("p.jpg", GOOD)}).json()
    assert frame["match"]["permit"]["state"] == "wrong-gate"


def test_a_plate_that_is_not_registered_has_no_permit_to_tell_of(operator: TestClient) -> None:
    assert match(operator)["permit"] is None


def test_permits_are_listed_changed_and_removed(app: FastAPI, operator: TestClient) -> None:
    vehicle = register(operator, kind="visitor", valid_until="2099-01-01T00:00:00+08:00")
    other = register(operator, "皖A00001", valid_from="2098-01-01T00:00:00Z", kind="service")
    assert [one["vehicle"] for one in permits(operator)] == [other, vehicle], "newest first"
    assert [one["vehicle"] for one in permits(operator, state="not-yet")] == [other]
    assert [one["vehicle"] for one in permits(operator, kind="visitor")] == [vehicle]
    assert [one["vehicle"] for one in permits(operator, vehicle=vehicle, state="valid")] == [vehicle]
    assert permits(operator, state="expired") == []
    [mine] = permits(operator, vehicle=vehicle)
    assert mine["valid_until"] == "2098-12-31T16:00:00Z"
    path = f"{EAST}/permits/{mine['id']}"
    first = operator.get(path)
    hours = [{"from": "22:00", "to": "06:00", "days": ["sat"]}]
    changed = operator.put(path, json={"kind": "resident", "hours": hours}, headers={"If-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and changed.json()["hours"] == hours
    assert changed.json()["valid_from"] == mine["valid_from"] and changed.json()["valid_until"] is None
    stale = operator.put(path, json={}, headers={"If-Match": first.headers["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")
    assert operator.delete(path).status_code == 204 and operator.get(path).status_code == 404
    assert match(operator)["permit"]["state"] == "none", "the vehicle stays registered"
    with app.state.services.database.session() as session:
        query = select(AuditEntry.action).where(
            AuditEntry.action.startswith("permit."), AuditEntry.target.contains(vehicle)
        )
        told = session.scalars(query.order_by(AuditEntry.id)).all()
    assert told == ["permit.create", "permit.read", "permit.change", "permit.remove"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": "2030-01-01T00:00:00Z", "valid_until": "2030-01-01T00:00:00Z"},
        {"valid_until": "2020-01-01T00:00:00Z"},
        {"kind": "friend"},
        {"hours": [{"from": "25:00", "to": "06:00"}]},
        {"hours": [{"from": "08:00", "to": "18:00", "days": ["someday"]}]},
        {"gates": [""]},
        {"owner": "Ms Li"},
    ],
)
def test_a_permit_that_says_nothing_sensible_is_refused(operator: TestClient, wrong: dict[str, Any]) -> None:
    done = operator.post(f"{EAST}/vehicles/{register(operator)}/permits", json=wrong)
    assert (done.status_code, done.json()["code"]) == (422, "invalid-request")


def test_permits_go_with_their_vehicle(operator: TestClient) -> None:
    vehicle = register(operator, kind="visitor")
    assert operator.delete(f"{EAST}/vehicles/{vehicle}").status_code == 204
    assert permits(operator) == [] and match(operator)["decision"] == "unknown"


def test_an_event_of_a_plate_pass_is_told_the_same_as_a_match(app: FastAPI, operator: TestClient) -> None:
    register(operator, "皖A00001", kind="visitor", gates=["north"])
    register(operator, "皖A00002", kind="visitor", valid_until="2099-01-01T00:00:00Z")
    with app.state.services.database.session() as session:
        session.execute(
            update(Permit).where(Permit.valid_until.is_not(None)).values(
                valid_from=now() - timedelta(days=2), valid_until=now() - timedelta(days=1)
            )
        )  # fmt: skip
    raised = {}
    for number, told in enumerate(
        [
            {"plate": "皖A00001", "device": "north"},
            {"plate": "皖A00001", "device": "camera-2", "zone": "north"},
            {"plate": "皖A00001", "device": "south"},
            {"plate": "皖A00002", "device": "south"},
            {"plate": "皖A00003", "device": "south"},
            {"plate": "皖A00002", "device": "east", "decision": "match"},
            {"plate": "皖A00002", "device": "west", "permit": "valid"},
        ]
    ):
        sent = {"id": str(number), "source": "/gate", "type": "vehicle", "data": {"estate": "east", **told}}
        raised[str(number)] = len(operator.post("/v1/events", json=sent).json()["alerts"])
    with app.state.services.database.session() as session:
        stored = {event.event_id: event.data for event in session.scalars(select(Event))}
    found = [(stored[key].get("decision"), stored[key].get("permit")) for key in sorted(stored)]
    assert found == [
        ("match", "valid"),
        ("match", "valid"),
        ("match", "wrong-gate"),
        ("match", "expired"),
        ("unknown", None),
        ("match", None),  # the sender decided
        ("match", "valid"),  # the sender knows the permit
    ]
    assert [raised[key] for key in sorted(raised)] == [0, 0, 0, 1, 1, 0, 0], "expired; unregistered"


def test_permits_and_then_vehicles_are_let_go_when_their_time_is_over(app: FastAPI, operator: TestClient) -> None:
    shared = app.state.services
    register(operator, "皖A00001")
    register(operator, "皖A00002", kind="resident")
    mixed = register(operator, "皖A00003", kind="resident")
    operator.post(f"{EAST}/vehicles/{mixed}/permits", json={"kind": "visitor", "valid_until": "2099-01-01T00:00:00Z"})
    register(operator, kind="visitor", valid_until="2099-01-01T00:00:00Z")
    assert match(operator)["decision"] == "match", "in the index of plates"

    def ended(days: int) -> None:
        end = now() - timedelta(days=days)
        with shared.database.session() as session:
            session.execute(update(Permit).where(Permit.kind == "visitor").values(valid_until=end))

    ended(29)
    assert run(shared.database, shared.keys, shared.settings).let_go == {}
    ended(30)
    assert run(shared.database, shared.keys, shared.settings).let_go == {"vehicles": 1, "permits": 1}
    left = {one["plate"] for one in operator.get(f"{EAST}/vehicles").json()["items"]}
    assert left == {"皖A00001", "皖A00002", "皖A00003"}, "without a permit, and with one that has no end, they stay"
    assert match(operator)["decision"] == "unknown", "the index followed"
    assert run(shared.database, shared.keys, shared.settings).let_go == {}
