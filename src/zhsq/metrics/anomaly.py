"""Frame-level anomaly metrics, and their interval."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.verification import auc, eer

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


def frame_auroc(scores: Scores, anomalous: Mask) -> float:
    """AUROC of frames, pooled: the chance that an anomalous frame scores above a normal one, ties half."""
    if anomalous.all() or not anomalous.any():
        return math.nan
    return auc(scores, anomalous)


def frame_eer(scores: Scores, anomalous: Mask) -> float:
    """Equal error rate of frames: where missed anomalies and false alarms are as frequent."""
    return math.nan if anomalous.all() or not anomalous.any() else eer(scores, anomalous)


def frame_auroc_macro(scores: Scores, anomalous: Mask, clips: NDArray[Any]) -> tuple[float, dict[str, float]]:
    """The mean of the clips' own AUROC.

    Padding rule: as in the evaluation code published with Georgescu et al. (TPAMI 2021), each clip gets one normal
    frame below and one anomalous frame above all its scores, so that a clip of one kind only has a value too. It
    lifts the figure slightly.

    Returns:
        (mean, AUROC by clip).
    """
    by_clip = {}
    for clip in dict.fromkeys(clips.tolist()):
        inside = clips == clip
        padded = np.concatenate([[-math.inf], scores[inside], [math.inf]])
        padded[0], padded[-1] = scores[inside].min() - 1, scores[inside].max() + 1
        by_clip[str(clip)] = frame_auroc(padded, np.concatenate([[False], anomalous[inside], [True]]))
    return float(np.mean(list(by_clip.values()))), by_clip


def block_draws(clips: NDArray[Any], *, block: int, resamples: int, seed: int) -> list[NDArray[np.int64]]:
    """Indices for a circular block bootstrap (Politis and Romano, 1992) within clips: neighbouring frames depend on each other.

    Each clip keeps its length; blocks of `block` frames are drawn from it with replacement, and go on from its last frame
    to its first. Blocks that stop at the ends would draw the first and last frames less often than the others, and a
    scorer that knows the past is at its worst in the first: the interval would lie above the value.
    """
    random = np.random.default_rng(seed)
    places = [np.flatnonzero(clips == clip) for clip in dict.fromkeys(clips.tolist())]
    draws = []
    for _ in range(resamples):
        parts = []
        for place in places:
            n, size = len(place), min(block, len(place))
            starts = random.integers(0, n, -(-n // size))
            parts.append(place[(starts[:, None] + np.arange(size)).ravel()[:n] % n])
        draws.append(np.concatenate(parts))
    return draws
