"""Is a version on trial worse than the one in use? Counts of both arms, and the decision drawn from them.

Of every call only two things are kept: whether it failed, and one score (the weakest character's probability of a
plate, the detector's score of a face) as a count in one of ten bins. Nothing of a person or a vehicle is in that.

Drift is the population stability index of the two histograms, PSI = sum (q - p) ln(q / p) over bins. Under no drift
PSI / (1/n + 1/m) is about chi-square with bins - 1 degrees of freedom (B. Yurdakul, "Statistical properties of
population stability index", 2018): a small sample has a large PSI by chance alone, so a drift counts when the PSI is
above its limit *and* above that distribution's 0.999 quantile.
"""

from __future__ import annotations

import bisect
import json
import math
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from zhsq.files import replace_file

#: Inner edges of the ten bins of 0..1: finer towards 1, where the scores of good pictures lie.
EDGES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
BINS = len(EDGES) + 1
#: Standard normal quantile of 0.999: how sure a difference must be. Looks are many, so it is far out.
SURE = 3.0902


class CanaryLimits(BaseModel):
    """When a trial ends. Calls are those of the version on trial, over all serving processes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Calls before drift is judged.
    min_calls: int = Field(default=100, ge=1)
    #: Calls before errors are judged: failures are dearer than drift, and are seen sooner.
    min_calls_errors: int = Field(default=20, ge=1)
    #: By how much the error rate may exceed that of the version in use, 0..1.
    max_error_increase: float = Field(default=0.02, ge=0, le=1)
    #: PSI of the scores. 0.1 to 0.25 is commonly called a moderate shift, above a large one.
    max_psi: float = Field(default=0.25, gt=0)
    #: Clean calls after which a trial that was asked to promotes itself.
    promote_after: int = Field(default=1000, ge=1)


@dataclass(frozen=True)
class Counts:
    """One arm: calls, failed ones among them, and how many scores fell into each of `BINS` bins of 0..1."""

    calls: int = 0
    errors: int = 0
    bins: tuple[int, ...] = (0,) * BINS

    def __add__(self, other: Counts) -> Counts:
        bins = tuple(a + b for a, b in zip(self.bins, other.bins, strict=True))
        return Counts(self.calls + other.calls, self.errors + other.errors, bins)

    @property
    def error_rate(self) -> float:
        return self.errors / self.calls if self.calls else 0.0

    @property
    def scores(self) -> int:
        return sum(self.bins)


@dataclass(frozen=True)
class Verdict:
    """What the counts say: go on, take it back, or enough clean calls; `evidence` are the figures behind it."""

    outcome: Literal["wait", "rollback", "clean"]
    reason: str
    evidence: dict[str, str]


class Tally:
    """Counts calls of one arm in this process; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()

    def add(self, *, failed: bool, scores: Iterable[float] = ()) -> None:
        """One call, with the scores (0..1) that it gave."""
        bins = [0] * BINS
        for score in scores:
            bins[bisect.bisect_right(EDGES, score)] += 1
        with self._lock:
            self._counts += Counts(1, int(failed), tuple(bins))

    @property
    def counts(self) -> Counts:
        with self._lock:
            return self._counts


def judge(current: Counts, trial: Counts, limits: CanaryLimits) -> Verdict:
    """Decide by the counts of both arms so far.

    A limit is crossed when the difference is larger than it *and* surer than chance allows (see the module).
    """
    drift, by_chance = psi(current.bins, trial.bins), psi_by_chance(current.scores, trial.scores)
    evidence = {
        "calls": f"{trial.calls} on trial, {current.calls} in use",
        "error_rate": f"{trial.error_rate:.4f} on trial, {current.error_rate:.4f} in use",
        "psi": f"{drift:.4f} (limit {limits.max_psi:g}, by chance up to {by_chance:.4f})"
        if math.isfinite(by_chance)
        else "no scores to compare yet",
    }
    if trial.calls < limits.min_calls_errors:
        return Verdict("wait", f"{trial.calls} of {limits.min_calls_errors} calls", evidence)
    increase = trial.error_rate - current.error_rate
    if increase > limits.max_error_increase and _z(trial, current) > SURE:
        return Verdict(
            "rollback",
            f"error rate {trial.error_rate:.2%} against {current.error_rate:.2%} "
            f"(at most {limits.max_error_increase:.2%} more)",
            evidence,
        )
    if trial.calls < limits.min_calls:
        return Verdict("wait", f"{trial.calls} of {limits.min_calls} calls", evidence)
    if drift > max(limits.max_psi, by_chance):
        return Verdict("rollback", f"scores drifted: PSI {drift:.3f} (at most {limits.max_psi:g})", evidence)
    if trial.calls < limits.promote_after:
        return Verdict("wait", f"{trial.calls} of {limits.promote_after} clean calls", evidence)
    return Verdict("clean", f"{trial.calls} calls within every limit", evidence)


def psi(first: Sequence[int], second: Sequence[int]) -> float:
    """Population stability index of two histograms; half a count is added to each bin so that none is empty.

    0.0 while one of them holds nothing: there is nothing to compare.
    """
    if not sum(first) or not sum(second):
        return 0.0
    n, m = sum(first) + len(first) / 2, sum(second) + len(second) / 2
    shares = [((a + 0.5) / n, (b + 0.5) / m) for a, b in zip(first, second, strict=True)]
    return sum((q - p) * math.log(q / p) for p, q in shares)


def psi_by_chance(n: int, m: int) -> float:
    """The 0.999 quantile of the PSI of two samples of one distribution, sizes n and m; inf while one is empty.

    Chi-square's quantile by Wilson and Hilferty's cube (1931).
    """
    if not n or not m:
        return math.inf
    freedom = BINS - 1
    quantile = freedom * (1 - 2 / (9 * freedom) + SURE * math.sqrt(2 / (9 * freedom))) ** 3
    return quantile * (1 / n + 1 / m)


def _z(trial: Counts, current: Counts) -> float:
    """The statistic of two proportions, pooled; with no calls of the version in use, errors speak for themselves."""
    if not current.calls:
        return math.inf if trial.errors else 0.0
    pooled = (trial.errors + current.errors) / (trial.calls + current.calls)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / trial.calls + 1 / current.calls))
    return (trial.error_rate - current.error_rate) / spread if spread else 0.0


def write_counts(file: Path, current: Counts, trial: Counts) -> None:
    """Share this process's counts of a trial with the others.

    Raises:
        OSError: the file can't be written.
    """
    replace_file(file, json.dumps({"current": current.__dict__, "trial": trial.__dict__}))


def sum_counts(files: Iterable[Path]) -> tuple[Counts, Counts]:
    """What all processes counted in a trial: of the version in use, and of the one on trial."""
    current = trial = Counts()
    for file in files:
        try:
            found = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):  # removed meanwhile: the trial is over
            continue
        current += _counts(found["current"])
        trial += _counts(found["trial"])
    return current, trial


def _counts(found: dict[str, object]) -> Counts:
    bins = found["bins"]
    assert isinstance(bins, list)
    return Counts(int(str(found["calls"])), int(str(found["errors"])), tuple(int(b) for b in bins))
