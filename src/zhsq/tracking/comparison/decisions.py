"""What each run decided on each trial at its own threshold, and whether that was right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.verification import fold_accuracy
from zhsq.protocols.face_identification import searches_of
from zhsq.protocols.plate_accept import Accept
from zhsq.tracking.comparison.trials import Mask, Trials
from zhsq.tracking.store import LoggedRun

Numbers = NDArray[np.float64]
#: FPIR at which searches are decided one by one.
FPIR = 0.01


@dataclass(frozen=True)
class Decisions:
    """One entry a trial, all of shape (n,).

    Attributes:
        right: whether the decision was right.
        sure: how far it was from the threshold, or how confident a read was; a wrong decision is the worse the surer.
        rule: what decides, in words.
        threshold: of each trial, NaN where none decides.
    """

    right: Mask
    sure: Numbers
    rule: str
    threshold: Numbers


def decisions(run: LoggedRun, trials: Trials) -> Decisions:
    """A run's decisions on its trials, in whatever order these are given."""
    return _TASKS[run.report.task](run, trials)


def _by(scores: Numbers, threshold: Numbers, truth: Mask, rule: str) -> Decisions:
    right = np.asarray((scores >= threshold) == truth, dtype=bool)
    return Decisions(right, np.abs(scores - threshold), rule, threshold)


def _verification(run: LoggedRun, trials: Trials) -> Decisions:
    del run
    genuine, folds = trials["genuine"].astype(bool), trials["fold"]
    marks = np.array(fold_accuracy(trials["scores"], genuine, folds)[2])
    at = marks[np.searchsorted(np.unique(folds), folds)]
    return _by(trials["scores"], at, genuine, "at each fold's threshold, the best on the other folds")


def _identification(run: LoggedRun, trials: Trials) -> Decisions:
    people = np.unique(trials["person"])
    found = searches_of(trials, people, run.report.details["gallery_size"])
    marks = np.array([search.threshold(FPIR) for search in found])
    at = marks[np.searchsorted(np.unique(trials["draw"]), trials["draw"])]
    mated, accepted = trials["mated"].astype(bool), trials["score"] >= at
    right = np.where(mated, accepted & trials["first"].astype(bool), ~accepted)
    return Decisions(right, np.abs(trials["score"] - at), f"at each gallery's threshold for an FPIR of {FPIR:g}", at)


def _robustness(run: LoggedRun, trials: Trials) -> Decisions:
    at = np.full(len(trials["scores"]), run.report.thresholds["fmr_clean"].value)
    return _by(trials["scores"], at, trials["genuine"].astype(bool), "at the one threshold of the clean photos")


def _pad(run: LoggedRun, trials: Trials) -> Decisions:
    at = np.full(len(trials["scores"]), run.report.thresholds["live"].value)
    return _by(trials["scores"], at, trials["kind"] == "bona-fide", "at the bundle's threshold live")


def _plates(run: LoggedRun, trials: Trials) -> Decisions:
    del run
    none = np.full(len(trials["correct"]), np.nan)
    return Decisions(trials["correct"].astype(bool), trials["confidence"], "every character right", none)


def _anomaly(run: LoggedRun, trials: Trials) -> Decisions:
    at = np.full(len(trials["score"]), run.report.thresholds["alert"].value)
    return _by(trials["score"], at, trials["anomalous"].astype(bool), "frame by frame at the bundle's alert threshold")


_TASKS: dict[str, Callable[[LoggedRun, Trials], Decisions]] = {
    "face-verification": _verification,
    "face-identification": _identification,
    "face-robustness": _robustness,
    "face-pad": _pad,
    "plate-reading": _plates,
    "plate-end-to-end": _plates,
    "video-anomaly": _anomaly,
}


def judged(runs: Sequence[LoggedRun], trials: Trials) -> Mask:
    """The plates that no run's threshold 'accept' came from; all where a run has none, shape (n,)."""
    mask = np.ones(len(trials["file"]), dtype=bool)
    for run in runs:
        if "accept" in run.report.thresholds:
            accept = run.bundle.threshold("accept")
            mask &= Accept(accept.value, accept.protocol, accept.data).judged([str(file) for file in trials["file"]])
    return mask
