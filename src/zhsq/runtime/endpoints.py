"""Several Triton endpoints behind one runner: the least busy first, and round those that fail."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

#: Addresses of every Triton (gRPC, host:port), separated by commas; for the command and for serving.
VARIABLE = "ZHSQ_TRITON_URLS"


def addresses(given: str | Sequence[str]) -> tuple[str, ...]:
    """Addresses out of one text with commas or out of several, each once, in their order.

    Raises:
        ValueError: there is none.
    """
    parts = [given] if isinstance(given, str) else list(given)
    found = tuple(dict.fromkeys(url.strip() for part in parts for url in part.split(",") if url.strip()))
    if not found:
        raise ValueError("no address of Triton was given")
    return found


def from_environment() -> tuple[str, ...]:
    """The addresses in $ZHSQ_TRITON_URLS; () when it is not set."""
    text = os.environ.get(VARIABLE, "")
    return addresses(text) if text.strip(" ,") else ()


class Breaker:
    """A circuit breaker: after some failures in a row it opens; when it has cooled down, one call may try (half open).

    Args:
        failures: in a row, that open it.
        cool_down: seconds until one call may try.
        clock: seconds that only grow.
    """

    def __init__(self, failures: int = 2, cool_down: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._cool_down = cool_down
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._next_try = 0.0

    @property
    def open(self) -> bool:
        with self._lock:
            return self._failed >= self._limit

    def admits(self) -> bool:
        """Whether a call should go here. Half open it says yes once, and then waits for how that call ends."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._clock() < self._next_try:
                return False
            self._next_try = self._clock() + self._cool_down
            return True

    def succeeded(self) -> None:
        """A call was answered: closed."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """A call got no answer."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._next_try = self._clock() + self._cool_down


class Endpoint:
    """One Triton as a runner knows it: its address, connection and breaker, and what it was found to serve."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.breaker = Breaker()
        self.client: Any = None
        self.served: dict[str, Any] = {}
        self.lock = threading.Lock()
        self.busy = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count a call in flight."""
        with self.lock:
            self.busy += 1
        try:
            yield
        finally:
            with self.lock:
                self.busy -= 1


class Endpoints:
    """Every endpoint of a runner, and in which order a call tries them."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.all = tuple(Endpoint(url) for url in urls)
        self._turn = itertools.count()

    def order(self) -> list[Endpoint]:
        """The least busy first, those of equal load in turn; open ones last: where all are open, they are tried."""
        turn = next(self._turn)
        rolled = [self.all[(turn + i) % len(self.all)] for i in range(len(self.all))]
        if len(rolled) == 1:
            return rolled
        admitted = [endpoint for endpoint in rolled if endpoint.breaker.admits()]
        refused = [endpoint for endpoint in rolled if endpoint not in admitted]
        return sorted(admitted, key=lambda endpoint: endpoint.busy) + refused
