"""Who may compute now: calls take turns on the cores, so that many at once don't slow each other down.

More computing threads than cores gain nothing: they push each other's weights out of the caches, and a run that was given
several threads waits at every layer for the one that got no core. So at most as many runs go on as there are cores; a
call that comes alone has them all, and one that comes beside others has one.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A fair queue for so many cores; who waits longest is next.

    Args:
        cores: that may be taken at the same time.
    """

    def __init__(self, cores: int) -> None:
        self._free = self._cores = max(1, cores)
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    @property
    def busy(self) -> bool:
        """Whether anyone computes or waits, at this moment."""
        return self._free < self._cores

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a core, and hold it."""
        mine = None
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                mine = threading.Lock()
                mine.acquire()
                self._waiting.append(mine)
        if mine is not None:
            mine.acquire()  # until one is handed over
        try:
            yield
        finally:
            self._leave(1)

    @contextmanager
    def all(self) -> Iterator[bool]:
        """Hold every core if none is taken: tells whether that is so; holds none otherwise."""
        with self._lock:
            alone = self._free == self._cores
            if alone:
                self._free = 0
        try:
            yield alone
        finally:
            if alone:
                self._leave(self._cores)

    def _leave(self, cores: int) -> None:
        with self._lock:
            for _ in range(cores):
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._free += 1


def cores() -> int:
    """Cores that this process may use, at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


#: Of this process, whatever bundles it runs.
TURNS = Turns(cores())
