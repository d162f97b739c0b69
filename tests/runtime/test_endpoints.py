"""In which order endpoints are tried."""

from __future__ import annotations

import pytest

from zhsq.runtime.endpoints import Endpoints, addresses, from_environment


def test_equal_endpoints_take_turns_and_a_busy_one_comes_later() -> None:
    endpoints = Endpoints(("a", "b", "c"))
    assert {endpoints.order()[0].url for _ in range(3)} == {"a", "b", "c"}
    with endpoints.all[0].call(), endpoints.all[1].call():
        assert [endpoints.order()[0].url for _ in range(3)] == ["c"] * 3
    assert [endpoint.busy for endpoint in endpoints.all] == [0, 0, 0]


def test_an_open_endpoint_comes_last() -> None:
    endpoints = Endpoints(("a", "b"), failures=2, cool_down=60)
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
