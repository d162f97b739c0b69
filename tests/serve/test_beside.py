"""A piece of one request's work at the same time as the rest, and never behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from zhsq.serve.beside import THREADS, Beside
from zhsq.serve.store import scope


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.close()


def test_it_is_carried_out_while_the_block_runs_and_the_end_of_the_block_waits_for_it(beside: Beside) -> None:
    together = threading.Barrier(2)
    done: list[str] = []

    def piece() -> None:
        together.wait(timeout=30)  # breaks unless the block is there, too
        threading.Event().wait(0.05)
        done.append("piece")

    with beside.work(piece):
        together.wait(timeout=30)
    assert done == ["piece"]


def test_what_runs_beside_a_request_sees_the_request_s_estate_and_no_other(beside: Beside) -> None:
    found: list[str] = []
    for estate, seen in (("east", "east"), (None, scope.EVERY)):
        token = scope._request.set(scope._Access(estate) if estate else None)
        try:
            with beside.work(lambda: found.append(scope.present())):
                pass
        finally:
            scope._request.reset(token)
        assert found.pop() == seen


def test_its_failure_is_told_at_the_end_of_the_block_whatever_the_block_did(beside: Beside) -> None:
    done: list[str] = []

    def fail() -> None:
        raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="full"), beside.work(fail):
        done.append("block")
    with pytest.raises(ValueError, match="full"), beside.work(fail):
        raise KeyError("no face")
    assert done == ["block"]


def test_behind_a_block_that_failed_nothing_goes_on(beside: Beside) -> None:
    ended = threading.Event()

    def piece() -> None:
        threading.Event().wait(0.05)
        ended.set()

    with pytest.raises(KeyError, match="no face"), beside.work(piece):
        raise KeyError("no face")
    assert ended.is_set()


def test_where_no_thread_is_free_the_request_s_own_does_it(beside: Beside) -> None:
    done: list[int] = []
    go = threading.Event()
    with ExitStack() as others:
        for _ in range(THREADS):
            others.enter_context(beside.work(lambda: go.wait(30)))
        with beside.work(lambda: done.append(threading.get_ident())):
            pass
        assert done == [threading.get_ident()], "it did not wait for the others"
        go.set()
