"""A piece of one request's work at the same time as the rest, and never behind it."""

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


def test_steps_are_carried_out_one_after_the_other_while_the_block_runs(beside: Beside) -> None:
    together = threading.Barrier(2)
    done: list[str] = []

    def first() -> int:
        together.wait(timeout=30)  # breaks unless the block is there, too
        done.append("first")
        return 1

    with beside.line(first, lambda: done.append("second")) as (one, _):
        together.wait(timeout=30)
        assert one.result(timeout=30) == 1
    assert done == ["first", "second"]


def test_what_runs_beside_a_request_sees_the_request_s_estate_and_no_other(beside: Beside) -> None:
    for estate, seen in (("east", "east"), (None, scope.EVERY)):
        token = scope._request.set(scope._Access(estate) if estate else None)
        try:
            with beside.line(scope.present) as (found,):
                pass
        finally:
            scope._request.reset(token)
        assert found.result() == seen


def test_a_step_behind_one_that_failed_is_left_out(beside: Beside) -> None:
    done: list[str] = []

    def fail() -> None:
        raise ValueError("no picture")

    with pytest.raises(ValueError, match="no picture"), beside.line(fail, lambda: done.append("noted")) as (_, noted):
        with pytest.raises(ValueError, match="no picture"):
            noted.result(timeout=30)
        done.append("block")
    assert done == ["block"]


def test_behind_a_block_that_failed_nothing_goes_on_and_its_own_failure_is_told(beside: Beside) -> None:
    ended = threading.Event()

    def work() -> None:
        threading.Event().wait(0.05)
        ended.set()
        raise ValueError("the second")

    with pytest.raises(KeyError, match="the first"), beside.line(work):
        raise KeyError("the first")
    assert ended.is_set()
