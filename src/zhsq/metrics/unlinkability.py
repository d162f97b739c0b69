"""Unlinkability of protected templates (ISO/IEC 30136), by the measure of Gomez-Barrero, Galbally, Rathgeb and Busch, "General
framework to evaluate unlinkability in biometric template protection systems", IEEE TIFS 13(6), 2018."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


def d_sys(mated: Scores, non_mated: Scores, *, prior_ratio: float = 1.0) -> float:
    """D_sys: 0 where scores of two estates tell nothing of who is who, 1 where they tell everything.

    For a score s with likelihood ratio LR = p(s | mated) / p(s | non-mated) and w = P(mated) / P(non-mated):
    D(s) = 2 w LR / (1 + w LR) - 1 where w LR > 1, else 0 (their equation 10); D_sys is its mean over mated scores
    (equation 11). Densities are histograms over the common range, with min(mated / 10, 100) bins as in the authors' own
    program. Their noise makes it larger than 0 even where both kinds are drawn alike: compare with `d_sys_by_chance`.

    Args:
        mated: scores of one person's templates in two estates, shape (n,), finite.
        non_mated: scores of two people's, shape (m,), finite.
        prior_ratio: w; 1 is their choice.

    Raises:
        ValueError: fewer than 10 scores of a kind.
    """
    if min(len(mated), len(non_mated)) < 10:
        raise ValueError("10 scores of each kind are needed at least")
    bins = max(1, min(len(mated) // 10, 100))
    low, high = min(mated.min(), non_mated.min()), max(mated.max(), non_mated.max())
    edges = np.linspace(low, high if high > low else low + 1.0, bins + 1)
    of_mated = np.histogram(mated, edges)[0] / len(mated)
    of_others = np.histogram(non_mated, edges)[0] / len(non_mated)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = prior_ratio * of_mated / of_others
        local = np.where(np.isinf(ratio), 1.0, np.where(ratio > 1, 2 * ratio / (1 + ratio) - 1, 0.0))
    return float((of_mated * local)[of_mated > 0].sum())


def d_sys_by_chance(mated: Scores, non_mated: Scores, *, draws: int, seed: int) -> Scores:
    """D_sys of the same scores with their kinds dealt anew at random, shape (draws,): what noise alone gives at this size.

    Args:
        mated: see `d_sys`.
        non_mated: see `d_sys`.
        draws: how many.
        seed: of the draws.
    """
    random = np.random.default_rng(seed)
    both = np.concatenate([mated, non_mated])
    dealt = (random.permutation(both) for _ in range(draws))
    return np.array([d_sys(scores[: len(mated)], scores[len(mated) :]) for scores in dealt])
