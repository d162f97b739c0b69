"""Protocol `exact-match-v1`: how well plate crops are read, and how well a reader knows when it is wrong.

Every crop counts; one that can't be decoded or gives no text is an error. `exact_match`, `cer` and `ece` use no
threshold and are taken over all crops. What the threshold 'accept' does (`error_among_accepted`, `review_share`) and
the reject curve are of the crops that it did not come from: `plate_accept.Accept` says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics.calibration import expected_calibration_error, reliability
from zhsq.metrics.intervals import bootstrap, wilson
from zhsq.metrics.text import aurc, by_position, confusions, edits, exact, reject_curve
from zhsq.models.plate.grammar import PLACES, PROVINCES
from zhsq.protocols.plate_accept import Accept
from zhsq.protocols.report import Estimate


class PlateReadingConfig(BaseModel):
    """Settings of the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Literal["exact-match-v1"] = "exact-match-v1"
    #: Bins of the reliability table.
    bins: int = 15
    #: Bootstrap resamples for the intervals of `cer`, `aurc` and `ece`.
    resamples: int = 1000
    #: Seed of the bootstrap.
    seed: int = 0


@dataclass(frozen=True)
class Readings:
    """What was read, one entry per crop; all of one length.

    Attributes:
        files: as named in the labels.
        truths: plates of the labels. reads: texts read, '' for none.
        characters: confidence, 0..1, of each character of each read.
        classes: plate class of each truth, by the labels where they name one, else by the text.
        read_classes: plate class of each read, by text and ground, 'unknown' for none.
        confidences: (n,) weakest character, 0..1; 0 for a read that is never accepted (none, or not a plate).
        unreadable: (n,) the image could not be decoded.
        classes_labelled: whether the labels name classes; only then is there a truth that parts blue from yellow.
    """

    files: Sequence[str]
    truths: Sequence[str]
    reads: Sequence[str]
    characters: Sequence[Sequence[float]]
    classes: Sequence[str]
    read_classes: Sequence[str]
    confidences: NDArray[np.float64]
    unreadable: NDArray[np.bool_]
    classes_labelled: bool = False


@dataclass(frozen=True)
class Figures:
    """Metrics by name, and the tables that belong to them."""

    metrics: dict[str, Estimate]
    details: dict[str, Any]


def rate(hits: NDArray[np.bool_]) -> Estimate:
    """A share of trials with Wilson's interval; NaN without a trial."""
    total, n = int(hits.sum()), len(hits)
    low, high = wilson(total, n)
    return Estimate(value=total / n if n else float("nan"), low=low, high=high)


def character_error_rate(truths: Sequence[str], reads: Sequence[str], *, resamples: int, seed: int) -> Estimate:
    """CER with a bootstrap over plates: characters of one plate fail together.

    Without an edit a bootstrap knows no other outcome. The upper end is then Wilson's for the share of plates with
    an error, at one wrong character each.
    """
    errors = edits(truths, reads)
    lengths = np.array([len(truth) for truth in truths])
    value = float(errors.sum() / lengths.sum())
    if not errors.any():
        return Estimate(value=0.0, low=0.0, high=wilson(0, len(truths))[1] / float(lengths.mean()))
    low, high = bootstrap(
        lambda index: float(errors[index].sum() / lengths[index].sum()), len(truths), resamples=resamples, seed=seed
    )
    return Estimate(value=value, low=low, high=high)


def by_character(readings: Readings) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Confidence and rightness of the characters of each read, by position.

    Returns:
        Both (n, places), places at least 8: the confidence, NaN beyond the read; 1 for a right character, 0 for a wrong
        one, -1 where there is none to judge: beyond the read, and in a read whose length is not the truth's, because
        there a character's partner is a guess.
    """
    places = max(PLACES, max(map(len, readings.reads), default=0))
    confidence = np.full((len(readings.reads), places), np.nan)
    right = np.full((len(readings.reads), places), -1, np.int8)
    for i, (truth, read, sure) in enumerate(zip(readings.truths, readings.reads, readings.characters, strict=True)):
        # A network's softmax may add up to a little more than one in float32.
        confidence[i, : len(read)] = np.clip(sure, 0, 1)
        if len(truth) == len(read):
            right[i, : len(read)] = [a == b for a, b in zip(truth, read, strict=True)]
    return confidence, right


def evaluate(readings: Readings, accept: Accept, config: PlateReadingConfig) -> Figures:
    """Figures of the protocol, over one or more crops.

    Returns:
        Metrics `exact_match`, `cer`; `exact_match_<class>` where there are several; `class_match` where classes are
        labelled; `error_among_accepted`, `review_share`, `aurc` where crops are left to judge the threshold on; `ece`
        where a read has its truth's length. Details by position, province and class, what is taken for what,
        reliability, the reject curve, the failures.
    """
    correct = exact(readings.truths, readings.reads)
    by_class = grouped(readings.classes, correct)
    metrics = {
        "exact_match": rate(correct),
        "cer": character_error_rate(readings.truths, readings.reads, resamples=config.resamples, seed=config.seed),
        **per_group(by_class),
    }
    if readings.classes_labelled:
        metrics["class_match"] = rate(np.asarray(readings.classes) == np.asarray(readings.read_classes))
    judged = accept.judged(readings.files)
    threshold_metrics, at_threshold = _at_threshold(readings.confidences[judged], correct[judged], accept, config)
    ece, calibration = _calibration(readings, config)
    # Where nothing was read, nothing was taken for anything.
    read = [(truth, text) for truth, text in zip(readings.truths, readings.reads, strict=True) if text]
    details: dict[str, Any] = {
        "unreadable_images": int(readings.unreadable.sum()),
        "nothing_read": len(readings.reads) - len(read),
        "by_position": [
            {"position": i, "right": right, "n": n, **_share(right, n)}
            for i, (right, n) in enumerate(by_position(readings.truths, readings.reads), 1)
        ],
        "by_province": grouped([province_of(truth) for truth in readings.truths], correct),
        "by_class": by_class,
        "confusions": [
            {"truth": t, "read": r, "n": n} for t, r, n in confusions([t for t, _ in read], [r for _, r in read])
        ],
        "accept": at_threshold,
        "calibration": calibration,
        "failures": failures(readings, correct),
    }
    return Figures({**metrics, **threshold_metrics, **ece}, details)


def grouped(keys: Sequence[str], correct: NDArray[np.bool_]) -> dict[str, Any]:
    """n, right, and the share right with its interval, for each key, the most frequent first."""
    names = np.asarray(keys)
    groups = {str(key): correct[names == key] for key in np.unique(names)}
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))
    return {key: {"n": len(hits), "right": int(hits.sum()), **rate(hits).model_dump()} for key, hits in ranked}


def per_group(groups: dict[str, Any]) -> dict[str, Estimate]:
    """`exact_match_<group>` for each of several groups; nothing for one alone, which is `exact_match` itself."""
    if len(groups) < 2:
        return {}
    return {
        f"exact_match_{name}": Estimate(value=row["value"], low=row["low"], high=row["high"])
        for name, row in groups.items()
    }


def decided(taken: NDArray[np.bool_], correct: NDArray[np.bool_]) -> dict[str, Estimate]:
    """`error_among_accepted` where any read is `taken`, `review_share` where there is any at all; both (n,)."""
    metrics = {}
    if taken.any():
        metrics["error_among_accepted"] = rate(~correct[taken])
    if len(taken):
        metrics["review_share"] = rate(~taken)
    return metrics


def _at_threshold(
    confidences: NDArray[np.float64], correct: NDArray[np.bool_], accept: Accept, config: PlateReadingConfig
) -> tuple[dict[str, Estimate], dict[str, Any]]:
    """What the threshold does on crops that it did not come from, and the curve on which it lies."""
    taken = confidences >= accept.value
    metrics = decided(taken, correct)
    if len(taken):
        metrics["aurc"] = _area(confidences, correct, config)
    curve = reject_curve(confidences, correct)
    return metrics, {
        "split": accept.split,
        "n": len(correct),
        "threshold": accept.value,
        "accepted": int(taken.sum()),
        "wrong_among_accepted": int((~correct[taken]).sum()),
        "reject_curve": {
            "threshold": curve.threshold.tolist(),
            "review": curve.review.tolist(),
            "error": curve.error.tolist(),
        },
    }


def _area(confidences: NDArray[np.float64], correct: NDArray[np.bool_], config: PlateReadingConfig) -> Estimate:
    """The curve's area, bootstrapped over plates; without an error, up to the share that may yet be wrong (Wilson)."""
    if correct.all():
        return Estimate(value=0.0, low=0.0, high=wilson(0, len(correct))[1])
    low, high = bootstrap(
        lambda index: aurc(confidences[index], correct[index]),
        len(correct),
        resamples=config.resamples,
        seed=config.seed,
    )
    return Estimate(value=aurc(confidences, correct), low=low, high=high)


def _calibration(readings: Readings, config: PlateReadingConfig) -> tuple[dict[str, Estimate], dict[str, Any]]:
    """Whether a character's confidence is how often it is right.

    The interval draws plates. A resample's bins scatter about their means, which makes gaps larger, not smaller: the
    interval is widened to hold the value where it would not.
    """
    confidence, right = by_character(readings)
    judged = right >= 0
    table = reliability(confidence[judged], right[judged] == 1, config.bins)
    details = {
        "characters": int(judged.sum()),
        "reads_of_another_length": int(
            sum(len(t) != len(r) for t, r in zip(readings.truths, readings.reads, strict=True))
        ),
        "bins": table.rows(),
    }
    if not judged.any():
        return {}, details

    def statistic(index: NDArray[np.int64]) -> float:
        chosen = judged[index]
        return expected_calibration_error(confidence[index][chosen], right[index][chosen] == 1, config.bins)

    value = statistic(np.arange(len(right)))
    low, high = bootstrap(statistic, len(right), resamples=config.resamples, seed=config.seed)
    return {"ece": Estimate(value=value, low=min(low, value), high=max(high, value))}, details


def _share(right: int, n: int) -> dict[str, float]:
    low, high = wilson(right, n)
    return {"value": right / n if n else float("nan"), "low": low, "high": high}


def province_of(truth: str) -> str:
    """The province's character, also behind the WJ of the armed police; '-' on plates that name none."""
    return next((symbol for symbol in truth[:3] if symbol in PROVINCES), "-")


def failures(readings: Readings, correct: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Each wrong read: file, truth, read, confidence."""
    return [
        {
            "file": readings.files[i],
            "truth": readings.truths[i],
            "read": readings.reads[i],
            "confidence": float(readings.confidences[i]),
        }
        for i in np.flatnonzero(~correct).tolist()
    ]
