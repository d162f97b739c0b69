"""Work that is done once: by whoever has time for it, or by who asks for it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from zhsq.serve.later import Later


def test_it_is_done_once_whoever_asks_and_everyone_gets_the_same() -> None:
    calls: list[int] = []

    def work() -> object:
        calls.append(threading.get_ident())
        time.sleep(0.02)
        return object()

    later = Later(work)
    assert calls == [], "nobody asked"
    with ThreadPoolExecutor(4) as pool:
        results = set(pool.map(lambda _: later(), range(8)))
    assert len(calls) == len(results) == 1


def test_its_error_is_everyone_s() -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        raise ValueError("full")

    later = Later(work)
    for _ in range(2):
        with pytest.raises(ValueError, match="full"):
            later()
    assert calls == [1]
