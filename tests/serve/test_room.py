"""Pictures of all requests together take so much memory; who finds none waits for the others, and not forever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.quickstart.samples import jpeg, plate
from zhsq.runtime.follow import Arm
from zhsq.runtime.pointer import Deployment
from zhsq.serve import room as module
from zhsq.serve import visits
from zhsq.serve.app import create_app
from zhsq.serve.room import Lot, OverloadedError, Room
from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings

PICTURE = jpeg(plate())


def test_who_finds_no_room_waits_until_another_has_ended() -> None:
    room, first, second = Room(100), Lot(), Lot()
    room.take(first, 70)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(room.take, second, 40)
        assert not waiting.done() and second.pixels == 0
        room.leave(first)
        waiting.result(timeout=30)
    assert (first.pixels, second.pixels) == (0, 40)


def test_who_has_room_gets_more_at_once_and_so_does_who_comes_alone() -> None:
    room, first, second = Room(100), Lot(), Lot()
    room.take(first, 50)
    room.take(second, 50)
    room.take(first, 50)
    room.take(second, 50)
    room.leave(first)
    room.leave(second)
    room.take(first, 1000)
    assert first.pixels == 1000, "a picture larger than the room is let in alone"


def test_two_pictures_of_one_request_wait_together_and_are_let_in_together() -> None:
    room, other, pair = Room(100), Lot(), Lot()
    room.take(other, 90)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(room.take, pair, 80) for _ in range(2)]
        room.leave(other)
        for one in both:
            one.result(timeout=30)
    assert pair.pixels == 160


def test_who_waits_for_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.01)
    room = Room(100)
    room.take(Lot(), 70)
    with pytest.raises(OverloadedError):
        room.take(Lot(), 40)


def test_a_request_that_is_turned_away_does_not_count_against_a_version_on_trial(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.01)
    room = Room(100)
    room.take(Lot(), 70)
    deployment = Deployment(bundle="a", version="1.0.0", sha256="0" * 64, task="plate", models={})
    arm: Arm[None] = Arm(deployment, None, on_trial=True)
    visit = visits.Visit("camera-1", {"plate": arm}, room=room)
    token = visits._visit.set(visit)
    try:
        with pytest.raises(OverloadedError):
            visits.make_room(40)
    finally:
        visits._visit.reset(token)
    visit.end(failed=True)
    assert arm.tally.counts.calls == 0


def test_a_request_gives_its_room_back_and_another_meanwhile_is_asked_to_come_later(
    tmp_path, face_bundle, plate_bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.05)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'a.db'}", master_key="ab" * 32, max_pixels=10)
    app: FastAPI = create_app(settings, face=face_bundle, plate=plate_bundle)
    with app.state.services.database.session() as session:
        key = create(session, "t", "operator", None)
    client = TestClient(app, headers={"X-API-Key": key})

    def read() -> int:
        return client.post("/v1/plates/read", files={"image": ("p.jpg", PICTURE)}).status_code

    assert [read(), read()] == [200, 200], "the first gave its room back"
    inside, go = threading.Event(), threading.Event()
    crops = PlatePipeline.read_crops

    def slow(*given: object) -> object:
        inside.set()
        assert go.wait(30)
        return crops(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(PlatePipeline, "read_crops", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(read)
        assert inside.wait(30)
        done = client.post("/v1/plates/read", files={"image": ("p.jpg", PICTURE)}, headers={"Accept-Language": "zh-CN"})
        go.set()
        assert first.result(timeout=30) == 200
    assert (done.status_code, done.json()["code"], done.headers["retry-after"]) == (503, "overloaded", "5")
    assert "内存" in done.json()["detail"]
