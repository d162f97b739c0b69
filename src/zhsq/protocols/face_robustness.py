"""Face 1:1 when the probe is degraded and the threshold is not retuned: one curve per condition.

A gate's threshold is set once. So it is set here once, on clean photos, at a false match rate, and held for every
condition; what then changes are FNMR (residents who are not let in), FMR (strangers who are), and the failures to
acquire, which count as non-matches in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from zhsq.metrics import verification as v
from zhsq.metrics.intervals import people_draws, percentile_interval, wilson
from zhsq.protocols.report import Estimate, Figures, ThresholdRef

INTERVALS = (
    "percentile bootstrap clustered on identity at the fixed threshold; where no or every trial errs: Wilson on people"
)
#: Name of the undegraded probes among the conditions.
CLEAN = "clean"

SIMULATED = (
    "Conditions are simulated on press photos, one at a time, on the probe alone. They are not recordings of a gate "
    "camera: no infrared light, no real cloth or glass, no distorting lens, no video coding, no denoising in the camera, "
    "no two conditions at once. Compare conditions and models by them; measure a site's own rates on its own sample."
)


class FaceRobustness(BaseModel):
    """The protocol's settings; changing one changes the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = "lfw-view2-robustness-600"
    #: False match rate of the clean photos at which the threshold is set.
    fmr: float = Field(default=1e-3, gt=0, lt=1)
    resamples: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Step:
    """The scores of one condition at one level.

    Attributes:
        condition: name; `CLEAN` for the undegraded probes.
        level: in the condition's unit; 0 for clean.
        unit: what a level counts.
        scores: every enrolled photo (rows) with every probe (columns), float32; -inf where either was not acquired.
    """

    condition: str
    level: float
    unit: str
    scores: NDArray[np.float32]


def evaluate(
    config: FaceRobustness,
    *,
    clean: Step,
    degraded: Iterable[Step],
    enrolled: NDArray[np.str_],
    probes: NDArray[np.str_],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
) -> Figures:
    """Evaluate every step at the threshold of the clean one.

    FNMR and EER are of the listed pairs. The threshold, and FMR, are of every comparison of an enrolled photo with a
    probe of another person. A comparison with a photo that was not acquired is a non-match.

    Args:
        config: settings.
        clean: scores of the undegraded probes.
        degraded: the other steps, mildest first in each condition; looked at one after the other.
        enrolled: person of each enrolled photo, shape (e,).
        probes: person of each probe, shape (p,).
        left: row of each listed pair, shape (n,).
        right: column of each listed pair, shape (n,).

    Returns:
        Metrics `fmr_clean` and `fnmr_*`, named by condition and level (by condition alone where it has one level), and
        the table of all figures in `details['curves']`.

    Raises:
        ValueError: a score is NaN, or one kind of pair is missing.
    """
    genuine = enrolled[left] == probes[right]
    other = enrolled[:, None] != probes[None]
    if genuine.all() or not genuine.any():
        raise ValueError("The protocol needs genuine and impostor pairs.")
    names = np.unique(np.concatenate([enrolled, probes]))
    people = (np.searchsorted(names, enrolled), np.searchsorted(names, probes))
    trials = _Trials(
        config=config,
        left=left,
        right=right,
        genuine=genuine,
        other=other,
        people=people,
        draws=people_draws(len(names), resamples=config.resamples, seed=config.seed),
        threshold=_threshold(clean.scores[other], config.fmr),
    )
    rows = [trials.row(step) for step in (clean, *degraded)]
    levels = [row["condition"] for row in rows]
    metrics = {"fmr_clean": Estimate(value=rows[0]["fmr"], low=rows[0]["fmr_low"], high=rows[0]["fmr_high"])}
    for row in rows:
        key = f"fnmr_{row['condition']}"
        if levels.count(row["condition"]) > 1:
            key += f"_{row['level']:g}"
        metrics[key] = Estimate(value=row["fnmr"], low=row["fnmr_low"], high=row["fnmr_high"])
    impostors = int(other.sum())
    source = (
        f"FMR of at most {config.fmr:g} on {impostors} clean impostor comparisons of these photos; not for deployment"
    )
    details = {
        "curves": rows,
        "genuine_pairs": int(genuine.sum()),
        "impostor_comparisons": impostors,
        "false_matches_clean": round(rows[0]["fmr"] * impostors),
        "people": len(names),
        "enrolled_photos": len(enrolled),
        "enrolled_not_acquired": int(np.isneginf(clean.scores).all(axis=1).sum()),
        "probes": len(probes),
    }
    return Figures(
        metrics=metrics,
        thresholds={"fmr_clean": ThresholdRef(value=trials.threshold, source=source)},
        notes=tuple(_notes(config, trials.threshold, rows, impostors)),
        details=details,
    )


@dataclass(frozen=True)
class _Trials:
    """What all steps share."""

    config: FaceRobustness
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    genuine: NDArray[np.bool_]
    other: NDArray[np.bool_]
    people: tuple[NDArray[np.int64], NDArray[np.int64]]
    draws: NDArray[np.int64]
    threshold: float

    def row(self, step: Step) -> dict[str, Any]:
        if np.isnan(step.scores).any():
            raise ValueError(f"Scores of {step.condition} {step.level:g} are NaN: the embedder failed on those photos.")
        pairs = step.scores[self.left, self.right].astype(np.float64)
        missed = pairs[self.genuine] < self.threshold
        fnmr = self._fnmr(missed)
        matched = (step.scores >= self.threshold) & self.other
        fmr = self._fmr(matched)
        return {
            "condition": step.condition,
            "level": step.level,
            "unit": step.unit,
            "fnmr": fnmr.value,
            "fnmr_low": fnmr.low,
            "fnmr_high": fnmr.high,
            "fmr": fmr.value,
            "fmr_low": fmr.low,
            "fmr_high": fmr.high,
            "fta": float(np.isneginf(step.scores).all(axis=0).mean()),
            "eer": v.eer(pairs, self.genuine),
            "n": len(pairs),
        }

    def _fnmr(self, missed: NDArray[np.bool_]) -> Estimate:
        """A genuine pair weighs its person's multiplicity. Where no or every trial errs, no resample would vary."""
        value = float(missed.mean())
        shown = self.people[0][self.left[self.genuine]]
        if value in (0.0, 1.0):
            people = len(np.unique(shown))
            low, high = wilson(round(value * people), people)
            return Estimate(value=value, low=low, high=high)
        weights = self.draws[:, shown]
        with np.errstate(invalid="ignore", divide="ignore"):
            low, high = percentile_interval(weights @ missed / weights.sum(axis=1))
        return Estimate(value=value, low=low, high=high)

    def _fmr(self, matched: NDArray[np.bool_]) -> Estimate:
        """A comparison weighs the product of its two people's multiplicities."""
        rows, columns = self.people
        a, b = np.nonzero(matched)
        count = self.draws.shape[1]
        enrolled, probes = np.bincount(rows, minlength=count), np.bincount(columns, minlength=count)
        total = (self.draws @ enrolled) * (self.draws @ probes) - self.draws**2 @ (enrolled * probes)
        false = (self.draws[:, rows[a]] * self.draws[:, columns[b]]).sum(axis=1)
        value = float(len(a) / self.other.sum())
        if not len(a):
            return Estimate(value=0.0, low=0.0, high=wilson(0, count)[1])
        with np.errstate(invalid="ignore", divide="ignore"):
            low, high = percentile_interval(false / total)
        return Estimate(value=value, low=low, high=high)


def _threshold(impostors: NDArray[np.float32], fmr: float) -> float:
    """Just above the first impostor score that would be one false match too many, as float32 like the scores."""
    allowed = int(np.floor(fmr * len(impostors) + 1e-9))
    at = len(impostors) - 1 - allowed
    return float(np.nextafter(np.partition(impostors, at)[at], np.float32(np.inf)))


def _notes(config: FaceRobustness, threshold: float, rows: list[dict[str, Any]], impostors: int) -> list[str]:
    notes = [
        SIMULATED,
        f"One threshold, {threshold:.4f}, is set on the clean photos and held for every condition; intervals don't carry "
        "its own uncertainty. A failure to acquire is a non-match in FNMR, FMR and EER.",
    ]
    if impostors * config.fmr < 30:
        notes.append(
            f"{impostors} impostor comparisons give {impostors * config.fmr:g} expected false matches at the threshold; the "
            "rule of 30 (ISO/IEC 19795-1) asks for 30, so the threshold and every figure at it are weak."
        )
    if sum(row["condition"] == "size" for row in rows):
        notes.append("size: a photo whose face is narrower than the level is left as it is; nothing is enlarged.")
    worse = [row for row in rows[1:] if row["fmr_low"] > config.fmr]
    if worse:
        named = ", ".join(f"{row['condition']} {row['level']:g} ({row['fmr']:.2e})" for row in worse)
        notes.append(f"FMR rises above {config.fmr:g} beyond chance at the fixed threshold: {named}.")
    return notes
