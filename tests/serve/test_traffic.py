"""Requests are counted and logged without personal data, turned away when too many, and ended when the server stops."""

from __future__ import annotations

import io
import json
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from zhsq.serve.logs import JsonLines
from zhsq.serve.problems import CATALOGUE
from zhsq.serve.server import Server
from zhsq.serve.traffic import Figures, Traffic, declare

SECRET = "张三 flat 502 card 7731"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every line that this process logs, as the server would write it."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    client = logging.getLogger("httpx")  # the tests' own client, in the same process
    client.setLevel(logging.WARNING)
    yield stream
    client.setLevel(logging.NOTSET)
    root.removeHandler(handler)
    root.setLevel(level)


def test_the_log_and_the_figures_hold_routes_and_no_personal_data(app: FastAPI, operator, client, log) -> None:
    @app.get("/v1/fails/{what}")
    def fails(what: str) -> None:
        raise RuntimeError(f"{what} {SECRET}")

    declare(app)
    guard = client("guard", "east")
    key = guard.headers["authorization"].split()[1]
    body = {"plate": "皖A12345", "reference": SECRET}
    vehicle = operator.post("/v1/estates/east/vehicles", json=body).json()["id"]
    operator.post("/v1/estates/east/vehicles", json=body)
    operator.post("/v1/estates/east/vehicles", json={"plate": SECRET})
    guard.get("/v1/estates/east/vehicles", params={"who": SECRET})
    guard.delete(f"/v1/estates/east/vehicles/{vehicle}")
    TestClient(app, headers={"X-API-Key": "zhsq_wrong_secret"}).get(f"/v1/alerts/{vehicle}")
    with pytest.raises(RuntimeError), Server(app) as server:  # uvicorn logs what no one foresaw
        httpx.get(f"{server.url}/v1/fails/x", headers={"X-API-Key": key})
        raise RuntimeError
    assert operator.get("/v1/fails/皖A12345").status_code == 500
    shown = operator.get("/metrics").text
    for text in (log.getvalue(), shown):
        for secret in ("皖A12345", "张三", "7731", key, "zhsq_wrong_secret", vehicle, "testclient", "127.0.0.1:"):
            assert secret not in text, secret
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    answered = [line for line in lines if line["message"] == "answered"]
    assert {"route", "status", "ms", "method", "request"} <= set(answered[0])
    assert ("/v1/estates/{estate}/vehicles", 409) in {(line["route"], line["status"]) for line in answered}
    assert ("/v1/fails/{what}", 500) in {(line["route"], line["status"]) for line in answered}
    assert any(line.get("error") == "RuntimeError" and any("fails" in at for at in line["at"]) for line in lines)
    assert 'zhsq_requests_total{method="POST",route="/v1/estates/{estate}/vehicles",status="409"} 1.0' in shown


def test_a_secret_that_is_logged_would_be_found(log: io.StringIO) -> None:
    logging.getLogger("x").warning("it says %s", SECRET)
    assert SECRET in log.getvalue()


def test_a_request_keeps_the_number_that_it_came_with(app: FastAPI) -> None:
    bare = TestClient(app)
    assert bare.get("/health/live", headers={"X-Request-ID": "door-7.1"}).headers["x-request-id"] == "door-7.1"
    made = bare.get("/health/live", headers={"X-Request-ID": "a b"}).headers["x-request-id"]
    assert len(made) == 32


def test_over_the_limit_requests_are_turned_away_at_once_and_health_is_not() -> None:
    app, gate = FastAPI(), threading.Event()

    @app.get("/wait")
    def wait() -> str:
        gate.wait(30)
        return "done"

    @app.get("/health/live")
    def live() -> str:
        return "ok"

    figures = Figures()
    app.add_middleware(Traffic, figures=figures, most=2)
    with Server(app) as server, ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(httpx.get, f"{server.url}/wait", timeout=30) for _ in range(2)]
        while figures.registry.get_sample_value("zhsq_requests_under_way") != 2:
            time.sleep(0.01)
        turned = httpx.get(f"{server.url}/wait")
        assert (turned.status_code, turned.json()["code"]) == (503, "overloaded")
        assert turned.headers["retry-after"]
        assert httpx.get(f"{server.url}/health/live").status_code == 200
        gate.set()
        assert [done.result().status_code for done in waiting] == [200, 200]
        assert httpx.get(f"{server.url}/wait").status_code == 200
    assert figures.registry.get_sample_value("zhsq_requests_turned_away_total") == 1
    assert figures.registry.get_sample_value("zhsq_requests_under_way") == 0


def test_a_server_that_stops_lets_requests_under_way_end() -> None:
    app, begun = FastAPI(), threading.Event()

    @app.get("/slow")
    def slow() -> str:
        begun.set()
        time.sleep(0.5)
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with Server(app) as server:
            answer = pool.submit(httpx.get, f"{server.url}/slow", timeout=30)
            assert begun.wait(30)
        assert answer.result().json() == "done"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/slow")


def test_a_database_that_is_away_is_503(app: FastAPI, operator, monkeypatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(app.state.services.database, "session", away)
    done = operator.get("/v1/estates")
    assert (done.status_code, done.json()["code"]) == (503, "store-unavailable")


def test_every_problem_has_both_languages() -> None:
    for code, (status, english, chinese) in CATALOGUE.items():
        assert 400 <= status < 600 and english.isascii() and any("\u4e00" <= c <= "\u9fff" for c in chinese), code


@pytest.mark.parametrize(
    ("accepted", "title"),
    [("zh", "未找到"), ("zh-Hans-CN,en;q=0.8", "未找到"), ("en;q=0.5, zh;q=0.9", "未找到"), ("en, zh;q=0.9", "Not found"), ("", "Not found"), ("fr", "Not found"), ("zh;q=x", "Not found")],
)  # fmt: skip
def test_the_language_is_the_one_that_the_caller_prefers(operator, accepted: str, title: str) -> None:
    done = operator.get("/v1/alerts/none", headers={"Accept-Language": accepted})
    assert done.json()["title"] == title and done.headers["content-type"] == "application/problem+json"
