"""Speeds and ratios of speeds with intervals, from seconds that were measured in turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.intervals import bootstrap
from zhsq.protocols.report import Estimate

RESAMPLES = 1000
SEED = 0
METHOD = (
    f"medians; percentile bootstrap over the turns (a turn: every reader on the same items, one after the other), "
    f"{RESAMPLES} resamples, seed {SEED}"
)


def rate_per_second(seconds: NDArray[np.float64]) -> Estimate:
    """Items per second: one over the median of seconds per item, (n,) in the order of the turns."""

    def speed(index: NDArray[np.int64]) -> float:
        return float(1 / np.median(seconds[index]))

    low, high = bootstrap(speed, len(seconds), resamples=RESAMPLES, seed=SEED)
    return Estimate(value=float(1 / np.median(seconds)), low=low, high=high)


def times_as_fast(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Estimate:
    """Median of theirs by median of ours, both (n,) seconds per item of the same turns: above 1, we are faster.

    Turns are drawn in pairs, so that what slowed the machine for a while slows both.

    Raises:
        ValueError: other numbers of turns.
    """
    if ours.shape != theirs.shape:
        raise ValueError(f"{ours.shape} and {theirs.shape} seconds are not of the same turns")

    def ratio(index: NDArray[np.int64]) -> float:
        return float(np.median(theirs[index]) / np.median(ours[index]))

    low, high = bootstrap(ratio, len(ours), resamples=RESAMPLES, seed=SEED)
    return Estimate(value=float(np.median(theirs) / np.median(ours)), low=low, high=high)
