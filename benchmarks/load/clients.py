"""Closed-loop clients: each sends its next request when the last one was answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

import numpy as np
import psutil
from numpy.typing import NDArray
from peers.busy import busy_seconds

from load.ways import Caller, Feed

#: Seconds of calls before those that are timed.
LEAD = 0.3
#: Seconds that a turn may take at most.
LONGEST = 30.0


@dataclass(frozen=True)
class Turn:
    """What one turn of so many clients gave.

    Attributes:
        latencies: of each call that began and ended within the turn, (n,) seconds.
        seconds: that the turn took.
        cpu_seconds: of clients and server together.
        others: cores that other programs kept busy; None where the system does not tell.
    """

    latencies: NDArray[np.float64]
    seconds: float
    cpu_seconds: float
    others: float | None

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU time per call, clients and server together."""
        return 1000 * self.cpu_seconds / len(self.latencies)


def turn(
    opened: Callable[[int], AbstractContextManager[Caller]],
    feeds: Sequence[Feed],
    clients: int,
    seconds: float,
    server: int | None,
) -> Turn:
    """One turn.

    Args:
        opened: opens a client by its number.
        feeds: taken round and round, each client from a place of its own.
        clients: at the same time.
        seconds: timed, after the lead.
        server: its process id, for its CPU time; None in process.

    Raises:
        RuntimeError: no call was answered in time, or a client failed.
    """
    spans: list[list[tuple[float, float]]] = [[] for _ in range(clients)]
    failures: list[BaseException] = []
    stop = threading.Event()

    def work(number: int, call: Caller) -> None:
        at = number * len(feeds) // clients
        try:
            while not stop.is_set():
                start = time.perf_counter()
                call(feeds[at % len(feeds)])
                spans[number].append((start, time.perf_counter()))
                at += 1
        except BaseException as error:
            failures.append(error)

    with ExitStack() as stack:
        callers = [stack.enter_context(opened(number)) for number in range(clients)]
        threads = [threading.Thread(target=work, args=item) for item in enumerate(callers)]
        for thread in threads:
            thread.start()
        time.sleep(LEAD)
        # Slow calls: until each client was answered once before the turn, and twice more in it: no start is timed.
        _until(spans, 1, failures)
        before = [len(calls) for calls in spans]
        busy, cpu, begin = busy_seconds(), _cpu(server), time.perf_counter()
        time.sleep(seconds)
        _until(spans, 2, failures, before)
        end, cpu_after, busy_after = time.perf_counter(), _cpu(server), busy_seconds()
        stop.set()
        for thread in threads:
            thread.join()
    if failures:
        raise RuntimeError(f"a client failed: {failures[0]}") from failures[0]
    # Ended within the turn: as many as began in it, but for those that stand across an edge.
    inside = np.array([b - a for calls in spans for a, b in calls if begin <= b <= end])
    if not len(inside):
        raise RuntimeError(f"no call was answered within {LONGEST:g} s")
    own = cpu_after - cpu
    others = None if busy is None or busy_after is None else max(0.0, (busy_after - busy - own) / (end - begin))
    return Turn(inside, end - begin, own, others)


def _until(
    spans: Sequence[Sequence[object]], count: int, failures: Sequence[object], before: Sequence[int] = ()
) -> None:
    """Wait until every client was answered so often, beyond what it was before; at most `LONGEST` seconds."""
    had = before or [0] * len(spans)
    deadline = time.perf_counter() + LONGEST
    while not failures and time.perf_counter() < deadline:
        if all(len(calls) - already >= count for calls, already in zip(spans, had, strict=True)):
            return
        time.sleep(0.02)


def _cpu(server: int | None) -> float:
    """CPU seconds so far of this process, and of the server with its backends' processes."""
    family = [psutil.Process()]
    if server is not None:
        process = psutil.Process(server)
        family += [process, *process.children(recursive=True)]
    total = 0.0
    for member in family:
        times = member.cpu_times()
        total += times.user + times.system
    return total
