"""Face 1:1 by LFW's own ten folds, with failures to acquire counted and intervals clustered on identity."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics import verification as v
from zhsq.metrics.intervals import identity_weights, percentile_interval, wilson
from zhsq.protocols.report import Estimate, ThresholdRef

INTERVALS = "percentile bootstrap clustered on identity"


class FaceVerification(BaseModel):
    """The protocol's settings; changing one changes the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = "lfw-view2-10fold"
    #: False accept rates at which TAR is given.
    fars: tuple[float, ...] = (1e-2, 1e-3, 1e-4)
    resamples: int = 1000
    seed: int = 0


class FaceFigures(BaseModel):
    """What the protocol gives."""

    model_config = ConfigDict(frozen=True)

    metrics: dict[str, Estimate]
    thresholds: dict[str, ThresholdRef]
    notes: tuple[str, ...]
    details: dict[str, Any]


def evaluate(
    config: FaceVerification,
    *,
    scores: NDArray[np.float64],
    genuine: NDArray[np.bool_],
    folds: NDArray[np.int64],
    left: NDArray[Any],
    right: NDArray[Any],
    images: int,
    failures: int,
) -> FaceFigures:
    """Evaluate one similarity a pair.

    A pair with a photo that could not be acquired has the score -inf: it never matches, so it counts as an error
    when genuine (ISO/IEC 19795-1: a failure to acquire is a false non-match) and as a right rejection otherwise.

    Args:
        scores: similarities, shape (n,).
        genuine: whether a pair shows one person, shape (n,).
        folds: fold of each pair, shape (n,); at least two.
        left: identity of the first photo, shape (n,).
        right: identity of the second photo, shape (n,).
        images: distinct photos tried.
        failures: photos of these in which no face could be acquired.

    Raises:
        ValueError: a score is NaN, or one kind of pair is missing.
    """
    if np.isnan(scores).any():
        raise ValueError(f"{int(np.isnan(scores).sum())} scores are NaN: the embedder failed on those photos.")
    if genuine.all() or not genuine.any() or len(np.unique(folds)) < 2:
        raise ValueError("The protocol needs genuine and impostor pairs, and at least two folds.")
    weights = identity_weights(left, right, resamples=config.resamples, seed=config.seed)
    _, per_fold, fold_thresholds = v.fold_accuracy(scores, genuine, folds)

    def estimate(statistic: Any) -> Estimate:
        low, high = percentile_interval(np.array([statistic(row) for row in weights]))
        return Estimate(value=statistic(None), low=low, high=high)

    metrics = {"accuracy": estimate(lambda w: v.fold_accuracy(scores, genuine, folds, w)[0])}
    thresholds = {
        "accuracy": ThresholdRef(
            value=float(np.mean(fold_thresholds)), source="mean over folds, each chosen on the other folds"
        )
    }
    impostors = int((~genuine).sum())
    notes = []
    for far in config.fars:
        name = f"tar_at_far_{far:.0e}".replace("e-0", "e-")
        metrics[name] = estimate(lambda w, far=far: v.tar_at_far(scores, genuine, far, w)[0])
        thresholds[name] = ThresholdRef(
            value=v.tar_at_far(scores, genuine, far)[1], source="set on these trials by definition; not for deployment"
        )
        if impostors * far < 30:
            notes.append(
                f"{name}: {impostors} impostor trials give {impostors * far:g} expected false matches; the rule of 30 "
                "(ISO/IEC 19795-1) asks for 30, so this figure is weak."
            )
    metrics["eer"] = estimate(lambda w: v.eer(scores, genuine, w))
    metrics["auc"] = estimate(lambda w: v.auc(scores, genuine, w))
    low, high = wilson(failures, images)
    metrics["fta"] = Estimate(value=failures / images if images else 0.0, low=low, high=high)
    details = {
        "genuine_pairs": int(genuine.sum()),
        "impostor_pairs": impostors,
        "images": images,
        "failures_to_acquire": failures,
        "pairs_with_failure": int(np.isneginf(scores).sum()),
        "fold_accuracy": [round(value, 6) for value in per_fold],
        "fold_threshold": [round(value, 6) for value in fold_thresholds],
    }
    return FaceFigures(metrics=metrics, thresholds=thresholds, notes=tuple(notes), details=details)
