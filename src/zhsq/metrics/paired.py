"""Tests and intervals for two systems on the same trials, and the correction for asking many questions at once.

Which to take where: McNemar for decisions on independent trials; DeLong for AUROC, of clusters where trials depend on each
other (frames of a block); sign flips for a mean over units that are independent while their trials are not (a person's
photos); a paired bootstrap, drawn in independent units, where a threshold is set anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.intervals import Z95


def discordant(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> tuple[int, int]:
    """How often only the second, and only the first, is true. Shape (n,) each."""
    return int((second & ~first).sum()), int((first & ~second).sum())


def mcnemar_exact(gained: int, lost: int) -> float:
    """Two-sided p of McNemar's test, exact: the discordant trials fall to either side like a coin.

    McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 12, 1947, in
    the exact (binomial) form: p = 2 P(X <= min(gained, lost)), X ~ Bin(gained + lost, 1/2), at most 1. It assumes
    independent trials.

    Args:
        gained: trials that only the second has right.
        lost: trials that only the first has right.
    """
    from scipy.stats import binomtest

    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def paired_rate_interval(gained: int, lost: int, n: int) -> tuple[float, float]:
    """95 % interval of the difference of two shares on the same n trials: (gained - lost) / n.

    Adjusted Wald of Bonett and Price, "Adjusted Wald confidence interval for a difference of binomial proportions based
    on paired data", J. Educ. Behav. Stat. 37(4), 2012: one is added to each discordant cell. Unlike a bootstrap it does
    not claim certainty where no trial, or each trial, is discordant.

    Returns:
        Ends in -1..1, widened to hold the difference itself; the whole range for n = 0.
    """
    if n == 0:
        return -1.0, 1.0
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = Z95 * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    value = (gained - lost) / n
    return max(-1.0, min(value, up - down - half)), min(1.0, max(value, up - down + half))


@dataclass(frozen=True)
class Delong:
    """Two correlated areas: `second - first`, its standard error, and the two-sided p of no difference."""

    difference: float
    error: float
    p: float


def delong(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    positive: NDArray[np.bool_],
    clusters: NDArray[Any] | None = None,
) -> Delong:
    """DeLong's test of two AUROCs on the same trials.

    DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
    characteristic curves: a nonparametric approach", Biometrics 44, 1988; placements by mid-ranks after Sun and Xu,
    "Fast implementation of DeLong's algorithm", IEEE Signal Processing Letters 21(11), 2014. Trials of one cluster may
    depend on each other: the variance is then that of the clusters' sums (Obuchowski, "Nonparametric analysis of clustered
    ROC curve data", Biometrics 53, 1997), and p is of Student's t with one degree of freedom less than the clusters of the
    rarer kind, since they may be few. -inf ties at the bottom.

    Args:
        first: scores of one system, shape (n,). second: of the other, shape (n,). positive: labels, shape (n,).
        clusters: of each trial, shape (n,); None takes trials as independent, and p from the normal distribution.

    Returns:
        p is 1 where a kind lies in fewer than two clusters: nothing can be said of its variance.

    Raises:
        ValueError: fewer than two trials of a kind.
    """
    m, n = int(positive.sum()), int((~positive).sum())
    if min(m, n) < 2:
        raise ValueError("DeLong's test needs at least two trials of each kind")
    above, below = [], []
    for scores in (first, second):
        ranks = _midranks(scores)
        # Share of the negatives below a positive (ties half), and of the positives above a negative.
        above.append((ranks[positive] - _midranks(scores[positive])) / n)
        below.append(1 - (ranks[~positive] - _midranks(scores[~positive])) / m)
    difference = float(above[1].mean() - above[0].mean())
    _, codes = np.unique(np.arange(len(positive)) if clusters is None else clusters, return_inverse=True)
    count = int(codes.max()) + 1
    up = np.bincount(codes[positive], weights=above[1] - above[0] - difference, minlength=count)
    down = np.bincount(codes[~positive], weights=below[1] - below[0] - difference, minlength=count)
    kinds = len(np.unique(codes[positive])), len(np.unique(codes[~positive]))
    if min(kinds) < 2:
        return Delong(difference, math.nan, 1.0)
    variance = (
        kinds[0] / (kinds[0] - 1) * float(up @ up) / m**2
        + kinds[1] / (kinds[1] - 1) * float(down @ down) / n**2
        + 2 * count / (count - 1) * float(up @ down) / (m * n)
    )
    error = math.sqrt(max(0.0, variance))
    if error == 0:
        return Delong(difference, 0.0, 1.0 if difference == 0 else 0.0)
    z = abs(difference) / error
    return Delong(difference, error, math.erfc(z / math.sqrt(2)) if clusters is None else _t_p(z, min(kinds) - 1))


def _t_p(t: float, degrees: int) -> float:
    from scipy.stats import t as student

    return float(2 * student.sf(t, degrees))


def _midranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    return np.asarray(rankdata(scores, method="average"), dtype=np.float64)


def bootstrap_p(resampled: NDArray[np.float64]) -> float:
    """Two-sided p of no difference, from resampled differences: twice the smaller tail beyond 0.

    The percentile interval turned round, with one resample added to each tail so that p is never 0 (Davison and
    Hinkley, "Bootstrap methods and their application", 1997, section 4.4). NaN resamples are left out.
    """
    usable = resampled[np.isfinite(resampled)]
    tail = min(int((usable <= 0).sum()), int((usable >= 0).sum()))
    return min(1.0, 2 * (tail + 1) / (len(usable) + 1))


def sign_flip_p(gaps: NDArray[np.floating] | NDArray[np.integer], *, flips: int = 9999, seed: int = 0) -> float:
    """Two-sided p of a paired randomisation test: if the two systems were alike, a unit's gap would as well be its negative.

    Fisher, "The design of experiments", 1935, chapter 3. Of few units a bootstrap of their mean claims too much: five gaps,
    all on one side, are left out of every draw with a chance of e^-5, but have p = 2 / 2^5. All sign patterns are tried
    for up to 14 gaps that are not 0, else random ones, the given one counted in so that p is never 0.

    Args:
        gaps: second - first of each independent unit (a person's trials together, a plate), shape (n,).
        flips: random patterns.
        seed: of the patterns.
    """
    moved = np.asarray(gaps, dtype=np.float64)[np.asarray(gaps) != 0]
    if not moved.size:
        return 1.0
    observed = abs(moved.sum()) - 1e-12 * np.abs(moved).sum()  # sums in another order differ in their last digits
    if len(moved) <= 14:
        signs = 1 - 2 * (np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved)) & 1)
        return float((np.abs(signs @ moved) >= observed).mean())
    random = np.random.default_rng(seed)
    found = sum(abs(random.choice((-1.0, 1.0), len(moved)) @ moved) >= observed for _ in range(flips))
    return (int(found) + 1) / (flips + 1)


def holm(values: Sequence[float] | NDArray[Any]) -> NDArray[np.float64]:
    """p-values corrected for their number: Holm, "A simple sequentially rejective multiple test procedure", 1979.

    The i-th smallest of m is multiplied by m - i + 1; no corrected value is below one of a smaller p. Rejecting those
    at or below alpha keeps the chance of any false rejection at alpha, whatever their dependence.

    Returns:
        Corrected values in the given order, shape (m,).
    """
    p = np.asarray(values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    corrected = np.empty(len(p))
    corrected[order] = stepped
    return corrected
