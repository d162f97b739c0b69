"""Several Triton endpoints behind one runner: the least busy first, and round those that fail."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from zhsq.runtime.breaker import Breaker

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


class Endpoint:
    """One Triton as a runner knows it: its address, connection and breaker, and what it was found to serve."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        self.url = url
        self.breaker = breaker
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
    """Every endpoint of a runner, and in which order a call tries them.

    Args:
        urls: their addresses.
        failures, cool_down: of each one's breaker.
    """

    def __init__(self, urls: Sequence[str], failures: int = 2, cool_down: float = 1.0) -> None:
        self.all = tuple(Endpoint(url, Breaker(failures, cool_down)) for url in urls)
        self._turn = itertools.count()

    def order(self) -> list[Endpoint]:
        """The least busy first, those of equal load in turn; open ones last, for whoever looks at them all the same."""
        turn = next(self._turn)
        rolled = [self.all[(turn + i) % len(self.all)] for i in range(len(self.all))]
        return sorted(rolled, key=lambda endpoint: (endpoint.breaker.state == "open", endpoint.busy))
