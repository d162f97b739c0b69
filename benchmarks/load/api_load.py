"""Clients that never pause, the same work done bare, and what a serving process holds meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from load.api_calls import Client, Kind, Request
from load.api_server import Api

#: Seconds between two looks at a process.
LOOK = 0.5


@dataclass(frozen=True)
class Done:
    """One call: of which kind, when it began and ended (s, monotonic), and what was wrong with it; '' when nothing."""

    kind: Kind
    began: float
    ended: float
    fault: str = ""


class Crowd:
    """So many clients on connections that are kept alive, each with its next call as soon as the last was answered.

    They pause between turns, without connections, so that other work can be measured on the machine by turns with theirs.

    Args:
        api: that is called.
        requests: of each kind; a client takes the kinds by turns, and of each one request after another.
        clients: at the same time.
    """

    def __init__(self, api: Api, requests: dict[Kind, list[Request]], clients: int) -> None:
        self._clients = [Client(api) for _ in range(clients)]
        self._feeds = [list(self._feed(requests, i)) for i in range(clients)]
        self._at = [0] * clients
        self.done: list[list[Done]] = [[] for _ in range(clients)]

    def turn(self, seconds: float) -> tuple[float, float]:
        """Call for so long; when the turn began and when its last call was answered (s, monotonic)."""
        began = time.monotonic()
        stop = began + seconds
        threads = [threading.Thread(target=self._work, args=(i, stop)) for i in range(len(self._clients))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ended = time.monotonic()
        self.close()  # the server closes what is idle for some seconds; the next turn opens connections anew
        return began, ended

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def _work(self, number: int, stop: float) -> None:
        client, feed = self._clients[number], self._feeds[number]
        while time.monotonic() < stop:
            request = feed[self._at[number] % len(feed)]
            self._at[number] += 1
            began = time.monotonic()
            try:
                fault = (
                    "" if client.send(request) == request.expected else f"{request.kind}: another decision than alone"
                )
            except Exception as error:  # whatever it is, it is a failed call, and the client goes on
                fault = f"{type(error).__name__}: {error}"
                client.close()
            self.done[number].append(Done(request.kind, began, time.monotonic(), fault))

    @staticmethod
    def _feed(requests: dict[Kind, list[Request]], number: int) -> Iterator[Request]:
        kinds = list(requests)
        longest = max(map(len, requests.values()))
        for i in range(longest * len(kinds)):
            kind = kinds[(i + number) % len(kinds)]
            yield requests[kind][(i // len(kinds) + 7 * number) % len(requests[kind])]


def bare_turn(calls: dict[Kind, list[Callable[[], Any]]], workers: int, seconds: float) -> float:
    """The same kinds by turns, from so many threads of this process: calls a second."""
    kinds = list(calls)
    spans: list[int] = [0] * workers
    began = time.monotonic()
    stop = began + seconds

    def work(number: int) -> None:
        at = number
        while time.monotonic() < stop:
            kind = kinds[at % len(kinds)]
            calls[kind][(at // len(kinds) + 7 * number) % len(calls[kind])]()
            spans[number] += 1
            at += 1

    threads = [threading.Thread(target=work, args=(i,)) for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(spans) / (time.monotonic() - began)


@dataclass(frozen=True)
class Memory:
    """Resident bytes of a process, and the calls that it had answered by then; each (n,)."""

    calls: NDArray[np.float64]
    resident: NDArray[np.float64]

    def after(self, share: float) -> Memory:
        """Without this share of the calls, the first ones."""
        kept = self.calls >= share * self.calls[-1]
        return Memory(self.calls[kept], self.resident[kept])

    def slope(self, draw: NDArray[np.int64] | None = None) -> float:
        """Bytes that come with a call, by least squares; over a resample of the looks when one is given."""
        calls, resident = (self.calls, self.resident) if draw is None else (self.calls[draw], self.resident[draw])
        apart = calls - calls.mean()
        square = float(apart @ apart)
        return float(apart @ resident) / square if square else 0.0


@contextmanager
def watched(pid: int, calls: Callable[[], int]) -> Iterator[list[tuple[int, int]]]:
    """Look at a process's memory until left; gives calls answered and resident bytes of each look.

    A look at which no call came in since the last one is left out: clients pause.
    """
    process = psutil.Process(pid)
    stop = threading.Event()
    seen: list[tuple[int, int]] = []

    def look() -> None:
        while not stop.wait(LOOK):
            now = calls()
            if not seen or now > seen[-1][0]:
                seen.append((now, process.memory_info().rss))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def memory(seen: Sequence[tuple[int, int]]) -> Memory:
    """What was seen, as arrays."""
    calls, resident = np.array(seen, dtype=np.float64).reshape(-1, 2).T
    return Memory(calls, resident)


def latencies(calls: Sequence[Done]) -> NDArray[np.float64]:
    """Milliseconds of each call, (n,)."""
    return 1000 * np.array([call.ended - call.began for call in calls])
