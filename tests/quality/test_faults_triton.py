"""Triton slow, gone and back under a real server: no wrong decision, an answer at once, and it recovers by itself."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from zhsq.deploy.repository import export
from zhsq.deploy.server import TritonServer
from zhsq.models.bundle import Bundle
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq_testing.process import ESTATE, Api

pytestmark = [pytest.mark.triton, pytest.mark.data]


class Triton:
    """A real Triton with both models, that stops, hangs and comes back on the same port."""

    def __init__(self, folder: Path, bundles: list[Bundle]) -> None:
        self._repository, self._state = folder / "repository", folder / "server.json"
        for bundle in bundles:
            export(bundle, self._repository, variant="python")
        self._server = TritonServer.start(self._repository, state=self._state)
        self._server.load_all()
        self.url = self._server.url

    def signal(self, number: signal.Signals) -> None:
        process = psutil.Process(self._server.pid)
        for member in (process, *process.children(recursive=True)):
            member.send_signal(number)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server = TritonServer.start(self._repository, state=self._state, grpc_port=self._server.grpc_port)
        self._server.load_all()


@pytest.fixture(scope="module")
def triton(tmp_path_factory, face_bundle: Bundle, plate_bundle: Bundle) -> Iterator[Triton]:
    made = Triton(tmp_path_factory.mktemp("triton"), [face_bundle, plate_bundle])
    yield made
    made.stop()


@pytest.fixture(params=["", "onnx"], ids=["503", "fallback"])
def api(request, tmp_path: Path, triton: Triton, face_bundle, plate_bundle) -> Iterator[Api]:
    more = {
        "ZHSQ_SERVE_RUNTIME": "triton",
        "ZHSQ_SERVE_TRITON_URL": triton.url,
        "ZHSQ_SERVE_TRITON_REPOSITORY": str(tmp_path / "nothing-deployed"),
        "ZHSQ_SERVE_TRITON_TIMEOUT_S": "2",
        "ZHSQ_SERVE_FALLBACK": request.param,
    }
    with Api(tmp_path, f"sqlite:///{tmp_path / 'x.db'}", face_bundle, plate_bundle, more) as made:
        made.prepare()
        made.start()
        yield made


def test_a_slow_triton_and_one_that_is_gone_never_make_a_wrong_decision(api, triton, residents, request) -> None:
    fallback = "fallback" in request.node.callspec.id
    known, stranger = residents(2)
    with api.client() as client:
        subject = enrol(client, known)
        usual = decisions(client, known, stranger)
        assert [found["decision"] for found in usual[:2]] == ["match", "unknown"] and usual[0]["subject"] == subject
        assert usual[2]["text"] == PLATE_TEXT
        assert (health(client)["status"], health(client)["models"]["face"]["runs"]["where"]) == ("ok", "Triton")
        for fail, recover in (
            (lambda: triton.signal(signal.SIGSTOP), lambda: triton.signal(signal.SIGCONT)),
            (triton.stop, triton.start),
        ):
            fail()
            try:
                for _ in range(4):
                    during = decisions(client, known, stranger)
                    assert all(alike(a, b) for a, b in zip(during, usual, strict=True) if "code" not in a)
                    refused = {found["code"] for found in during if "code" in found}
                    assert refused == (set() if fallback else {"runtime-unavailable"})
                runs = health(client)["models"]["face"]["runs"]
                assert health(client)["status"] == "degraded"
                assert runs["where"] == ("in process" if fallback else "nowhere")
                assert runs["breakers"].keys() == {triton.url} and runs["breakers"][triton.url] != "closed"
                breaker = f'zhsq_triton_breaker_open{{endpoint="{triton.url}",task="face"}} 1.0'
                assert breaker in client.get("/metrics").text
            finally:
                recover()
            assert within(60, lambda: back(client, known, stranger)), health(client)
            assert decisions(client, known, stranger) == usual


def enrol(client: httpx.Client, photo: bytes) -> str:
    form = {
        "reference": "flat 1",
        "consent_purpose": "entry",
        "consent_evidence": "form 1",
        "consent_expires_at": "2099-01-01T00:00:00Z",
        "credential_kind": "card",
        "credential_reference": "card 1",
    }
    done = client.post(f"/v1/estates/{ESTATE}/subjects", data=form, files={"image": ("a.jpg", photo)})
    assert done.status_code == 201, done.text
    return str(done.json()["subject"])


def decisions(client: httpx.Client, known: bytes, stranger: bytes) -> list[dict]:
    """Who the two are, and what the drawn plate says; problems where the API refuses."""
    path = f"/v1/estates/{ESTATE}/faces/identify"
    answers = [client.post(path, files={"image": ("b.jpg", photo)}) for photo in (known, stranger)]
    answers.append(client.post("/v1/plates/read", files={"image": ("p.jpg", jpeg(plate()))}))
    for answer in answers:
        assert answer.status_code in (200, 503), answer.text
        assert answer.status_code == 200 or answer.headers["retry-after"]
    return [answer.json() for answer in answers]


def alike(one: dict, other: dict) -> bool:
    """The same decision, whatever the last digit of a score."""
    return all(one.get(name) == other.get(name) for name in ("decision", "subject", "text", "colour"))


def health(client: httpx.Client) -> dict:
    return dict(client.get("/health/ready").json())


def back(client: httpx.Client, known: bytes, stranger: bytes) -> bool:
    decisions(client, known, stranger)
    return health(client)["status"] == "ok"


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return true()
