from __future__ import annotations

import numpy as np
import pytest

from zhsq.watch.drift import independent, report


def slow(n: int, seed: int, shift: float = 0.0) -> list[float]:
    """An autocorrelated series, as smoothed scores are."""
    random = np.random.default_rng(seed)
    value, values = 0.0, []
    for _ in range(n):
        value = 0.8 * value + random.normal()
        values.append(value + shift)
    return values


def test_the_same_scene_is_no_drift_and_another_one_is() -> None:
    verdicts = [
        report((slow(900, s), slow(900, s + 1)), (slow(600, s + 2), slow(600, s + 3)), "").verdict
        for s in range(0, 80, 4)
    ]
    assert verdicts.count("refit") <= 1 and verdicts.count("none") >= 16
    moved = report((slow(900, 1), slow(900, 2)), (slow(600, 3, shift=6), slow(600, 4)), "held-out frames")
    assert moved.verdict == "refit" and moved.score is not None and moved.moving is not None
    assert moved.score > 0.25 > moved.moving


def test_a_short_reference_is_said_and_never_asks_for_a_refit() -> None:
    found = report((slow(60, 1), slow(60, 2)), (slow(600, 3, shift=9), slow(600, 4)), "")
    assert found.verdict == "watch" and "60 frames" in found.note
    assert report(([1.0] * 5, [1.0] * 5), (slow(600, 3), slow(600, 4)), "").verdict == "unknown"


def test_independent_frames_are_fewer_where_neighbours_agree() -> None:
    assert independent(np.random.default_rng(0).normal(size=1000)) > 700
    assert independent(np.array(slow(1000, 0))) == pytest.approx(1000 / 9, rel=0.5)
    assert independent(np.ones(50)) == 2.0


def test_a_score_that_never_changes_is_compared_without_fault() -> None:
    assert report(([1.0] * 400, [0.0] * 400), ([1.0] * 400, [0.0] * 400), "").verdict == "none"
