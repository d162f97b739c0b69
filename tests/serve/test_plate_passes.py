"""Plates over the API: candidates and reasons, and several frames of one pass."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.grammar import PROVINCES
from zhsq.models.plate.types import Character, table_of
from zhsq.models.plate.voting import Vote
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.serve.api.plate_answers import Desk, ballot_result
from zhsq.serve.matching.passes import FRAMES, OPEN_OF_ONE, SECONDS, Passes
from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import AuditEntry

GOOD = jpeg(plate())
EMPTY = jpeg(np.full((60, 192, 3), 90, np.uint8))


def upload(data: bytes) -> dict:
    return {"image": ("frame.jpg", data)}


def frames(*data: bytes) -> list:
    return [("images", (f"{i}.jpg", item)) for i, item in enumerate(data)]


def actions(app: FastAPI, action: str) -> list[tuple[str, str]]:
    with app.state.services.database.session() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
        return [(entry.target, entry.outcome) for entry in found]


def test_the_provinces_of_an_estates_vehicles_are_expected_at_its_gates(operator: TestClient) -> None:
    for sigma in np.arange(2.0, 24.0, 0.5):  # until the province is doubtful
        blurred = jpeg(cv2.GaussianBlur(plate(), (0, 0), float(sigma)))
        alone = operator.post("/v1/plates/read", files=upload(blurred)).json()
        if alone["characters"][0]["confidence"] < 0.9995:
            break
    home = [{"plate": f"{alone['text'][0]}B{number:05d}"} for number in range(60)]
    assert operator.post("/v1/estates/east/vehicles/batch", json={"vehicles": home}).status_code == 200
    matched = operator.post("/v1/plates/match", data={"estate": "east"}, files=upload(blurred)).json()
    passed = operator.post("/v1/plates/passes/read", data={"estate": "east"}, files=frames(blurred)).json()
    opened = operator.post("/v1/plates/passes", json={"estate": "east"}).json()["id"]
    framed = operator.post(f"/v1/plates/passes/{opened}/frames", files=upload(blurred)).json()
    first = alone["characters"][0]["confidence"]
    assert first < 0.9995 and alone["text"][0] in PROVINCES
    for read in (matched["read"], passed["final"]["read"], framed["read"]):
        assert read["text"] == alone["text"] and read["characters"][0]["confidence"] > first
    elsewhere = operator.post("/v1/plates/match", data={"estate": "west"}, files=upload(blurred)).json()
    assert elsewhere["read"]["characters"][0]["confidence"] == pytest.approx(first, abs=1e-6)


def test_a_match_names_its_candidates_and_the_weakest_character(operator: TestClient) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": PLATE_TEXT})
    found = operator.post("/v1/plates/match", data={"estate": "east"}, files=upload(GOOD)).json()
    assert (found["decision"], found["reason"]) == ("match", "registered")
    assert found["message"] == {"en": "The plate is registered.", "zh": "车牌已登记。"}
    [candidate] = found["candidates"]
    assert candidate["plate"] == PLATE_TEXT and 0.5 < candidate["likelihood"] <= 1
    weakest = candidate["weakest"]
    assert weakest["symbol"] == weakest["read"] and 1 <= weakest["place"] <= 8
    assert candidate["likelihood"] <= weakest["probability"] <= 1


def test_a_stranger_s_plate_is_unknown_and_not_named_in_the_audit_of_matches(
    app: FastAPI, operator: TestClient
) -> None:
    found = operator.post("/v1/plates/match", data={"estate": "east"}, files=upload(GOOD)).json()
    assert (found["decision"], found["plate"], found["candidates"]) == ("unknown", None, [])
    assert found["reason"] == "none-fits" and found["message"]["zh"]
    assert actions(app, "plates.match") == [("east/-", "unknown")]


def test_frames_in_one_call_give_provisional_reads_and_a_final_one(app: FastAPI, operator: TestClient) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": PLATE_TEXT})
    done = operator.post(
        "/v1/plates/passes/read", data={"estate": "east"}, files=frames(EMPTY, GOOD, GOOD, GOOD)
    ).json()
    first, second = done["provisional"]
    assert (first["read"], first["match"], first["frames"]) == (None, None, 1)
    assert second["read"]["text"] == PLATE_TEXT and second["state"] == "provisional"
    final = done["final"]
    assert (final["state"], final["frames"], final["sure"]) == ("final", 3, True), "the fourth was not needed"
    assert (final["match"]["decision"], final["match"]["plate"]) == ("match", PLATE_TEXT)
    assert actions(app, "plates.match") == [(f"east/{PLATE_TEXT}", "match, permit none")]


def test_without_an_estate_a_pass_is_read_and_not_matched(operator: TestClient) -> None:
    final = operator.post("/v1/plates/passes/read", files=frames(GOOD)).json()["final"]
    assert (final["state"], final["read"]["text"], final["match"]) == ("final", PLATE_TEXT, None)


def test_a_pass_without_any_plate_ends_without_a_read(operator: TestClient) -> None:
    final = operator.post("/v1/plates/passes/read", data={"estate": "east"}, files=frames(EMPTY, EMPTY)).json()["final"]
    assert (final["read"], final["match"], final["sure"], final["frames"]) == (None, None, False, 2)


def test_a_streaming_pass_is_provisional_then_final_and_then_gone(app: FastAPI, operator: TestClient) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": PLATE_TEXT})
    opened = operator.post("/v1/plates/passes", json={"estate": "east"})
    assert (opened.status_code, opened.json()["frames"], opened.json()["expires_in_s"]) == (201, FRAMES, SECONDS)
    path = f"/v1/plates/passes/{opened.json()['id']}"
    first = operator.post(f"{path}/frames", files=upload(GOOD)).json()
    assert (first["state"], first["match"]["decision"]) == ("provisional", "match")
    second = operator.post(f"{path}/frames", files=upload(GOOD)).json()
    assert (second["state"], second["frames"]) == ("final", 2)
    assert operator.post(f"{path}/frames", files=upload(EMPTY)).json()["frames"] == 2, "final stays as it is"
    closed = operator.post(f"{path}/close").json()
    assert (closed["state"], closed["read"]["text"], closed["match"]["plate"]) == ("final", PLATE_TEXT, PLATE_TEXT)
    assert operator.post(f"{path}/close").status_code == 404
    assert operator.post(f"{path}/frames", files=upload(GOOD)).status_code == 404
    assert len(app.state.plate_desk.passes) == 0
    assert len(actions(app, "plates.read")) == 4, "each answer with a plate is an access"


def test_frames_that_show_two_cars_go_to_a_person(app: FastAPI, operator: TestClient) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": PLATE_TEXT})
    shared = app.state.services
    for others, decision in ((["沪B98765"], "ambiguous"), ([PLATE_TEXT, PLATE_TEXT, PLATE_TEXT, "沪B98765"], "match")):
        vote = Vote(0.9, stop_when_sure=False)
        for text in (PLATE_TEXT, *others):
            vote.add(read_of(table_of([Character(s, 0.999) for s in text]), "blue"))
        ballot = vote.close()
        assert ballot.read is not None and ballot.read.text == PLATE_TEXT
        with shared.database.session() as session:
            found = ballot_result(shared, Desk(), session, "east", ballot).match
        assert found is not None and found.decision == decision
        assert found.reason == ("registered" if decision == "match" else "frames-disagree")


def test_a_damaged_frame_is_refused_and_the_pass_goes_on(operator: TestClient) -> None:
    path = f"/v1/plates/passes/{operator.post('/v1/plates/passes', json={}).json()['id']}"
    refused = operator.post(f"{path}/frames", files=upload(GOOD[:200]))
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-image")
    assert operator.post(f"{path}/frames", files=upload(GOOD)).json()["frames"] == 1


def test_a_pass_belongs_to_who_opened_it_and_to_estates_that_it_may_see(operator: TestClient, client) -> None:
    guard = client("guard", "east")
    path = f"/v1/plates/passes/{guard.post('/v1/plates/passes', json={'estate': 'east'}).json()['id']}"
    assert operator.post(f"{path}/frames", files=upload(GOOD)).status_code == 404
    assert operator.post(f"{path}/close").status_code == 404
    assert guard.post("/v1/plates/passes", json={"estate": "west"}).status_code == 404
    assert guard.post("/v1/plates/passes/read", data={"estate": "west"}, files=frames(GOOD)).status_code == 404
    assert operator.post("/v1/plates/passes", json={"estate": "north"}).status_code == 404
    assert client("resident", "east").post("/v1/plates/passes", json={}).status_code == 403
    assert client("auditor").post("/v1/plates/passes/read", files=frames(GOOD)).status_code == 403


def test_too_many_frames_in_one_call_are_refused(operator: TestClient) -> None:
    done = operator.post("/v1/plates/passes/read", files=frames(*[EMPTY] * 21))
    assert (done.status_code, done.json()["code"]) == (422, "invalid-request")


def test_open_passes_are_few_and_end_by_themselves() -> None:
    present = 100.0
    passes = Passes(clock=lambda: present)
    opened = [passes.open("guard:1", None, Vote(0.9)) for _ in range(OPEN_OF_ONE)]
    with pytest.raises(ProblemError, match="Too many"):
        passes.open("guard:1", None, Vote(0.9))
    assert passes.open("guard:2", None, Vote(0.9)).actor == "guard:2"
    present += SECONDS - 1
    passes.get(opened[0].id, "guard:1")  # a frame keeps it open
    present += 2
    assert len(passes) == 1
    with pytest.raises(ProblemError, match="no open pass"):
        passes.get(opened[1].id, "guard:1")
    assert passes.get(opened[0].id, "guard:1") is opened[0]


def test_a_pass_holds_no_picture() -> None:
    passes = Desk().passes
    opened = passes.open("guard:1", None, Vote(0.9))
    opened.vote.add(read_of(table_of([Character(s, 0.98) for s in PLATE_TEXT]), "blue"))
    sizes = [value.size for value in _arrays(opened.vote)]
    assert sizes and max(sizes) == 8 * 73, "tables of probabilities, nothing larger"


def _arrays(thing: object, seen: set[int] | None = None) -> list[np.ndarray]:
    """Every array that can be reached from an object."""
    seen = seen if seen is not None else set()
    if id(thing) in seen:
        return []
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return [thing]
    inside = (
        list(vars(thing).values())
        if hasattr(thing, "__dict__")
        else list(thing)
        if isinstance(thing, list | tuple)
        else []
    )
    return [array for item in inside for array in _arrays(item, seen)]
