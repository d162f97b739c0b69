"""The circuit breaker of an endpoint."""

from __future__ import annotations

from zhsq.runtime.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_breaker_opens_after_failures_in_a_row_lets_one_call_try_later_and_closes_when_that_succeeds() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, cool_down=1.0, clock=clock)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.admits() and breaker.state == "closed", "not in a row"
    breaker.failed()
    assert breaker.state == "open" and not breaker.admits()
    clock.now = 1.0
    assert breaker.state == "half-open" and breaker.admits(), "one may try"
    assert not breaker.admits(), "and only one"
    breaker.failed()
    clock.now = 1.9
    assert breaker.state == "open" and not breaker.admits()
    clock.now = 2.0
    assert breaker.admits()
    breaker.succeeded()
    assert breaker.admits() and breaker.state == "closed"


def test_while_a_slow_call_tries_no_other_does_however_long_it_takes() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, cool_down=1.0, clock=clock)
    breaker.failed()
    clock.now = 1.0
    assert breaker.admits()
    clock.now = 100.0
    assert not breaker.admits()
