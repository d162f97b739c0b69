"""Tests for distribution-free intervals of quantiles, against tables and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics.intervals import quantile_interval


def test_six_values_are_the_fewest_that_bound_a_median() -> None:
    """P(all of 6 on one side) = 2 / 64 = 3.1 %, of 5: 6.3 %."""
    assert quantile_interval(np.arange(6.0), 0.5) == (0.0, 5.0)
    assert all(map(math.isnan, quantile_interval(np.arange(5.0), 0.5)))
    assert all(map(math.isnan, quantile_interval(np.array([]), 0.5)))


def test_the_median_of_ten_lies_between_the_second_and_the_ninth() -> None:
    """The usual table of order statistics: 97.9 % for ranks 2 and 9 of 10."""
    assert quantile_interval(np.arange(1.0, 11.0)[::-1], 0.5) == (2.0, 9.0)


def test_a_high_quantile_of_few_values_has_no_upper_end() -> None:
    low, high = quantile_interval(np.arange(20.0), 0.9)
    assert low > 10 and math.isnan(high)


@pytest.mark.parametrize(("q", "n"), [(0.5, 25), (0.9, 80)])
def test_it_covers_the_true_quantile_about_as_often_as_it_says(q: float, n: int) -> None:
    random = np.random.default_rng(0)
    truth = -math.log1p(-q)
    ends = [quantile_interval(random.exponential(size=n), q) for _ in range(2000)]
    assert 0.94 < np.mean([low <= truth <= high for low, high in ends]) < 0.99
