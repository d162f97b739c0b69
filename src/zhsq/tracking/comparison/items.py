"""Trials that one run decided rightly and the other wrongly: what a difference is made of, for eyes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.tracking.comparison import pictures
from zhsq.tracking.comparison.result import Comparison, Side, unequal
from zhsq.tracking.comparison.trials import Trials

#: Shown of each kind.
MOST = 12
_GAP = 15


@dataclass(frozen=True)
class Item:
    """One trial: its name, pictures as data URIs, what is true, and a line for each of the two runs."""

    name: str
    images: tuple[str, ...]
    truth: str
    lines: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Items:
    """The unequal trials of a run and the first, the worst first.

    Attributes:
        lost: that the first run has right and this one wrong; gained: the other way. Both at most `MOST`.
        lost_n: how many there are in all. gained_n: likewise.
        rule: what makes a decision right.
        missing: why there are no pictures; '' where there are.
    """

    letter: str
    lost: list[Item]
    gained: list[Item]
    lost_n: int
    gained_n: int
    rule: str
    missing: str


def unequal_items(comparison: Comparison, *, show_faces: bool = False, most: int = MOST) -> list[Items]:
    """One for each run but the first. People in pictures are hidden, and not named, unless `show_faces`."""
    first = comparison.first
    root = pictures.root_of(first.run.report)
    found = []
    for against in comparison.against:
        lost, gained = unequal(first, against.side)
        show = _Show(first, against.side, root, show_faces)
        rows = [[show.item(i) for i in _chosen(places, first)[:most]] for places in (lost, gained)]
        missing = ""
        if root is None:
            missing = f"The data are not at {first.run.report.data.root}, nor under $ZHSQ_DATA: no pictures."
        elif rows[0] + rows[1] and not any(item.images for item in rows[0] + rows[1]):
            missing = "The trials of this task name no files, or the files are gone: no pictures."
        found.append(
            Items(
                against.side.letter,
                rows[0],
                rows[1],
                len(lost),
                len(gained),
                first.decisions.rule,
                missing,
            )
        )
    return found


def _chosen(places: NDArray[np.int64], side: Side) -> list[int]:
    """All, but of frames only those at least `_GAP` from one already taken of their clip: neighbours look the same."""
    if side.run.report.task != "video-anomaly":
        return [int(i) for i in places]
    clips, frames = side.trials["clip"].tolist(), side.trials["frame"].tolist()
    kept: list[int] = []
    for i in places.tolist():
        if all(clips[j] != clips[i] or abs(frames[j] - frames[i]) >= _GAP for j in kept):
            kept.append(i)
    return kept


@dataclass(frozen=True)
class _Show:
    first: Side
    second: Side
    root: Path | None
    show_faces: bool

    def item(self, i: int) -> Item:
        report, trials = self.first.run.report, self.first.trials
        images: list[str | None] = []
        if self.root is not None:
            found = pictures.paths(report, self.root, trials, i)
            images = [pictures.embedded(path, report.task, show_faces=self.show_faces) for path in found]
        name, truth = _DESCRIBED[report.task](trials, i, self.show_faces)
        lines = tuple(
            (side.letter, _line(side, i), bool(side.decisions.right[i])) for side in (self.first, self.second)
        )
        return Item(name, tuple(image for image in images if image), truth, lines)


def _line(side: Side, i: int) -> str:
    trials, threshold = side.trials, float(side.decisions.threshold[i])
    if "read" in trials:
        return f"{trials['read'][i] or 'nothing read'} ({float(trials['confidence'][i]):.2f})"
    score = float(trials["scores" if "scores" in trials else "score"][i])
    shown = f"{score:.3f}" if np.isfinite(score) else "no face found"
    return f"{shown}, threshold {threshold:.3f}"


def _pair(trials: Trials, i: int, named: bool) -> tuple[str, str]:
    names = f"{trials['left'][i]} | {trials['right'][i]}" if named else f"pair {i + 1}"
    step = f", {trials['condition'][i]} {float(trials['level'][i]):g}" if "condition" in trials else ""
    return names + step, "one person" if trials["genuine"][i] else "two people"


def _probe(trials: Trials, i: int, named: bool) -> tuple[str, str]:
    name = str(trials["person"][i]) if named else f"probe {i + 1}"
    return f"{name}, gallery {trials['draw'][i]}", "enrolled" if trials["mated"][i] else "not enrolled"


def _presentation(trials: Trials, i: int, named: bool) -> tuple[str, str]:
    return str(trials["file"][i]) if named else f"presentation {i + 1}", str(trials["kind"][i])


def _plate(trials: Trials, i: int, named: bool) -> tuple[str, str]:
    del named
    return str(trials["file"][i]), str(trials["truth"][i])


def _frame(trials: Trials, i: int, named: bool) -> tuple[str, str]:
    del named
    return f"clip {trials['clip'][i]}, frame {trials['frame'][i]}", "anomalous" if trials["anomalous"][i] else "normal"


_DESCRIBED: dict[str, Callable[[Trials, int, bool], tuple[str, str]]] = {
    "face-verification": _pair,
    "face-robustness": _pair,
    "face-identification": _probe,
    "face-pad": _presentation,
    "plate-reading": _plate,
    "plate-end-to-end": _plate,
    "video-anomaly": _frame,
}
