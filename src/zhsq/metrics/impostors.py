"""Every impostor comparison that a set of templates allows: the high tail of their scores, kept with its people.

n photos of p people give about n^2 / 2 impostor pairs, tens of millions for a set whose protocol lists 3,000. Only the
highest decide a threshold at a low false match rate, so only they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Codes = NDArray[np.int64]
#: Rows compared at once; bounds the memory at ROWS x n scores.
ROWS = 512


@dataclass(frozen=True)
class ImpostorTail:
    """The highest impostor scores of a set.

    Attributes:
        scores: shape (k,), highest first, float32.
        first: person of one side, shape (k,).
        second: person of the other side, shape (k,).
        photos: photos of every person, shape (people,).
        pairs: impostor pairs in all, of which k are kept.
    """

    scores: Vectors
    first: Codes
    second: Codes
    photos: Codes
    pairs: int

    def total(self, times: Codes | None = None) -> float:
        """Mass of all impostor pairs when every person counts `times` (None: once)."""
        mass = self.photos.astype(np.float64) * (1 if times is None else times)
        return float((mass.sum() ** 2 - (mass**2).sum()) / 2)

    def cumulated(self, times: Codes | None = None) -> NDArray[np.float64]:
        """FMR when the threshold is the i-th score; shape (k,)."""
        weights = np.ones(len(self.scores)) if times is None else times[self.first] * times[self.second]
        return np.asarray(np.cumsum(weights) / self.total(times), dtype=np.float64)

    def threshold(self, fmr: float, cumulated: NDArray[np.float64]) -> float:
        """The most lenient threshold whose FMR is at most `fmr`; just above the best impostor if none is.

        Raises:
            ValueError: the tail that was kept ends before that rate.
        """
        i = int(np.searchsorted(cumulated, fmr, side="right"))
        if i == len(self.scores) and i < self.pairs:
            raise ValueError(f"{i} of {self.pairs} impostor scores were kept: too few for an FMR of {fmr:g}")
        while 0 < i < len(self.scores) and self.scores[i] == self.scores[i - 1]:
            i -= 1  # a tie is let in as a whole or not at all
        if i == 0:
            return float(np.nextafter(self.scores[0], np.float32(np.inf), dtype=np.float32))
        return float(self.scores[i - 1])


def impostor_tail(vectors: Vectors, people: Codes, *, count: int, fmr: float, seed: int = 0) -> ImpostorTail:
    """Compare every photo with every photo of other people, and keep what a false match rate of `fmr` needs.

    Args:
        vectors: L2-normalised, shape (n, d).
        people: person of each, codes 0..count-1, shape (n,).
        count: people in the set, those without a usable photo included.
        fmr: largest rate that will be asked for; three times as many scores are kept, for resampling.
        seed: of the sample that sets the cut.

    Raises:
        ValueError: fewer than two people.
    """
    photos = np.bincount(people, minlength=count)
    pairs = int((photos.sum() ** 2 - (photos**2).sum()) // 2)
    if not pairs:
        raise ValueError("impostor pairs need at least two people")
    keep = min(pairs, max(1000, int(3 * fmr * pairs)))
    cut = _cut(vectors, people, keep / pairs, seed)
    while True:
        scores, first, second = _above(vectors, people, cut)
        if len(scores) >= keep:
            break
        cut = -np.inf if cut < -1 else cut - 0.05
    order = np.argsort(-scores, kind="stable")[:keep]
    return ImpostorTail(scores[order], people[first[order]], people[second[order]], photos, pairs)


def _cut(vectors: Vectors, people: Codes, share: float, seed: int) -> float:
    """A score that a little more than `share` of the impostor pairs reach, from a sample of rows."""
    if share >= 0.5:
        return -np.inf
    rows = np.random.default_rng(seed).permutation(len(vectors))[:ROWS]
    scores = vectors[rows] @ vectors.T
    other = people[rows][:, None] != people[None]
    return float(np.quantile(scores[other], 1 - min(1.0, 1.3 * share)))


def _above(vectors: Vectors, people: Codes, cut: float) -> tuple[Vectors, Codes, Codes]:
    found: list[tuple[Vectors, Codes, Codes]] = []
    for at in range(0, len(vectors), ROWS):
        block = vectors[at : at + ROWS] @ vectors[at:].T
        row, column = np.nonzero(block >= cut)
        upper = column > row
        row, column = row[upper], column[upper]
        kept = people[row + at] != people[column + at]
        row, column = row[kept], column[kept]
        found.append((block[row, column], row + at, column + at))
    scores, first, second = (np.concatenate(part) for part in zip(*found, strict=True))
    return scores, first, second


def fnmr(
    genuine: Vectors | NDArray[np.float64], thresholds: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """False non-match rate at each threshold: the share of genuine scores below it.

    Args:
        genuine: scores of genuine pairs, -inf for a failure to acquire, shape (n,).
        thresholds: shape (k,).
        weights: of the pairs, shape (n,); None counts each once.

    Returns:
        Rates 0..1, shape (k,); NaN if the pairs have no weight.
    """
    order = np.argsort(genuine, kind="stable")
    mass = np.concatenate([[0.0], np.cumsum(np.ones(len(genuine)) if weights is None else weights[order])])
    below = mass[np.searchsorted(genuine[order], thresholds, side="left")]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(below / mass[-1], dtype=np.float64)
