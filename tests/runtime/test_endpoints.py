"""The circuit breaker, and in which order endpoints are tried."""

from __future__ import annotations

import pytest

from zhsq.runtime.endpoints import Breaker, Endpoints, addresses, from_environment


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
    assert breaker.admits() and not breaker.open, "not in a row"
    breaker.failed()
    assert breaker.open and not breaker.admits()
    clock.now = 1.0
    assert breaker.admits(), "half open: one may try"
    assert not breaker.admits(), "and only one"
    breaker.failed()
    clock.now = 1.9
    assert not breaker.admits()
    clock.now = 2.0
    assert breaker.admits()
    breaker.succeeded()
    assert breaker.admits() and not breaker.open


def test_equal_endpoints_take_turns_and_a_busy_one_comes_later() -> None:
    endpoints = Endpoints(("a", "b", "c"))
    assert {endpoints.order()[0].url for _ in range(3)} == {"a", "b", "c"}
    with endpoints.all[0].call(), endpoints.all[1].call():
        assert [endpoints.order()[0].url for _ in range(3)] == ["c"] * 3
    assert [endpoint.busy for endpoint in endpoints.all] == [0, 0, 0]


def test_an_open_endpoint_is_tried_last_and_is_tried_when_all_are_open() -> None:
    endpoints = Endpoints(("a", "b"))
    for endpoint in endpoints.all:
        endpoint.breaker.failed()
        endpoint.breaker.failed()
    assert {endpoint.url for endpoint in endpoints.order()} == {"a", "b"}
    endpoints.all[0].breaker.succeeded()
    assert [endpoints.order()[0].url for _ in range(4)] == ["a"] * 4


def test_addresses_come_from_one_text_or_several_each_once(monkeypatch) -> None:
    assert addresses("a:1, b:2,a:1") == ("a:1", "b:2")
    assert addresses(["b:2", "a:1,"]) == ("b:2", "a:1")
    with pytest.raises(ValueError, match="no address"):
        addresses(" , ")
    monkeypatch.setenv("ZHSQ_TRITON_URLS", "x:1,y:2")
    assert from_environment() == ("x:1", "y:2")
    monkeypatch.delenv("ZHSQ_TRITON_URLS")
    assert from_environment() == ()
