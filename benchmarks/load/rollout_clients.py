"""Clients that never pause while versions come and go: through the runtime, and through the API of serving processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from load.api_server import serving
from load.versions import Answer, answer_of, equal
from zhsq.errors import ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.runtime.follow import Follower
from zhsq.runtime.pointer import State
from zhsq.runtime.triton import TritonRunner

#: One call: (client, number of the call, place of the picture) -> the version's sha256 or its beginning, and its answer.
Call = Callable[[int, int, int], tuple[str, Answer]]


@dataclass(frozen=True)
class Done:
    """One call: when it began and ended (s, monotonic), by which version, and what was wrong with it; '' when nothing."""

    began: float
    ended: float
    version: str
    fault: str = ""


class Clients:
    """So many threads that call and check each answer against that of the version that gave it.

    Args:
        call: see `Call`.
        n: threads.
        expected: by the first 12 digits of each version's sha256, the answer to each picture.
    """

    def __init__(self, call: Call, n: int, expected: Mapping[str, Sequence[Answer]]) -> None:
        self._call, self._expected = call, expected
        self._pictures = len(next(iter(expected.values())))
        self._stop = threading.Event()
        self._done: list[list[Done]] = [[] for _ in range(n)]
        self._threads = [threading.Thread(target=self._work, args=(i,), daemon=True) for i in range(n)]

    @property
    def done(self) -> list[Done]:
        """Every call so far, in no order."""
        return [call for calls in self._done for call in list(calls)]

    def _work(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            picture = (client * 7 + number) % self._pictures
            began = time.monotonic()
            try:
                version, got = self._call(client, number, picture)
                fault = "" if equal(got, self._expected[version][picture]) else "wrong answer"
            except Exception as error:  # whatever it is, it is a failed request, and the client goes on
                version, fault = "", f"{type(error).__name__}: {error}"
            self._done[client].append(Done(began, time.monotonic(), version, fault))
            number += 1

    def __enter__(self) -> Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)


@contextmanager
def through_runtime(repository: Path, url: str, name: str, crops: Sequence[bytes]) -> Iterator[Call]:
    """Calls of this process on Triton, by the pointer: what a serving process does, without HTTP."""
    images = [decode_image(crop) for crop in crops]

    def opened(bundle: Bundle) -> PlatePipeline:
        runner = TritonRunner(bundle, url)
        runner.check()
        return PlatePipeline(bundle, runner)

    def find(state: State) -> str | None:
        return name if name in state.pointers else None

    follower = Follower(repository, find, opened)

    def call(client: int, number: int, picture: int) -> tuple[str, Answer]:
        arm = follower.choose(f"{client}-{number}")
        if arm is None:
            raise ZhsqError("The pointer names nothing.")
        failed, score = True, []
        try:
            read = arm.model.read_crop(images[picture])
            failed, score = False, [read.confidence]
        finally:
            arm.add(failed=failed, scores=score)
        return arm.deployment.sha256[:12], answer_of(read)

    try:
        yield call
    finally:
        follower.close()


@contextmanager
def through_api(
    repository: Path, url: str, name: str, crops: Sequence[bytes], processes: int, folder: Path
) -> Iterator[Call]:
    """Calls over HTTP to so many `zhsq serve` processes that follow one pointer; each client keeps to one of them."""
    with ExitStack() as stack:
        names = {
            "ZHSQ_SERVE_PLATE_BUNDLE": name,
            "ZHSQ_SERVE_TRITON_URL": url,
            "ZHSQ_SERVE_TRITON_REPOSITORY": str(repository),
        }
        served = [
            stack.enter_context(serving(folder / f"serve-{i}", ("--runtime", "triton"), names))
            for i in range(processes)
        ]
        clients = [stack.enter_context(httpx.Client(timeout=60, limits=_LIMITS)) for _ in served]

        def call(client: int, number: int, picture: int) -> tuple[str, Answer]:
            which = client % processes
            reply = clients[which].post(
                f"{served[which].address}/v1/plates/read",
                files={"image": ("crop.jpg", crops[picture])},
                data={"kind": "crop"},
                headers={"X-API-Key": served[which].key, "X-Request-Id": f"{client}-{number}"},
            )
            reply.raise_for_status()
            body = reply.json()
            confidences = np.array([character["confidence"] for character in body["characters"]])
            version = reply.headers["Zhsq-Model"].rpartition("(")[2].rstrip(")")
            return version, (body["text"], confidences)

        yield call


_LIMITS = httpx.Limits(max_connections=None)
