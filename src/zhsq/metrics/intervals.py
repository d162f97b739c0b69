"""95 % intervals: Wilson for a proportion, percentile bootstrap, bootstrap clustered on identity."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Two-sided 95 % quantile of the normal distribution.
Z95 = 1.959963984540054


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a proportion at 95 % (Wilson, JASA 22, 1927).

    Args:
        successes: 0..n.
        n: trials; 0 gives the whole range (0, 1).
    """
    if n == 0:
        return 0.0, 1.0
    p = successes / n
    centre = p + Z95**2 / (2 * n)
    half = Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    scale = 1 + Z95**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def percentile_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The central 95 % of resampled values; NaN (a resample with no trial of one kind) is left out."""
    usable = values[np.isfinite(values)]
    if usable.size == 0:
        return math.nan, math.nan
    low, high = np.percentile(usable, (2.5, 97.5))
    return float(low), float(high)


def item_draws(n: int, *, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Indices of n items drawn with replacement, once a resample; shape (n,) each."""
    random = np.random.default_rng(seed)
    return (random.integers(0, n, n) for _ in range(resamples))


def bootstrap(
    statistic: Callable[[NDArray[np.int64]], float], n: int, *, resamples: int, seed: int
) -> tuple[float, float]:
    """Percentile bootstrap over n independent items (Efron 1979).

    Args:
        statistic: called with n indices, drawn with replacement.
        n: items.
        resamples: how many times.
        seed: of the draws.
    """
    return percentile_interval(np.array([statistic(draw) for draw in item_draws(n, resamples=resamples, seed=seed)]))


def people_draws(people: int, *, resamples: int, seed: int) -> NDArray[np.int64]:
    """How often each person is drawn, in a bootstrap that draws people with replacement; shape (resamples, people)."""
    random = np.random.default_rng(seed)
    return np.stack([np.bincount(random.integers(0, people, people), minlength=people) for _ in range(resamples)])


def pair_weights(times: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights of pairs when people are drawn `times` each.

    People, not pairs, are drawn: pairs that share a person are not independent. A pair weighs the product of its two
    people's multiplicities; a pair of one person weighs that person's multiplicity (the subsets bootstrap of Bolle,
    Ratha and Pankanti, "Error analysis of pattern recognition systems: the subsets bootstrap", CVIU 93, 2004, carried
    over to people).

    Args:
        times: shape (people,).
        a: code of each pair's first person, shape (n,).
        b: code of each pair's second person, shape (n,).

    Returns:
        Non-negative weights, shape (n,).
    """
    return np.where(a == b, times[a], times[a] * times[b]).astype(np.float64)


def identity_weights(left: NDArray[Any], right: NDArray[Any], *, resamples: int, seed: int) -> NDArray[np.float64]:
    """`pair_weights` of every resample, for pairs given by names.

    Args:
        left: identity of each pair's first image, shape (n,).
        right: identity of each pair's second image, shape (n,).

    Returns:
        Non-negative weights of shape (resamples, n).
    """
    names, codes = np.unique(np.concatenate([left, right]), return_inverse=True)
    a, b = codes[: len(left)], codes[len(left) :]
    draws = people_draws(len(names), resamples=resamples, seed=seed)
    return np.stack([pair_weights(times, a, b) for times in draws])


def quantile_interval(values: NDArray[np.float64], q: float) -> tuple[float, float]:
    """A 95 % interval of a quantile by order statistics, free of any distribution (David and Nagaraja, Order
    Statistics, 3rd ed., 2003, 7.1).

    Args:
        values: an independent sample, shape (n,).
        q: 0..1, e.g. 0.5 for the median.

    Returns:
        The two ends; NaN where n is too small for such an end (the median needs 6 values, a 0.9 quantile 36).
    """
    ordered = np.sort(values)
    n = ordered.size
    if n == 0:
        return math.nan, math.nan
    k = np.arange(1, n + 1)
    choose = np.concatenate([[0.0], np.cumsum(np.log(n - k + 1) - np.log(k))])
    counts = np.arange(n + 1)
    cdf = np.cumsum(np.exp(choose + counts * math.log(q) + (n - counts) * math.log1p(-q)))
    below = int(np.searchsorted(cdf, 0.025, side="right"))  # as many as have P(fewer below the quantile) <= 2.5 %
    above = int(np.searchsorted(cdf, 0.975, side="left")) + 1  # the least with P(as many or more) <= 2.5 %
    low = float(ordered[below - 1]) if below >= 1 else math.nan
    high = float(ordered[above - 1]) if above <= n else math.nan
    return low, high
