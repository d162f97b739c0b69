"""Has a camera's view drifted from what its model learnt? Compared by the population stability index (PSI).

SciPy is no dependency of the base install, so no Kolmogorov-Smirnov test; and its p-value would be wrong here anyway,
since neighbouring frames are not independent. The PSI's own noise is taken off, with the number of independent frames
estimated from the frames' autocorrelation; a short reference is said, and never leads to `refit`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

#: The customary levels of the PSI (Siddiqi, Credit Risk Scorecards, 2006).
WATCH, REFIT = 0.10, 0.25
#: Fewer frames than this say nothing.
LEAST = 30
#: A reference of fewer frames than this never says more than "watch": what a place is like changes more slowly than
#: that, and no statistic of the reference can show it.
SHORT = 300


class Drift(BaseModel):
    """A drift report. `verdict` is the worse of the two; `score` and `moving` are PSI less what noise explains."""

    model_config = ConfigDict(frozen=True)

    verdict: Literal["none", "watch", "refit", "unknown"]
    score: float | None = None
    moving: float | None = None
    reference: str
    frames_reference: int
    frames_now: int
    #: About how many of them are independent of each other.
    independent_reference: float = 0.0
    independent_now: float = 0.0
    note: str = ""
    method: str = "population stability index of scores and of the moving share, less its 95 % noise level"


def report(
    reference: tuple[Sequence[float], Sequence[float]], now: tuple[Sequence[float], Sequence[float]], source: str
) -> Drift:
    """Compare the last window of frames with the reference.

    Args:
        reference: (scores, moving shares) of normal frames in order.
        now: the same of the last frames watched.
        source: what the reference is, in words.
    """
    pairs = [(np.asarray(a, np.float64), np.asarray(b, np.float64)) for a, b in zip(reference, now, strict=True)]
    before, after = len(pairs[0][0]), len(pairs[0][1])
    if min(before, after) < LEAST:
        return Drift(verdict="unknown", reference=source, frames_reference=before, frames_now=after)
    score, moving = (_excess(a, b) for a, b in pairs)
    worst, short = max(score, moving), before < SHORT
    return Drift(
        verdict="refit" if worst >= REFIT and not short else "watch" if worst >= WATCH else "none",
        note=f"The reference has {before} frames; {SHORT} are needed for the verdict refit." if short else "",
        score=score,
        moving=moving,
        reference=source,
        frames_reference=before,
        frames_now=after,
        independent_reference=independent(pairs[0][0]),
        independent_now=independent(pairs[0][1]),
    )


def psi(reference: NDArray[np.float64], now: NDArray[np.float64], bins: int) -> float:
    """The population stability index over bins that hold equal shares of the reference."""
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, bins + 1)[1:-1]))
    counts = [np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1) for values in (reference, now)]
    p, q = ((c + 0.5) / (c.sum() + 0.5 * len(c)) for c in counts)  # no share of nothing: its logarithm has no end
    return float(((q - p) * np.log(q / p)).sum())


def independent(values: NDArray[np.float64]) -> float:
    """About how many of n frames are independent: n / (1 + 2 sum of the autocorrelations up to the first negative)."""
    n = len(values)
    centred = values - values.mean()
    power = float((centred**2).sum())
    if power <= 0:
        return 2.0
    total = 0.0
    for lag in range(1, n // 2):
        r = float((centred[lag:] * centred[:-lag]).sum()) / power
        if r <= 0:
            break
        total += r
    return max(2.0, n / (1 + 2 * total))


def _excess(reference: NDArray[np.float64], now: NDArray[np.float64]) -> float:
    n, m = independent(reference), independent(now)
    bins = int(min(10, max(2, min(n, m) // 5)))
    # With no drift the PSI is about (1/n + 1/m) chi-squared with bins - 1 degrees of freedom (Yurdakul, 2018).
    noise = (1 / n + 1 / m) * _chi_squared_95(bins - 1)
    return max(0.0, psi(reference, now, bins) - noise)


def _chi_squared_95(degrees: int) -> float:
    """The 95 % quantile by Wilson and Hilferty (1931); within 1 % from one degree on."""
    share = 2 / (9 * degrees)
    return float(degrees * (1 - share + 1.6449 * math.sqrt(share)) ** 3)
