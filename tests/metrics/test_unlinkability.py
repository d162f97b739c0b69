"""D_sys against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.metrics.unlinkability import d_sys, d_sys_by_chance


def test_scores_that_tell_everything_give_one() -> None:
    assert d_sys(np.linspace(0.8, 1.0, 50), np.linspace(0.0, 0.2, 50)) == 1.0


def test_equal_scores_give_zero() -> None:
    same = np.linspace(0, 1, 100)
    assert d_sys(same, same) == 0.0
    assert d_sys(np.zeros(20), np.zeros(20)) == 0.0


def test_two_bins_by_hand() -> None:
    """Mated: 1/4 low, 3/4 high; others: 3/4 low, 1/4 high. High: LR = 3, D = 2*3/4 - 1 = 1/2; low: LR < 1, D = 0.
    D_sys = 3/4 * 1/2 = 0.375. With w = 1/4 high has w LR = 3/4 < 1: nothing is told."""
    mated = np.array([0.0] * 5 + [1.0] * 15)
    others = np.array([0.0] * 15 + [1.0] * 5)
    assert d_sys(mated, others) == pytest.approx(0.375)
    assert d_sys(mated, others, prior_ratio=0.25) == 0.0


def test_a_bin_that_only_mated_scores_reach_tells_all_of_it() -> None:
    """Half of the mated scores lie where no other does (D = 1); the rest has LR = 1/2 (D = 0)."""
    mated = np.array([0.0] * 10 + [1.0] * 10)
    assert d_sys(mated, np.zeros(20)) == pytest.approx(0.5)


def test_noise_alone_is_above_zero_and_falls_with_size() -> None:
    def chance(n: int) -> float:
        random = np.random.default_rng(n)
        return float(d_sys_by_chance(random.normal(size=n), random.normal(size=n), draws=20, seed=0).mean())

    assert 0 < chance(10_000) < chance(1_000)


def test_too_few_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="10 scores"):
        d_sys(np.zeros(9), np.zeros(100))
