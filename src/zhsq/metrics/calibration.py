"""Whether probabilities mean what they say: reliability by bins, and the expected calibration error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.intervals import wilson


@dataclass(frozen=True)
class Reliability:
    """Predictions sorted by confidence into bins of equal width; all (bins,).

    Attributes:
        low, high: ends of each bin, low < confidence <= high; the first takes 0 in.
        n: predictions in it. right: how many of them are right.
        confidence: their mean confidence, 0..1; NaN in an empty bin.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n: NDArray[np.int64]
    right: NDArray[np.int64]
    confidence: NDArray[np.float64]

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Share of right predictions in each bin; NaN in an empty one."""
        return np.asarray(np.divide(self.right, self.n, out=np.full(len(self.n), np.nan), where=self.n > 0), np.float64)

    def rows(self) -> list[dict[str, Any]]:
        """The bins that hold something: `from`, `to`, `n`, `right`, `confidence` and `value`, the share right, with the
        `low` and `high` ends of Wilson's 95 % interval."""
        rows = []
        for i in np.flatnonzero(self.n).tolist():
            n, right = int(self.n[i]), int(self.right[i])
            low, high = wilson(right, n)
            rows.append(
                {
                    "from": float(self.low[i]),
                    "to": float(self.high[i]),
                    "n": n,
                    "right": right,
                    "confidence": float(self.confidence[i]),
                    "value": right / n,
                    "low": low,
                    "high": high,
                }
            )
        return rows


def reliability(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = 15) -> Reliability:
    """Confidence against accuracy, by bins of equal width (Guo, Pleiss, Sun and Weinberger, "On calibration of modern
    neural networks", ICML 2017, section 2; 15 bins as there).

    Args:
        confidence: (n,) probability given to each prediction, 0..1.
        right: (n,) whether it was right.
        bins: how many.

    Raises:
        ValueError: shapes differ, or a confidence is outside 0..1.
    """
    if confidence.shape != right.shape or confidence.ndim != 1:
        raise ValueError(f"confidence {confidence.shape} and right {right.shape} are not two vectors of one length")
    sure = confidence.astype(np.float64)
    if not ((sure >= 0) & (sure <= 1)).all():
        raise ValueError("a confidence is outside 0..1")
    place = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    n, hits = (np.bincount(place, weights=w, minlength=bins).astype(np.int64) for w in (None, right))
    total = np.bincount(place, weights=sure, minlength=bins)
    mean = np.divide(total, n, out=np.full(bins, np.nan), where=n > 0)
    edges = np.linspace(0, 1, bins + 1)
    return Reliability(edges[:-1], edges[1:], n, hits, mean)


def expected_calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = 15) -> float:
    """The gap between accuracy and mean confidence, averaged over the bins of `reliability` by their share of the
    predictions (ECE, Guo et al., ICML 2017, equation 3). 0..1; NaN without a prediction.

    Raises:
        ValueError: shapes differ, or a confidence is outside 0..1.
    """
    found = reliability(confidence, right, bins)
    if not len(confidence):
        return float("nan")
    gap = np.abs(found.accuracy - found.confidence)
    return float(np.nansum(gap * found.n) / len(confidence))
