"""Work beside the models: in other threads, as part of the same request, and never behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from zhsq.serve.beside import Beside
from zhsq.serve.store import scope


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.close()


def test_several_things_are_worked_on_at_the_same_time_and_come_back_in_order(beside: Beside) -> None:
    together = threading.Barrier(3)

    def work(item: int) -> int:
        together.wait(timeout=30)  # breaks unless all three are there
        return 10 * item

    assert beside.each(work, [1, 2, 3]) == [10, 20, 30]
    assert beside.each(work, []) == []


def test_what_runs_beside_a_request_sees_the_request_s_estate_and_no_other(beside: Beside) -> None:
    token = scope._request.set(scope._Access("east"))
    try:
        assert beside.begin(scope.present).result() == "east"
        assert beside.each(lambda _: scope.present(), "ab") == ["east", "east"]
    finally:
        scope._request.reset(token)
    assert beside.begin(scope.present).result() == scope.EVERY


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_an_error_comes_out_once_nothing_goes_on(beside: Beside, failing: int) -> None:
    ended: list[int] = []

    def work(item: int) -> None:
        if item == failing:
            raise ValueError(item)
        threading.Event().wait(0.05)
        ended.append(item)

    with pytest.raises(ValueError, match=str(failing)):
        beside.each(work, range(3))
    assert sorted(ended) == sorted({0, 1, 2} - {failing})


def test_a_block_s_end_waits_for_what_goes_on_beside_it_and_tells_its_error(beside: Beside) -> None:
    go, done = threading.Event(), threading.Event()

    def work() -> None:
        assert go.wait(30)
        done.set()

    with beside.meanwhile(work):
        go.set()
    assert done.is_set()

    def fail() -> None:
        raise ValueError("beside")

    with pytest.raises(ValueError, match="beside"), beside.meanwhile(fail):
        pass
    with pytest.raises(KeyError, match="block"), beside.meanwhile(fail):
        raise KeyError("block")
