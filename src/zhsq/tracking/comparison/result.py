"""A whole comparison: several runs against the first, with every question asked counted in a correction."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError
from zhsq.tracking.comparison.context import Setting, settings
from zhsq.tracking.comparison.decisions import Decisions, decisions
from zhsq.tracking.comparison.difference import Difference, corrected
from zhsq.tracking.comparison.paired import differences
from zhsq.tracking.comparison.trials import Trials, matched, slices
from zhsq.tracking.store import LoggedRun

#: Runs that a page can tell apart by colour and by line.
MOST = 6
#: Called with (done, total, what) while it is worked out.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Side:
    """One run under its letter, with its trials in the first run's order."""

    letter: str
    run: LoggedRun
    trials: Trials

    @property
    def title(self) -> str:
        """Letter, model, version, and the beginning of the run's id: two runs may be of one model."""
        model = self.run.report.model
        return f"{self.letter}: {model.name} {model.version} ({self.run.run_id[:8]})"

    @cached_property
    def decisions(self) -> Decisions:
        return decisions(self.run, self.trials)


@dataclass(frozen=True)
class Sliced:
    """A slice's name and the difference of the task's main metric in it."""

    name: str
    difference: Difference

    @property
    def harm(self) -> float:
        """How much worse the second is in the slice; negative where it is better."""
        value = self.difference.estimate.value
        return value if self.difference.lower_is_better else -value


@dataclass(frozen=True)
class Against:
    """A run compared with the first.

    Attributes:
        side: the run.
        differences: of all trials, the task's main metric first.
        slices: of the main metric, the worst for this run first.
    """

    side: Side
    differences: list[Difference]
    slices: list[Sliced]

    @property
    def worse(self) -> list[str]:
        """Where this run is worse than the first beyond chance: metrics, and 'metric in slice'."""
        found = [item.metric for item in self.differences if item.winner == "first"]
        return found + [f"{s.difference.metric} in {s.name}" for s in self.slices if s.difference.winner == "first"]


@dataclass(frozen=True)
class Comparison:
    """Runs on the same trials. Differences are those of each later run to the first."""

    sides: list[Side]
    against: list[Against]
    settings: list[Setting]
    resamples: int
    seed: int

    @property
    def first(self) -> Side:
        return self.sides[0]

    def to_json(self) -> dict[str, Any]:
        """The figures, for `zhsq compare --json`."""
        report = self.first.run.report
        return {
            "task": report.task,
            "protocol": report.protocol,
            "data": report.data.name,
            "release": report.data.release,
            "n": report.n,
            "resamples": self.resamples,
            "seed": self.seed,
            "runs": [
                {
                    "letter": side.letter,
                    "run": side.run.run_id,
                    "model": side.run.report.model.model_dump(mode="json"),
                    "git_commit": side.run.report.git_commit,
                    "metrics": {k: v.model_dump(mode="json") for k, v in side.run.report.metrics.items()},
                }
                for side in self.sides
            ],
            "differences": [
                {"second": item.side.run.run_id, "first": self.first.run.run_id, "slice": name, **_figures(difference)}
                for item in self.against
                for name, difference in [
                    *((None, difference) for difference in item.differences),
                    *((sliced.name, sliced.difference) for sliced in item.slices),
                ]
            ],
            "differs": [
                {"part": setting.part, "name": setting.name, "values": list(setting.values)}
                for setting in self.settings
                if setting.differs
            ],
        }


def _figures(found: Difference) -> dict[str, Any]:
    only = {"only_second": found.discordant[0], "only_first": found.discordant[1]} if found.discordant else {}
    return {
        "metric": found.metric,
        **found.estimate.model_dump(mode="json"),
        "lower_is_better": found.lower_is_better,
        "n": found.n,
        **only,
        "p": found.p,
        "p_corrected": found.corrected_p,
        "test": found.test,
        "better": found.winner,
        "verdict": found.verdict,
    }


def compare(
    runs: Sequence[LoggedRun], *, resamples: int = 1000, seed: int = 0, progress: Progress | None = None
) -> Comparison:
    """Compare runs with the first of them.

    Questions are corrected (Holm) within three families, each over all runs: the main metric of each run; the other
    metrics; the main metric in every slice. So the main question is not drowned by the others, and among twenty slices
    one does not come out by chance.

    Args:
        runs: two to `MOST`, of one task, protocol and data release.
        resamples: of every bootstrap.
        seed: of every bootstrap.
        progress: hook.

    Raises:
        ZhsqError: fewer or more runs, or they can't be compared (see `differences`).
    """
    if not 2 <= len(runs) <= MOST:
        raise ZhsqError(f"{len(runs)} runs were named.", f"Name two to {MOST}: zhsq runs lists them.")
    first, sides = runs[0], []
    for letter, run in zip(string.ascii_uppercase, runs, strict=False):
        sides.append(Side(letter, run, matched(first, run)))
    masks = slices(first)
    steps, done = (len(runs) - 1) * (len(masks) + 1), 0
    whole: list[list[Difference]] = []
    sliced: list[list[Sliced]] = []

    def tell() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, steps, "slices")

    for run in runs[1:]:
        whole.append(differences(first, run, resamples=resamples, seed=seed))
        if not whole[-1]:
            raise ZhsqError(
                f"No figure of {first.report.task} can be compared on these {first.report.n} trials.",
                "Measure more of them: both kinds of trials are needed.",
            )
        tell()
        rows = []
        for name, mask in masks.items():
            found = differences(first, run, resamples=resamples, seed=seed, keep=mask)
            rows += [Sliced(name, found[0])] if found else []
            tell()
        sliced.append(rows)
    heads = corrected([found[0] for found in whole])
    others = iter(corrected([item for found in whole for item in found[1:]]))
    inside = iter(corrected([row.difference for rows in sliced for row in rows]))
    against = []
    for side, head, found, rows in zip(sides[1:], heads, whole, sliced, strict=True):
        rest = [next(others) for _ in found[1:]]
        judged = [replace(row, difference=next(inside)) for row in rows]
        against.append(Against(side, [head, *rest], sorted(judged, key=lambda row: -row.harm)))
    return Comparison(sides, against, settings(runs), resamples, seed)


def unequal(first: Side, second: Side) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Trials that only the first, and only the second, decided rightly: indices, the surest error of the other first."""
    a, b = first.decisions, second.decisions
    found = []
    for right, wrong in ((a, b), (b, a)):
        places = np.flatnonzero(right.right & ~wrong.right)
        found.append(places[np.argsort(-wrong.sure[places], kind="stable")])
    return found[0], found[1]
