"""1:1 comparison metrics in the terms of ISO/IEC 19795-1. A score is a similarity: at or above the threshold is a match.

All functions take `weights` per trial (for the bootstrap); None means 1 each. -inf stands for a failure to acquire:
it never matches.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


def roc(
    scores: Scores, genuine: Mask, weights: Scores | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """FMR and TAR at every distinct finite score as threshold, strictest first.

    Returns:
        (thresholds, fmr, tar), each of shape (k,), starting at threshold +inf with fmr = tar = 0. NaN rates when
        one kind of trial has no weight.
    """
    w = np.ones(len(scores)) if weights is None else weights
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    genuine_mass = np.cumsum(np.where(genuine[order], w[order], 0.0))
    impostor_mass = np.cumsum(np.where(genuine[order], 0.0, w[order]))
    last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
    last = last[np.isfinite(ordered[last])]
    total_genuine, total_impostor = genuine_mass[-1], impostor_mass[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        tar = np.concatenate([[0.0], genuine_mass[last]]) / total_genuine
        fmr = np.concatenate([[0.0], impostor_mass[last]]) / total_impostor
    return np.concatenate([[math.inf], ordered[last]]), fmr, tar


def auc(scores: Scores, genuine: Mask, weights: Scores | None = None) -> float:
    """Area under TAR over FMR, by trapezoids; ties count half (Mann-Whitney). Failures to acquire tie at the bottom."""
    _, fmr, tar = roc(scores, genuine, weights)
    return float(np.trapezoid(np.append(tar, 1.0), np.append(fmr, 1.0)))


def eer(scores: Scores, genuine: Mask, weights: Scores | None = None) -> float:
    """Equal error rate: where FMR and FNMR cross, interpolated between the two neighbouring thresholds."""
    _, fmr, tar = roc(scores, genuine, weights)
    fmr, fnmr = np.append(fmr, 1.0), np.append(1 - tar, 0.0)
    gap = fmr - fnmr
    if not np.isfinite(gap).all():
        return math.nan
    i = int(np.argmax(gap >= 0))
    if gap[i] == 0 or i == 0:
        return float(fmr[i])
    share = -gap[i - 1] / (gap[i] - gap[i - 1])
    return float(fmr[i - 1] + share * (fmr[i] - fmr[i - 1]))


def tar_at_far(scores: Scores, genuine: Mask, far: float, weights: Scores | None = None) -> tuple[float, float]:
    """TAR at the most lenient threshold whose FMR is at or below `far`.

    Returns:
        (tar, threshold). With too few impostor trials for `far` this is the TAR at no false match at all.
    """
    thresholds, fmr, tar = roc(scores, genuine, weights)
    if not np.isfinite(fmr).all():
        return math.nan, math.nan
    i = int(np.searchsorted(fmr, far, side="right")) - 1
    return float(tar[i]), float(thresholds[i])


def best_threshold(scores: Scores, genuine: Mask, weights: Scores | None = None) -> float:
    """The threshold of highest accuracy on these trials: the middle between two neighbouring scores; the lowest such."""
    w = np.ones(len(scores)) if weights is None else weights
    order = np.argsort(scores, kind="stable")
    ordered, sign = scores[order], np.where(genuine[order], w[order], -w[order])
    # Accepting from position i on: right are the genuine at or above it and the impostors below it.
    gain = np.concatenate([[0.0], np.cumsum(-sign)])
    allowed = np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])
    i = int(np.argmax(np.where(allowed, gain, -math.inf)))
    if i == len(ordered):
        return math.nextafter(float(ordered[-1]), math.inf)
    if i == 0 or not np.isfinite(ordered[i - 1]):
        return float(ordered[i])
    return float((ordered[i - 1] + ordered[i]) / 2)


def fold_accuracy(
    scores: Scores, genuine: Mask, folds: NDArray[np.int64], weights: Scores | None = None
) -> tuple[float, list[float], list[float]]:
    """Accuracy of each fold at the threshold that is best on the other folds (Huang et al., LFW, 2007, View 2).

    Returns:
        (mean over folds, accuracy per fold, threshold per fold).
    """
    w = np.ones(len(scores)) if weights is None else weights
    accuracies, thresholds = [], []
    for fold in np.unique(folds):
        inside = folds == fold
        threshold = best_threshold(scores[~inside], genuine[~inside], w[~inside])
        right = (scores[inside] >= threshold) == genuine[inside]
        mass = w[inside].sum()
        accuracies.append(float((right * w[inside]).sum() / mass) if mass else math.nan)
        thresholds.append(threshold)
    return float(np.nanmean(accuracies)), accuracies, thresholds
