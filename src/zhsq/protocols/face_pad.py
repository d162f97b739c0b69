"""Presentation-attack detection: APCER of every kind of attack, BPCER, and non-responses (ISO/IEC 30107-3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics import pad
from zhsq.metrics.intervals import people_draws, percentile_interval, wilson
from zhsq.protocols.report import Estimate, Figures, ThresholdRef

INTERVALS = "apcer, bpcer, apnrr, bpnrr: Wilson; bpcer10, bpcer20: percentile bootstrap over people"
BONA_FIDE = "bona-fide"


class FacePad(BaseModel):
    """The protocol's settings; changing one changes the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = "iso-30107-3"
    #: BPCERxx is given where the worst kind's APCER is at most 1 / xx.
    bpcer_at: tuple[int, ...] = (10, 20)
    #: Largest APCERs of the curve in `details`.
    curve: tuple[float, ...] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
    resamples: int = 1000
    seed: int = 0


def evaluate(
    config: FacePad,
    *,
    scores: NDArray[np.float64],
    kinds: NDArray[Any],
    people: NDArray[Any],
    points: Mapping[str, ThresholdRef],
) -> Figures:
    """Evaluate one live probability a presentation.

    `apcer` is the largest over kinds and carries that kind's interval; `apcer_<kind>` is each kind's. Figures at the
    first operating point have no suffix, those at another end in `_at_<name>`. APCER and BPCER are shares of the
    presentations that got a response; `apnrr` (largest over kinds) and `bpnrr` are the shares that got none.

    Args:
        config: settings.
        scores: live probabilities 0..1, -inf where no face was found, shape (n,).
        kinds: 'bona-fide' or the kind of attack, shape (n,).
        people: who is shown, shape (n,).
        points: thresholds by name; the first is the headline's.

    Raises:
        ValueError: a score is NaN, there is no operating point, or bona fide presentations or attacks with a response
            are missing.
    """
    if np.isnan(scores).any():
        raise ValueError(f"{int(np.isnan(scores).sum())} scores are NaN: the network failed on those presentations.")
    answered = np.isfinite(scores)
    attacks = [str(kind) for kind in np.unique(kinds) if kind != BONA_FIDE]
    of = {kind: answered & (kinds == kind) for kind in (BONA_FIDE, *attacks)}
    if not points or not attacks or not all(mask.any() for mask in of.values()):
        silent = [kind for kind, mask in of.items() if not mask.any()]
        raise ValueError(f"The protocol needs a threshold, and faces found in every kind; none in: {silent}.")
    metrics: dict[str, Estimate] = {}
    for number, (name, point) in enumerate(points.items()):
        end = f"_at_{name}" if number else ""
        wrong = {kind: int((scores[of[kind]] >= point.value).sum()) for kind in attacks}
        rates = {kind: _rate(wrong[kind], int(of[kind].sum())) for kind in attacks}
        metrics[f"apcer{end}"] = max(rates.values(), key=lambda rate: rate.value)
        metrics |= {f"apcer_{kind}{end}": rate for kind, rate in rates.items()}
        metrics[f"bpcer{end}"] = _rate(int((scores[of[BONA_FIDE]] < point.value).sum()), int(of[BONA_FIDE].sum()))
    thresholds = dict(points)
    by_kind = [scores[of[kind]] for kind in attacks]
    _, codes = np.unique(people, return_inverse=True)
    draws = people_draws(int(codes.max()) + 1, resamples=config.resamples, seed=config.seed).astype(np.float64)
    for xx in config.bpcer_at:
        value, threshold = pad.bpcer_at_apcer(scores[of[BONA_FIDE]], by_kind, 1 / xx)
        drawn = [
            pad.bpcer_at_apcer(
                scores[of[BONA_FIDE]],
                by_kind,
                1 / xx,
                (times[codes[of[BONA_FIDE]]], [times[codes[of[kind]]] for kind in attacks]),
            )[0]
            for times in draws
        ]
        low, high = percentile_interval(np.array(drawn))
        metrics[f"bpcer{xx}"] = Estimate(value=value, low=low, high=high)
        thresholds[f"bpcer{xx}"] = ThresholdRef(
            value=threshold, source="set on these presentations by definition; not for deployment"
        )
    shown = {kind: int((kinds == kind).sum()) for kind in of}
    silent_rates = {kind: _rate(shown[kind] - int(of[kind].sum()), shown[kind]) for kind in of}
    metrics["apnrr"] = max((silent_rates[kind] for kind in attacks), key=lambda rate: rate.value)
    metrics["bpnrr"] = silent_rates[BONA_FIDE]
    details = {
        "presentations": shown,
        "without_response": {kind: shown[kind] - int(of[kind].sum()) for kind in of},
        "people": int(codes.max()) + 1,
        "curve": [_point(scores[of[BONA_FIDE]], by_kind, most) for most in config.curve],
        "score_quartiles": {kind: _quartiles(scores[mask]) for kind, mask in of.items()},
    }
    return Figures(metrics=metrics, thresholds=thresholds, notes=_notes(kinds, codes), details=details)


def _rate(count: int, n: int) -> Estimate:
    low, high = wilson(count, n)
    return Estimate(value=count / n, low=low, high=high)


def _point(bona_fide: NDArray[np.float64], kinds: list[NDArray[np.float64]], most: float) -> dict[str, float]:
    value, threshold = pad.bpcer_at_apcer(bona_fide, kinds, most)
    return {"apcer": most, "bpcer": round(value, 6), "threshold": round(threshold, 6)}


def _quartiles(scores: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 4) for value in np.percentile(scores, (25, 50, 75))]


def _notes(kinds: NDArray[Any], codes: NDArray[np.int64]) -> tuple[str, ...]:
    pairs = len({(str(kind), int(code)) for kind, code in zip(kinds, codes, strict=True)})
    if pairs == len(kinds):
        return ()
    return (
        "Some people give several presentations of a kind; the Wilson intervals take them as independent and are then "
        "too narrow.",
    )
