"""Open-set 1:N metrics in the terms of ISO/IEC 19795-1 and NIST's FRVT 1:N (IR 8271).

A mated probe is a photo of someone enrolled, a non-mated probe of someone who is not. At threshold T with only the best
candidate returned (R = 1):

    FPIR(N, T) = share of non-mated probes whose best candidate scores >= T
    FNIR(N, T) = share of mated probes whose own entry is not the best candidate, or scores < T
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Search:
    """What the probes of one gallery scored. A failure to acquire scores -inf.

    Attributes:
        gallery: people enrolled, N.
        mated: score of the own entry, shape (m,).
        first: whether the own entry was the best candidate, shape (m,).
        mated_people: who, codes, shape (m,).
        other: best candidate's score of the non-mated probes, shape (k,).
        other_people: who, codes, shape (k,).
    """

    gallery: int
    mated: Scores
    first: NDArray[np.bool_]
    mated_people: Codes
    other: Scores
    other_people: Codes

    def threshold(self, fpir: float, times: Codes | None = None) -> float:
        """The most lenient threshold whose FPIR is at most `fpir`; every person counts `times` (None: once).

        With no false positive allowed among these probes it lies just above the best of them.
        """
        order = np.argsort(-self.other, kind="stable")
        scores = self.other[order]
        weights = np.ones(len(scores)) if times is None else times[self.other_people[order]].astype(np.float64)
        total = weights.sum()
        if total == 0:
            return float("nan")
        share = np.cumsum(weights) / total
        i = int(np.searchsorted(share, fpir * (1 + 1e-12), side="right"))
        while 0 < i < len(scores) and scores[i] == scores[i - 1]:
            i -= 1
        return float(np.nextafter(scores[0], np.inf)) if i == 0 else float(scores[i - 1])

    def only(self, inside: NDArray[np.bool_]) -> Search:
        """The same search with only these non-mated probes; `inside` of shape (k,)."""
        return replace(self, other=self.other[inside], other_people=self.other_people[inside])

    def fpir(self, threshold: float) -> float:
        """False positive identification rate at a threshold."""
        return float((self.other >= threshold).mean()) if len(self.other) else float("nan")

    def fnir(self, threshold: float, times: Codes | None = None) -> float:
        """False negative identification rate at a threshold, best candidate only."""
        missed = ~(self.first & (self.mated >= threshold))
        weights = np.ones(len(missed)) if times is None else times[self.mated_people].astype(np.float64)
        return float((missed * weights).sum() / weights.sum()) if weights.sum() else float("nan")

    def rank_1(self, times: Codes | None = None) -> float:
        """Share of mated probes whose own entry is the best candidate, at no threshold (closed set)."""
        weights = np.ones(len(self.first)) if times is None else times[self.mated_people].astype(np.float64)
        return float((self.first * weights).sum() / weights.sum()) if weights.sum() else float("nan")
