"""Too many calls of one key, and too many wrong keys of one address."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.serve.app import create_app
from zhsq.serve.security.keys import create
from zhsq.serve.security.limits import Limits
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import AuditEntry


@pytest.fixture
def app(tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", master_key="ab" * 32, rate_limit="5/hour", failure_limit="3/hour"
    )
    made = create_app(settings, face=face_bundle, plate=plate_bundle)
    yield made
    made.state.services.close()


def client(app, key: str, host: str = "10.0.0.1") -> TestClient:
    return TestClient(app, headers={"X-API-Key": key}, client=(host, 1))


def key(app, name: str) -> str:
    with app.state.services.database.session() as session:
        return create(session, name, "operator", None)


def test_a_key_that_calls_too_often_is_answered_429_and_others_are_heard(app) -> None:
    busy, other = client(app, key(app, "busy")), client(app, key(app, "other"))
    assert [busy.get("/v1/estates").status_code for _ in range(6)] == [200] * 5 + [429]
    done = busy.get("/v1/estates", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    assert (done.json()["code"], done.json()["title"]) == ("too-many-requests", "请求过于频繁")
    assert done.headers["retry-after"]
    assert other.get("/v1/estates").status_code == 200


def test_after_some_wrong_keys_an_address_waits_and_its_right_key_is_not_looked_at(app) -> None:
    right = key(app, "right")
    assert [client(app, f"zhsq_{n}").get("/v1/estates").status_code for n in range(5)] == [401, 401, 401, 429, 429]
    assert client(app, right).get("/v1/estates").status_code == 429
    assert client(app, right, "10.0.0.2").get("/v1/estates").status_code == 200
    with app.state.services.database.session() as session:
        told = session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "auth.wait")).all()
    assert told == ["address:10.0.0.1"], "once, not for each of them"


def test_no_key_at_all_is_no_guess(app) -> None:
    assert [TestClient(app).get("/v1/estates").status_code for _ in range(5)] == [401] * 5


def test_a_limit_that_is_no_limit_is_refused() -> None:
    with pytest.raises(ZhsqError, match="no limit"):
        Limits(Settings(rate_limit="often"))


def test_counting_a_call_makes_no_thread_but_once_in_a_while(monkeypatch) -> None:
    made: list[threading.Thread] = []
    start = threading.Thread.start

    def counted(thread: threading.Thread) -> None:
        made.append(thread)
        start(thread)

    limits = Limits(Settings(rate_limit="5/hour"))
    time.sleep(0.05)  # the library's own timer, 10 ms, has ended
    monkeypatch.setattr(threading.Thread, "start", counted)
    for _ in range(3):
        limits.call("one")
        time.sleep(0.02)
    assert made == []
    monkeypatch.setattr("zhsq.serve.security.limits.SWEEP_S", 0.0)
    limits = Limits(Settings(rate_limit="5/hour"))
    limits.call("one")
    assert made, "what has expired is dropped at some time"
