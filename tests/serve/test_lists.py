"""Lists: one shape, pages that stay right while rows come and go, filters, cursors that hold for their list alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from zhsq.serve.security.keys import create
from zhsq.serve.store.tables import Consent, Estate, Invitation, Subject, Vehicle, now

PLATES = [f"皖A{number:05d}" for number in range(25)]
VEHICLES = "/v1/estates/east/vehicles"


@pytest.fixture
def stored(database_url: str, opened) -> FastAPI:
    """An app with two estates, 25 vehicles, people and devices; on SQLite and on PostgreSQL."""
    app: FastAPI = opened(database_url)
    with app.state.services.database.session() as session:
        session.add_all(Estate(id=name, name=name, salt=bytes(32)) for name in ("east", "west"))
        session.flush()
        session.add_all(Vehicle(estate_id="east", plate=plate, reference=f"flat {plate[-1]}") for plate in PLATES)
        session.add(Vehicle(estate_id="west", plate="京A00001"))
    return app


def caller(app: FastAPI, role: str = "operator", estate: str | None = None) -> TestClient:
    with app.state.services.database.session() as session:
        key = create(session, role, role, estate)
    return TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)


def walk(client: TestClient, path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
    """Page after page."""
    cursor: str | None = None
    while True:
        page = client.get(path, params=params if cursor is None else {**params, "cursor": cursor})
        assert page.status_code == 200, page.text
        yield page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            return


def test_pages_give_every_row_once_in_order(stored: FastAPI) -> None:
    pages = list(walk(caller(stored), VEHICLES, limit=10))
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [row["plate"] for page in pages for row in page] == PLATES
    assert [len(page) for page in walk(caller(stored), VEHICLES, limit=25)] == [25], "no empty page follows"


def test_rows_that_come_and_go_meanwhile_move_no_other(stored: FastAPI) -> None:
    client, seen = caller(stored), []
    for number, page in enumerate(walk(client, VEHICLES, limit=10)):
        seen += [row["plate"] for row in page]
        if number == 0:
            assert client.post(VEHICLES, json={"plate": "京B00001"}).status_code == 201, "before what was shown"
            gone = [row["id"] for row in page[:3]] + [page[-1]["id"]]  # the row that the cursor stands on, too
            assert {client.delete(f"{VEHICLES}/{row}").status_code for row in gone} == {204}
    assert [plate for plate in seen if plate in PLATES] == PLATES


def test_newest_first_does_not_repeat_rows_when_others_are_added(stored: FastAPI) -> None:
    at = datetime(2026, 1, 1)
    with stored.state.services.database.session() as session:
        for number in range(6):  # two by two at the same moment: the identifier decides
            fields = {
                "purpose": "p",
                "credential_kind": "card",
                "credential_reference": "c",
                "code_digest": str(number),
            }
            times = {"created_at": at + timedelta(days=number // 2), "expires_at": now() + timedelta(days=1)}
            session.add(Invitation(estate_id="east", reference=str(number), consent_expires_at=at, **fields, **times))
    client, seen = caller(stored), []
    for page in walk(client, "/v1/estates/east/invitations", limit=1):
        seen += [row["reference"] for row in page]
        body = {"reference": "new", "purpose": "p", "credential_kind": "pin", "credential_reference": "x"}
        ends = {"consent_expires_at": "2040-01-01T00:00:00Z"}
        assert client.post("/v1/estates/east/invitations", json={**body, **ends}).status_code == 201
    assert len(seen) == 6 and set(seen) == set("012345") and sorted(seen[:2]) == ["4", "5"]


def test_a_cursor_is_of_one_caller_one_list_and_its_filters(stored: FastAPI) -> None:
    client = caller(stored)
    cursor = client.get(VEHICLES, params={"limit": 5}).json()["next"]
    assert PLATES[4].encode().hex() not in cursor and PLATES[4] not in bytes.fromhex(cursor).decode(errors="replace")
    assert client.get(VEHICLES, params={"cursor": cursor, "limit": 7}).json()["items"][0]["plate"] == PLATES[5]
    others = (
        (client, "/v1/estates/west/vehicles", {"cursor": cursor}),
        (client, VEHICLES, {"cursor": cursor, "plate_prefix": "皖"}),
        (caller(stored), VEHICLES, {"cursor": cursor}),
        (client, VEHICLES, {"cursor": "00ff"}),
        (client, VEHICLES, {"cursor": "nonsense"}),
        (client, VEHICLES, {"cursor": cursor[:-2] + ("00" if cursor[-2:] != "00" else "11")}),
    )
    for who, path, params in others:
        done = who.get(path, params=params)
        assert (done.status_code, done.json()["code"]) == (422, "invalid-request"), params


def test_the_limit_is_1_to_1000(stored: FastAPI) -> None:
    client = caller(stored)
    assert [client.get(VEHICLES, params={"limit": n}).status_code for n in (0, 1, 1000, 1001)] == [422, 200, 200, 422]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon"])
def test_a_time_that_is_none_is_refused(operator: TestClient, time: str) -> None:
    for path in ("/v1/estates/east/subjects", "/v1/alerts", "/v1/estates/east/erasures"):
        done = operator.get(path, params={"since": time})
        assert (done.status_code, done.json()["code"]) == (422, "invalid-request")


def test_vehicles_are_filtered_by_the_beginning_of_a_plate_and_by_reference(stored: FastAPI) -> None:
    client = caller(stored)

    def plates(**params: str) -> list[str]:
        return [row["plate"] for row in client.get(VEHICLES, params=params).json()["items"]]

    assert plates(plate_prefix="皖a·0001") == PLATES[10:20], "as people write it"
    assert plates(plate_prefix="皖%") == [] and plates(plate_prefix="皖_") == [], "no wildcards"
    assert plates(reference="flat 3") == [PLATES[3], PLATES[13], PLATES[23]]


def test_devices_are_filtered_by_kind_and_policy(stored: FastAPI) -> None:
    client = caller(stored)
    for name, kind, liveness in (("a", "face", "required"), ("b", "plate", "off"), ("c", "face", "off")):
        body = {"name": name, "kind": kind, "liveness": liveness}
        assert client.post("/v1/estates/east/devices", json=body).status_code == 201

    def names(**params: str) -> list[str]:
        return [row["name"] for row in client.get("/v1/estates/east/devices", params=params).json()["items"]]

    assert names() == ["a", "b", "c"]
    assert (names(kind="face"), names(kind="face", liveness="off"), names(name_prefix="b")) == (
        ["a", "c"],
        ["c"],
        ["b"],
    )
    assert client.get("/v1/estates/east/devices", params={"kind": "person"}).status_code == 422


def test_people_are_filtered_by_consent_and_shown_without_face_or_secret(stored: FastAPI) -> None:
    at = now()
    ends = {"holds": at + timedelta(days=400), "soon": at + timedelta(days=10), "ended": at - timedelta(days=1)}
    with stored.state.services.database.session() as session:
        for name, end in ends.items():
            subject = Subject(estate_id="east", reference=name, credential_kind="card", credential_reference="7")
            session.add(subject)
            session.flush()
            given = {"purpose": "p", "evidence": "e", "given_at": at, "expires_at": end, "code_digest": name}
            session.add(Consent(estate_id="east", subject_id=subject.id, **given))
    client = caller(stored, "property", "east")

    def found(**params: Any) -> set[str]:
        return {row["reference"] for row in client.get("/v1/estates/east/subjects", params=params).json()["items"]}

    assert found() == set(ends)
    assert found(consent="holds") == {"holds", "soon"} and found(consent="ended") == {"ended"}
    month = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    assert found(consent="holds", consent_until=month) == {"soon"}, "whom to ask anew"
    assert found(reference="soon") == {"soon"} and found(since="2040-01-01T00:00:00Z") == set()
    (row,) = client.get("/v1/estates/east/subjects", params={"reference": "soon"}).json()["items"]
    assert set(row) == {
        "id", "estate", "reference", "credential_kind", "credential_reference", "consent", "consent_expires_at", "enrolled_at",
    }  # fmt: skip
    assert client.get(f"/v1/estates/east/subjects/{row['id']}").json() == row
    (consent,) = client.get(f"/v1/estates/east/subjects/{row['id']}/consents").json()["items"]
    assert consent["state"] == "holds" and "code_digest" not in consent


def test_the_audit_is_filtered_by_who_what_and_when(stored: FastAPI) -> None:
    client, auditor = caller(stored), caller(stored, "auditor")
    before = datetime.now(UTC)
    client.post(VEHICLES, json={"plate": "沪A12345"})
    client.get(VEHICLES)

    def actions(**params: Any) -> list[str]:
        return [row["action"] for row in auditor.get("/v1/audit", params=params).json()["items"]]

    assert actions(actor_prefix="operator:") == ["vehicle.register", "vehicle.list"]
    assert actions(actor_prefix="operator:", newest_first=True) == ["vehicle.list", "vehicle.register"]
    assert actions(action="vehicle.list", target_prefix="east") == ["vehicle.list"]
    assert actions(action="vehicle.list", since=before.isoformat()) == ["vehicle.list"]
    assert actions(action="vehicle.list", until=before.isoformat()) == []


def test_a_page_of_people_takes_a_few_statements_however_many_they_are(stored: FastAPI) -> None:
    at = now()
    with stored.state.services.database.session() as session:
        for number in range(30):
            made = Subject(estate_id="east", reference=str(number), credential_kind="card", credential_reference="c")
            session.add(made)
            session.flush()
            given = {"purpose": "p", "evidence": "e", "given_at": at, "expires_at": at + timedelta(days=number + 1)}
            session.add(Consent(estate_id="east", subject_id=made.id, **given))
    client, statements, counts = caller(stored), [], []
    client.get("/v1/estates/east/subjects")  # which notes that the key was used

    @event.listens_for(stored.state.services.database.engine, "before_cursor_execute")
    def listen(*given: Any) -> None:
        statements.append(given[2])

    for limit in (3, 30):
        statements.clear()
        page = client.get("/v1/estates/east/subjects", params={"limit": limit}).json()
        assert len({row["consent_expires_at"] for row in page["items"]}) == limit, "each has its own"
        counts.append(len(statements))
    assert counts[0] == counts[1]
