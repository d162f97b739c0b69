"""The trials of two runs: matched to each other, and split into named slices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError
from zhsq.models.plate.grammar import classify
from zhsq.protocols.plate_reading import province_of
from zhsq.tracking.store import LoggedRun

Trials = dict[str, NDArray[Any]]
Mask = NDArray[np.bool_]

#: What makes a trial the same in two runs, by task; of these, what a run's trials hold.
KEYS = {
    "face-verification": ("fold", "left", "right", "left_file", "right_file", "genuine"),
    "face-identification": ("draw", "person", "file", "mated"),
    "face-robustness": ("condition", "level", "left", "right", "genuine"),
    "face-pad": ("file", "kind"),
    "plate-reading": ("file", "truth"),
    "plate-end-to-end": ("file", "truth"),
    "video-anomaly": ("clip", "frame", "anomalous"),
}
#: Trials that a slice must have to be named: of fewer nothing can be said.
SMALLEST = 30


def matched(first: LoggedRun, second: LoggedRun) -> Trials:
    """The second run's trials in the first's order.

    Raises:
        ZhsqError: task, protocol, data release or trials differ, or trials in another order can't be told apart.
    """
    a, b = first.report, second.report
    for what, left, right in (
        ("task", a.task, b.task),
        ("protocol", a.protocol, b.protocol),
        ("data release", a.data.release, b.data.release),
    ):
        if left != right:
            raise ZhsqError(
                f"The runs differ in {what}: {left!r} and {right!r}.", "Compare runs of one protocol and release."
            )
    keys = _keys(first), _keys(second)
    if keys[0] == keys[1]:
        return second.trials
    places = {key: place for place, key in enumerate(keys[1])}
    if len(keys[0]) != len(keys[1]) or set(keys[0]) != set(places):
        raise ZhsqError(
            "The runs hold different trials.", "Run both on the same data with the same --limit and --seed."
        )
    if len(places) != len(keys[1]):
        raise ZhsqError(
            "The runs hold the same trials in another order, and some can't be told apart.",
            "Run both benchmarks again.",
        )
    order = np.array([places[key] for key in keys[0]])
    return {name: column[order] if len(column) == len(order) else column for name, column in second.trials.items()}


def _keys(run: LoggedRun) -> list[tuple[Any, ...]]:
    held = [run.trials[key].tolist() for key in KEYS[run.report.task] if key in run.trials]
    return list(zip(*held, strict=True))


def slices(run: LoggedRun) -> dict[str, Mask]:
    """Named slices of a run's trials, from what the trials hold; those of fewer than `SMALLEST` trials are left out.

    Faces: fold and kind of pair; identification: gallery; robustness: condition and level; attacks: kind. Plates: class and
    province of the label. Video: clip. A slice that holds all trials is left out too: it is the whole.

    Returns:
        Name -> mask of shape (n,), in the order of the run's trials.
    """
    columns = _GROUPS[run.report.task](run.trials)
    found = {}
    for what, column in columns.items():
        for value in sorted(set(column.tolist())):
            mask = np.asarray(column == value, dtype=bool)
            if SMALLEST <= mask.sum() < len(mask):
                found[f"{what} {value}"] = mask
    return found


def _verification(trials: Trials) -> Trials:
    kind = np.where(trials["genuine"].astype(bool), "of one person", "of two people")
    return {"fold": trials["fold"], "pairs": kind}


def _robustness(trials: Trials) -> Trials:
    names, levels = trials["condition"].tolist(), trials["level"].tolist()
    counts = Counter(name for name, _ in set(zip(names, levels, strict=True)))
    steps = [f"{a} {b:g}" if counts[a] > 1 else a for a, b in zip(names, levels, strict=True)]
    return {"condition": np.array(steps)}


def _plates(trials: Trials) -> Trials:
    truths = [str(truth) for truth in trials["truth"]]
    classes = trials.get("plate_class", np.array([classify(truth) for truth in truths]))
    return {"class": classes, "province": np.array([province_of(truth) for truth in truths])}


_GROUPS: dict[str, Callable[[Trials], Trials]] = {
    "face-verification": _verification,
    "face-identification": lambda trials: {"gallery": trials["draw"]},
    "face-robustness": _robustness,
    "face-pad": lambda trials: {"kind": trials["kind"]},
    "plate-reading": _plates,
    "plate-end-to-end": _plates,
    "video-anomaly": lambda trials: {"clip": trials["clip"]},
}
