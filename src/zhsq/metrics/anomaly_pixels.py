"""Pixel-level anomaly metrics, in one pass over frames: memory does not grow with their number.

A map gives every pixel a score, higher is more unusual; a mask says which pixels are anomalous.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.anomaly import frame_auroc

Scores = NDArray[np.float64]
Map = NDArray[np.floating]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]

#: Share of an anomalous frame's anomalous pixels that must be detected (Mahadevan et al., CVPR 2010).
SHARE = 0.4
#: Bins are the leading bits of float32: sign, exponent, 9 of 23 bits of the fraction. So a bin is 0.1 to 0.2 % of its
#: score wide, whatever the range; scores that crowd far from 0 need their offset taken off first.
BITS = 18


@dataclass(frozen=True)
class PixelCounts:
    """Histogram of pixel scores, lowest first.

    Attributes:
        normal: (2**BITS,) pixels.
        anomalous: (2**BITS,) pixels.
        mixed: (2**BITS,) whether the bin holds unequal scores; where not, nothing is lost.
    """

    normal: Counts
    anomalous: Counts
    mixed: Mask

    @property
    def error(self) -> float:
        """The most by which AUROC may be off: pairs that share a bin with unequal scores count half, not 0 or 1."""
        pairs = float(self.normal.sum()) * float(self.anomalous.sum())
        shared = self.normal[self.mixed].astype(np.float64) @ self.anomalous[self.mixed].astype(np.float64)
        return float(shared) / 2 / pairs if pairs else math.nan


def pixel_counts(maps: Iterable[Map], masks: Iterable[Mask]) -> PixelCounts:
    """Count the pixels of all frames by score.

    Args:
        maps: for each frame (h, w), finite; float32 is enough, finer differences are lost.
        masks: for each frame (h, w).

    Raises:
        ValueError: the two differ in number or shape, or a score is not finite.
    """
    counts = np.zeros((2, 2**BITS), np.int64)
    first = np.full(2**BITS, np.nan, np.float32)
    mixed = np.zeros(2**BITS, np.bool_)
    for scores, mask in _pairs(maps, masks):
        values = scores.ravel().astype(np.float32)
        bins = _bins(values)
        for kind, inside in enumerate((~mask.ravel(), mask.ravel())):
            counts[kind] += np.bincount(bins[inside], minlength=2**BITS)
        new = np.isnan(first[bins])
        first[bins[new]] = values[new]
        mixed[bins[first[bins] != values]] = True
    return PixelCounts(counts[0], counts[1], mixed)


def pixel_auroc(maps: Iterable[Map], masks: Iterable[Mask]) -> float:
    """AUROC with every pixel of every frame a trial, from the histogram of `pixel_counts`, ties half.

    Returns:
        0..1; NaN when all pixels are of one kind.
    """
    counts = pixel_counts(maps, masks)
    return float(counts_auroc(counts.normal, counts.anomalous))


def counts_auroc(normal: NDArray[np.number], anomalous: NDArray[np.number]) -> Scores:
    """AUROC of histograms, a bin being a tie: along the last axis, lowest bin first; NaN where one kind is missing."""
    below = np.cumsum(normal, axis=-1, dtype=np.float64) - normal / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        totals = normal.sum(axis=-1, dtype=np.float64) * anomalous.sum(axis=-1, dtype=np.float64)
        return np.asarray((below * anomalous).sum(axis=-1) / totals, np.float64)


def frame_counts(
    maps: Iterable[Map], masks: Iterable[Mask], whole: PixelCounts, *, bins: int = 512
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Each frame's own histogram, coarser, for a bootstrap that draws frames.

    Args:
        maps: as for `pixel_counts`.
        masks: as for `pixel_counts`.
        whole: of the same frames. Its quantiles, both kinds weighing the same, are the bins here.
        bins: how many.

    Returns:
        (normal, anomalous) pixels, each (frames, bins), lowest bin first.
    """
    mass = sum(kind / max(1, kind.sum()) for kind in (whole.normal, whole.anomalous))
    middle = np.cumsum(mass) - mass / 2
    table = np.minimum(middle / max(np.sum(mass), 1e-12) * bins, bins - 1).astype(np.int64)
    rows = []
    for scores, mask in _pairs(maps, masks):
        coarse = table[_bins(scores.ravel().astype(np.float32))] + bins * mask.ravel()
        rows.append(np.bincount(coarse, minlength=2 * bins).astype(np.int32))
    both = np.stack(rows) if rows else np.zeros((0, 2 * bins), np.int32)
    return both[:, :bins], both[:, bins:]


def criterion_scores(maps: Iterable[Map], masks: Iterable[Mask], *, share: float = SHARE) -> tuple[Scores, Mask]:
    """The pixel-level criterion of Mahadevan et al. ("Anomaly detection in crowded scenes", CVPR 2010) as frame scores.

    An anomalous frame counts as detected at a threshold when at least `share` of its anomalous pixels score at or above
    it: its score is the ceil(share n)-th highest of them. A normal frame is a false alarm when any pixel does: its score
    is the highest. What else is marked in an anomalous frame does not count.

    Args:
        maps: for each frame (h, w), finite.
        masks: for each frame (h, w).
        share: 0..1, above 0.

    Returns:
        (scores, anomalous), each (frames,).

    Raises:
        ValueError: the two differ in number or shape, or a score is not finite.
    """
    scores, anomalous = [], []
    for values, mask in _pairs(maps, masks):
        inside = values[mask]
        if inside.size:
            # 0.4 * 5 may be a little more than 2 in floating point, and must need 2 pixels, not 3.
            rank = max(1, math.ceil(share * inside.size - 1e-9))
            scores.append(float(np.partition(inside, inside.size - rank)[inside.size - rank]))
        else:
            scores.append(float(values.max()))
        anomalous.append(bool(inside.size))
    return np.array(scores, np.float64), np.array(anomalous, np.bool_)


def criterion_auroc(maps: Iterable[Map], masks: Iterable[Mask], *, share: float = SHARE) -> float:
    """AUROC of frames by the pixel-level criterion (`criterion_scores`); NaN when all frames are of one kind."""
    return frame_auroc(*criterion_scores(maps, masks, share=share))


def stretched(cells: Map, shape: tuple[int, int]) -> Map:
    """A coarse map (a, b) at full size: pixel (y, x) of (h, w) takes cell (y a // h, x b // w), nothing is smoothed."""
    if cells.shape == shape:
        return cells
    rows, columns = (np.arange(full) * few // full for full, few in zip(shape, cells.shape, strict=True))
    return np.asarray(cells[rows[:, None], columns[None]])


def _pairs(maps: Iterable[Map], masks: Iterable[Mask]) -> Iterable[tuple[Map, Mask]]:
    for i, (scores, mask) in enumerate(zip(maps, masks, strict=True)):
        if scores.shape != mask.shape:
            raise ValueError(f"Frame {i}: the map is {scores.shape}, the mask {mask.shape}.")
        if not np.isfinite(scores).all():
            raise ValueError(f"Frame {i}: a score of the map is NaN or infinite.")
        yield scores, mask


def _bins(values: NDArray[np.float32]) -> Counts:
    """Bin of each score; a higher score never has a lower bin."""
    raw = (values + np.float32(0)).view(np.int32)  # + 0 makes one of -0.0 and 0.0
    ordered = raw ^ ((raw >> 31) & 0x7FFFFFFF)  # of negative floats, more bits are less
    return ((ordered.astype(np.int64) + 2**31) >> (32 - BITS)).astype(np.int64)
