"""Tasks of one call at the same time, and what is done by threads that would wait for the longest of them."""

from __future__ import annotations

import threading

import pytest

from zhsq.models.bundle import Bundle
from zhsq.runtime.onnx import OnnxRunner
from zhsq.runtime.turns import TURNS


@pytest.fixture
def runner(plate_bundle: Bundle) -> OnnxRunner:
    return OnnxRunner(plate_bundle, 2)


def test_a_thread_that_has_ended_its_task_does_idle_work_while_another_goes_on(runner: OnnxRunner) -> None:
    done = threading.Event()
    found = runner.spread([lambda _: "short", lambda _: "long" if done.wait(30) else "waited in vain"], [done.set])
    assert found == ["short", "long"]


def test_idle_work_is_left_where_no_thread_has_time(runner: OnnxRunner) -> None:
    done: list[int] = []
    with TURNS.one():  # someone else computes
        assert runner.spread([lambda _: 1, lambda _: 2], [lambda: done.append(1)]) == [1, 2]
    assert runner.spread([lambda _: 3], [lambda: done.append(2)]) == [3], "one task has every thread"
    assert done == []


def test_an_error_of_idle_work_is_not_the_call_s_and_an_error_of_a_task_is(runner: OnnxRunner) -> None:
    tried = threading.Event()

    def fail() -> None:
        tried.set()
        raise ValueError("idle")

    assert runner.spread([lambda _: 1, lambda _: tried.wait(30)], [fail]) == [1, True]
    with pytest.raises(ZeroDivisionError):
        runner.spread([lambda _: 1, lambda _: 1 // 0])


def test_behind_a_task_that_failed_no_other_goes_on(runner: OnnxRunner) -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(_: object) -> None:
        begun.set()
        threading.Event().wait(0.05)
        ended.set()

    with pytest.raises(ZeroDivisionError):
        runner.spread([lambda _: begun.wait(30) and 1 // 0, slow])
    assert ended.is_set()
