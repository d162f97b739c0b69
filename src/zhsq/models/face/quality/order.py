"""Shares, medians and quantiles of a few thousand numbers.

numpy's own look after axes, weights and nine definitions, which takes longer than the work; the values are the same.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from zhsq.models.graph import FloatArray


def share(marks: NDArray[np.bool_]) -> float:
    """Share of true ones, 0..1."""
    return float(np.count_nonzero(marks)) / marks.size


def median(values: FloatArray) -> float:
    """Of (n,), n > 0; of an even number the mean of the two in the middle."""
    return quantiles(values, 0.5)[0]


def quantiles(values: FloatArray, *shares: float) -> tuple[float, ...]:
    """Quantiles of (n,), n > 0, by linear interpolation between order statistics: numpy's default.

    Args:
        values: without NaN.
        shares: 0..1.
    """
    places = [share * (values.size - 1) for share in shares]
    below = [math.floor(place) for place in places]
    above = [math.ceil(place) for place in places]
    ordered = np.partition(values, sorted({*below, *above}))
    return tuple(
        float(ordered[low]) + (place - low) * float(ordered[high] - ordered[low])
        for place, low, high in zip(places, below, above, strict=True)
    )


def medians(values: FloatArray) -> FloatArray:
    """Of each column of (n, k), n > 0: (k,). One sort of a few hundred rows takes less than `median` of each column."""
    ordered = np.sort(values, axis=0)
    return np.asarray((ordered[(len(values) - 1) // 2] + ordered[len(values) // 2]) / 2)


def nth_largest(values: FloatArray, n: int) -> float:
    """Of (m,), 1 <= n <= m, without NaN: 1 is the largest. Of slopes few are near the largest, and only these are put in order."""
    some = values[values >= 0.4 * values.max()]
    if some.size < n:
        some = values
    return float(np.partition(some, -n)[-n])
