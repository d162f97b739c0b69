"""The circuit breaker of an endpoint: who failed is left alone for a while, then one call finds out whether it is back.

Not a library's: pybreaker 1.4 holds a lock while the guarded call runs, so that calls would come one at a time, and
measures its time-out by the wall clock, which may jump.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

BreakerState = Literal["closed", "open", "half-open"]


class Breaker:
    """Closed: every call is let through. After some failures in a row it is open: none is. When it has cooled down it is half
    open: one call is let through, and how that ends closes it or opens it again.

    Whoever was let through must say how the call ended: `succeeded` or `failed`.

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
        self._trying = False

    @property
    def state(self) -> BreakerState:
        with self._lock:
            if self._failed < self._limit:
                return "closed"
            return "open" if self._clock() < self._next_try else "half-open"

    def admits(self) -> bool:
        """Whether a call may go here now. Half open it says yes once, and then no until that call has ended."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._trying or self._clock() < self._next_try:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """A call was answered: closed."""
        with self._lock:
            self._failed, self._trying = 0, False

    def failed(self) -> None:
        """A call got no answer."""
        with self._lock:
            self._failed += 1
            self._trying = False
            if self._failed >= self._limit:
                self._next_try = self._clock() + self._cool_down
