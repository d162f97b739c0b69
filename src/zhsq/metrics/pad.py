"""Presentation-attack detection metrics in the terms of ISO/IEC 30107-3. A score is a live probability: at or above the
threshold the presentation is taken for bona fide (a live face), below it for an attack.

    APCER of a kind = share of this kind's attacks that are taken for bona fide
    BPCER           = share of bona fide presentations that are taken for attacks

The standard reports APCER for each kind of attack instrument (PAI species) and the *largest* of them, never a mean over
kinds: an attacker takes the kind that works. Presentations without a response (no face found) have no score and are
counted apart (APNRR, BPNRR); none is in these functions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


def apcer(scores: Scores, threshold: float, weights: Scores | None = None) -> float:
    """Share of one kind's attacks at or above the threshold; NaN where there is none.

    Args:
        scores: of attacks of one kind, shape (n,).
        threshold: of the decision.
        weights: of the attacks, shape (n,); None: 1 each.
    """
    return _share(scores >= threshold, weights)


def bpcer(scores: Scores, threshold: float, weights: Scores | None = None) -> float:
    """Share of bona fide presentations below the threshold; NaN where there is none. Arguments as in `apcer`."""
    return _share(scores < threshold, weights)


def threshold_at_apcer(kinds: Sequence[Scores], most: float, weights: Sequence[Scores] | None = None) -> float:
    """The most lenient threshold at which no kind's APCER is above `most`; -inf if every threshold does.

    It lies just above a score: one that must still be refused.

    Args:
        kinds: scores of each kind's attacks.
        most: 0..1.
        weights: of each kind's attacks; None: 1 each.
    """
    threshold = -math.inf
    for i, scores in enumerate(kinds):
        order = np.argsort(-scores, kind="stable")
        mass = np.cumsum(np.ones(len(scores)) if weights is None else weights[i][order])
        if not len(mass) or mass[-1] == 0:
            continue
        beyond = np.flatnonzero(mass / mass[-1] > most + 1e-12)
        if beyond.size:
            threshold = max(threshold, float(np.nextafter(scores[order[beyond[0]]], math.inf)))
    return threshold


def bpcer_at_apcer(
    bona_fide: Scores,
    kinds: Sequence[Scores],
    most: float,
    weights: tuple[Scores, Sequence[Scores]] | None = None,
) -> tuple[float, float]:
    """BPCER where the worst kind's APCER is at most `most`: 0.10 gives BPCER10, 0.05 BPCER20.

    Args:
        bona_fide: scores of bona fide presentations.
        kinds: scores of each kind's attacks.
        most: 0..1.
        weights: of the bona fide presentations, and of each kind's attacks; None: 1 each.

    Returns:
        (BPCER, threshold). The threshold is set on these very scores, so it is no threshold to deploy.
    """
    bona_fide_weights, kind_weights = weights or (None, None)
    threshold = threshold_at_apcer(kinds, most, kind_weights)
    return bpcer(bona_fide, threshold, bona_fide_weights), threshold


def _share(chosen: NDArray[np.bool_], weights: Scores | None) -> float:
    w = np.ones(len(chosen)) if weights is None else weights
    total = float(w.sum())
    return float(w[chosen].sum()) / total if total > 0 else math.nan
