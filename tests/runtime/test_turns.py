"""Turns on the cores: never more at once than there are, in order, and all of them for one who comes alone."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from zhsq.models.bundle import Bundle
from zhsq.runtime.onnx import OnnxRunner
from zhsq.runtime.turns import Turns


def test_no_more_compute_at_once_than_there_are_cores_and_every_one_has_a_turn() -> None:
    turns, lock, now, most, done = Turns(3), threading.Lock(), 0, 0, []

    def work(number: int) -> None:
        nonlocal now, most
        with turns.one():
            with lock:
                now, most = now + 1, max(most, now + 1)
            time.sleep(0.002)
            with lock:
                now -= 1
                done.append(number)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(60)))
    assert most == 3 and sorted(done) == list(range(60))
    assert not turns.busy


def test_who_waits_longest_is_next() -> None:
    turns, order, threads = Turns(1), [], []

    def work(number: int) -> None:
        with turns.one():
            order.append(number)

    with turns.one():
        for number in range(5):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_all_cores_go_to_one_who_comes_alone_and_to_nobody_beside_others() -> None:
    turns = Turns(2)
    with turns.one(), turns.all() as alone:
        assert not alone
    with turns.all() as alone:
        assert alone and turns.busy
        with turns.all() as second:
            assert not second
    with turns.all() as alone:
        assert alone


def test_a_turn_ends_when_its_work_fails() -> None:
    turns = Turns(1)
    for take in (turns.one, turns.all):
        with pytest.raises(ZeroDivisionError), take():
            raise ZeroDivisionError
    assert not turns.busy


def test_many_calls_at_once_are_answered_as_one_alone_is(plate_bundle: Bundle) -> None:
    runner = OnnxRunner(plate_bundle, 2)
    spec = plate_bundle.graph("read")
    shape = [size if isinstance(size, int) and size > 0 else 1 for size in spec.inputs[0].shape]
    drawn = np.random.default_rng(0).random((12, *shape), dtype=np.float32)
    feeds = [{spec.inputs[0].name: each.astype(spec.inputs[0].dtype)} for each in drawn]
    alone = [runner.run("read", feed) for feed in feeds]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda feed: runner.run("read", feed), feeds))
    for one, other in zip(alone, together, strict=True):
        for name, value in one.items():
            np.testing.assert_allclose(other[name], value, rtol=1e-5, atol=1e-6)
