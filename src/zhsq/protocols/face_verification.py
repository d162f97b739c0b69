"""Face 1:1: LFW's own ten folds, and every impostor comparison that its photos allow.

Accuracy, EER and AUC are of the listed pairs, as papers give them. TAR at FAR and the DET curve take their thresholds
from *all* impostor pairs of the photos (tens of millions instead of 3,000); failures to acquire count as non-matches, and
intervals are clustered on identity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics import verification as v
from zhsq.metrics.impostors import ImpostorTail, fnmr
from zhsq.metrics.intervals import pair_weights, people_draws, percentile_interval, wilson
from zhsq.protocols.report import Estimate, Figures, ThresholdRef

INTERVALS = "percentile bootstrap clustered on identity"


class FaceVerification(BaseModel):
    """The protocol's settings; changing one changes the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = "lfw-view2-10fold"
    #: False accept rates at which TAR is given.
    fars: tuple[float, ...] = (1e-2, 1e-3, 1e-4)
    #: False match rates of the DET curve, those below one in all impostor pairs left out.
    det_fmrs: tuple[float, ...] = tuple(float(f"{rate:.3g}") for rate in np.logspace(-7, -2, 21))
    resamples: int = 1000
    seed: int = 0

    @property
    def largest_far(self) -> float:
        return max(*self.fars, *self.det_fmrs)


def evaluate(
    config: FaceVerification,
    *,
    scores: NDArray[np.float64],
    genuine: NDArray[np.bool_],
    folds: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    tail: ImpostorTail,
    images: int,
    failures: int,
) -> Figures:
    """Evaluate one similarity a pair.

    A pair with a photo that could not be acquired has the score -inf: it never matches, so it counts as an error
    when genuine (ISO/IEC 19795-1: a failure to acquire is a false non-match) and as a right rejection otherwise.

    Args:
        config: settings.
        scores: similarities of the listed pairs, shape (n,).
        genuine: whether a pair shows one person, shape (n,).
        folds: fold of each pair, shape (n,); at least two.
        left: person of the first photo, a code as in `tail`, shape (n,).
        right: person of the second photo, shape (n,).
        tail: the highest of all impostor scores, kept for an FMR of `config.largest_far`.
        images: distinct photos tried.
        failures: photos of these in which no face could be acquired.

    Raises:
        ValueError: a score is NaN, or one kind of pair is missing.
    """
    if np.isnan(scores).any():
        raise ValueError(f"{int(np.isnan(scores).sum())} scores are NaN: the embedder failed on those photos.")
    if genuine.all() or not genuine.any() or len(np.unique(folds)) < 2:
        raise ValueError("The protocol needs genuine and impostor pairs, and at least two folds.")
    draws = people_draws(len(tail.photos), resamples=config.resamples, seed=config.seed)
    weights = np.stack([pair_weights(times, left, right) for times in draws])

    def estimate(statistic: Callable[[NDArray[np.float64] | None], float]) -> Estimate:
        low, high = percentile_interval(np.array([statistic(row) for row in weights]))
        return Estimate(value=statistic(None), low=low, high=high)

    metrics = {"accuracy": estimate(lambda w: v.fold_accuracy(scores, genuine, folds, w)[0])}
    thresholds = {
        "accuracy": ThresholdRef(
            value=float(np.mean(v.fold_accuracy(scores, genuine, folds)[2])),
            source="mean over folds, each chosen on the other folds",
        )
    }
    curve = _curve(config, tail, scores[genuine], draws, weights[:, genuine])
    notes = []
    for far in config.fars:
        name = f"tar_at_far_{far:.0e}".replace("e-0", "e-")
        row = curve[far]
        metrics[name] = Estimate(value=1 - row["fnmr"], low=1 - row["high"], high=1 - row["low"])
        thresholds[name] = ThresholdRef(
            value=row["threshold"],
            source=f"set on all {tail.pairs} impostor pairs of these photos by definition; not for deployment",
        )
        notes += _weak(name, tail.pairs * far, row["fnmr"] * int(genuine.sum()))
    metrics["eer"] = estimate(lambda w: v.eer(scores, genuine, w))
    metrics["auc"] = estimate(lambda w: v.auc(scores, genuine, w))
    # As papers give it: from the listed impostors alone, too few for anything below.
    metrics["tar_at_far_1e-3_listed"] = estimate(lambda w: v.tar_at_far(scores, genuine, 1e-3, w)[0])
    low, high = wilson(failures, images)
    metrics["fta"] = Estimate(value=failures / images if images else 0.0, low=low, high=high)
    details = {
        "genuine_pairs": int(genuine.sum()),
        "impostor_pairs": tail.pairs,
        "impostor_pairs_listed": int((~genuine).sum()),
        "people": len(tail.photos),
        "images": images,
        "failures_to_acquire": failures,
        "pairs_with_failure": int(np.isneginf(scores).sum()),
        "det": [curve[rate] for rate in sorted(curve)],
    }
    return Figures(metrics=metrics, thresholds=thresholds, notes=tuple(notes), details=details)


def _curve(
    config: FaceVerification,
    tail: ImpostorTail,
    genuine: NDArray[np.float64],
    draws: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> dict[float, dict[str, float]]:
    """FNMR with its interval, and the threshold, at every FMR of the DET curve and of `fars`."""
    rates = sorted({*config.fars, *(rate for rate in config.det_fmrs if rate * tail.pairs >= 1)})

    def at(times: NDArray[np.int64] | None, w: NDArray[np.float64] | None) -> tuple[Any, Any]:
        cumulated = tail.cumulated(times)
        found = np.array([tail.threshold(rate, cumulated) for rate in rates])
        return found, fnmr(genuine, found, w)

    chosen, values = at(None, None)
    resampled = np.stack([at(times, w)[1] for times, w in zip(draws, weights, strict=True)])
    rows = {}
    for i, rate in enumerate(rates):
        low, high = percentile_interval(resampled[:, i])
        rows[rate] = {"fmr": rate, "fnmr": float(values[i]), "low": low, "high": high, "threshold": float(chosen[i])}
    return rows


def _weak(name: str, false_matches: float, false_non_matches: float) -> list[str]:
    """ISO/IEC 19795-1's rule of 30: fewer errors than that on either side, and a rate is not known within 30 %."""
    found = []
    for what, count in (("false matches", false_matches), ("false non-matches", false_non_matches)):
        if count < 30:
            found.append(f"{name}: {count:.3g} {what} are fewer than the rule of 30 (ISO/IEC 19795-1) asks for: weak.")
    return found
