"""The console in headless Chromium against a running server, with real events through the packaged rules."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from zhsq.serve.security.keys import create
from zhsq.serve.server import Server

from .desk import Desk

#: A phone and a screen, pixels.
PHONE, SCREEN = (390, 844), (1440, 900)


@pytest.fixture
def server(app) -> Iterator[Server]:
    with Server(app) as running:
        yield running


@pytest.fixture
def key(app, operator) -> Callable[..., str]:
    """key(role='guard', estate='east') -> a key of that role."""

    def make(role: str = "guard", estate: str | None = "east") -> str:
        with app.state.services.database.session() as session:
            return create(session, "gate 3", role, estate)

    return make


@pytest.fixture
def desk(browser, server, key) -> Iterator[Callable[..., Desk]]:
    """desk(role='guard', estate='east', size=SCREEN, url=server.url, **options) -> someone signed in at a browser of
    their own; the test fails when anything is blocked, thrown or loaded from elsewhere."""
    opened: list[Desk] = []

    def make(
        role: str = "guard", estate: str | None = "east", size: tuple[int, int] = SCREEN, url: str = "", **options: Any
    ) -> Desk:
        made = Desk(browser, url or server.url, size, **options)
        opened.append(made)
        made.sign_in(key(role, estate))
        return made

    yield make
    for each in opened:
        each.close()
    assert [trouble for each in opened for trouble in each.troubles] == []


@pytest.fixture
def happen(operator: TestClient) -> Callable[..., str]:
    """happen(kind='fire', device='smoke-7', **data) -> the alert that the event raised or became evidence of."""
    numbers = itertools.count()

    def send(kind: str = "fire", device: str = "smoke-7", estate: str = "east", **data: Any) -> str:
        told = {"kind": "smoke", "value": 1, **data} if kind == "fire" else data
        event = {
            "id": f"e{next(numbers)}",
            "source": "/panel",
            "type": kind,
            "data": {"estate": estate, "device": device, **told},
        }
        done = operator.post("/v1/events", json=event)
        assert done.status_code == 202 and done.json()["alerts"], done.text
        return done.json()["alerts"][0]

    return send


class Line:
    """A wire to a server that can be cut: what is under way ends, and nobody gets through until it is mended."""

    def __init__(self, url: str) -> None:
        self._to = int(url.rsplit(":", 1)[1])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._whole = True
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._whole = False
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if not self._whole:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(source, sink), daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def line(server) -> Iterator[Line]:
    made = Line(server.url)
    yield made
    made.close()
