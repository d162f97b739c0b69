"""How often one caller may call, and how many wrong keys one address may try. Counted per process."""

from __future__ import annotations

import time
from threading import Timer

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter

from zhsq.errors import ZhsqError
from zhsq.serve.problems import ProblemError
from zhsq.serve.settings import Settings

#: Counts that have expired are kept so much longer.
SWEEP_S = 10.0


class _Rarely:
    """In place of the timer by which `limits` drops what has expired: it makes a thread for it with nearly every hit, which
    costs more than the hit.

    Args:
        timer: not started.
    """

    def __init__(self, timer: Timer) -> None:
        self._timer, self._until = timer, time.monotonic() + SWEEP_S

    def start(self) -> None:
        self._timer.start()

    def is_alive(self) -> bool:
        """Whether the next one has to wait."""
        return time.monotonic() < self._until


class _Storage(MemoryStorage):
    """In memory, swept every `SWEEP_S` seconds while it is used."""

    @property  # type: ignore[override] # all that is asked of it are these two methods
    def timer(self) -> _Rarely:
        return self._rarely

    @timer.setter
    def timer(self, made: Timer) -> None:
        self._rarely = _Rarely(made)


class Limits:
    """The two limits of the settings.

    Raises:
        ZhsqError: a limit can't be understood.
    """

    def __init__(self, settings: Settings) -> None:
        self._calls, self._failures = _limit(settings.rate_limit), _limit(settings.failure_limit)
        storage = _Storage()
        self._callers = SlidingWindowCounterRateLimiter(storage)
        self._addresses = MovingWindowRateLimiter(storage)
        #: Until then (s, monotonic) some address may have to wait; behind it none can, and nothing is looked up.
        self._watchful = 0.0

    def call(self, key_id: str) -> None:
        """Count a call.

        Raises:
            ProblemError: it is one too many.
        """
        if not self._callers.hit(self._calls, "caller", key_id):
            raise ProblemError("too-many-requests", "This key may make {limit}.", limit=self._calls)

    def check(self, address: str) -> None:
        """Before a key is looked at.

        Raises:
            ProblemError: the address tried too many wrong ones; a right one is not looked at either, until it waited.
        """
        if time.monotonic() < self._watchful and not self._addresses.test(self._failures, "address", address):
            raise ProblemError("too-many-requests", "Too many wrong keys came from this address.")

    def failed(self, address: str) -> bool:
        """Count a wrong key; whether the address has to wait from now on."""
        self._addresses.hit(self._failures, "address", address)
        self._watchful = time.monotonic() + self._failures.get_expiry() + 1
        return not self._addresses.test(self._failures, "address", address)


def _limit(text: str) -> RateLimitItem:
    try:
        return parse(text)
    except ValueError as error:
        raise ZhsqError(f"{text!r} is no limit.", "Write it like '600/minute'.") from error
