from __future__ import annotations

import numpy as np
import pytest

from zhsq.watch.rate import Every


@pytest.mark.parametrize(("source", "wanted"), [(25, 10), (30, 10), (10, 10), (60, 12.5)])
def test_the_wanted_rate_remains(source: float, wanted: float) -> None:
    every = Every(wanted)
    kept = sum(every.keep(n / source) for n in range(round(source * 60)))
    assert kept / 60 == pytest.approx(wanted, rel=0.01)


def test_a_source_at_the_rate_loses_nothing_to_jitter_and_a_slower_one_nothing_at_all() -> None:
    jitter = np.random.default_rng(0).uniform(-0.02, 0.02, 600)
    every = Every(10)
    assert all(every.keep(n / 10 + jitter[n]) for n in range(600))
    every = Every(10)
    assert all(every.keep(n / 4) for n in range(100))
    assert all(Every(0).keep(0.0) for _ in range(3))


def test_after_a_gap_no_burst_is_let_through() -> None:
    every = Every(10)
    times = [0.0, 0.1, *(60 + n / 50 for n in range(50))]
    assert sum(every.keep(t) for t in times) <= 2 + 10 + 1
