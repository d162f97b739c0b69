"""Two runs on the same trials: the paired differences and their intervals."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError
from zhsq.metrics.anomaly import block_draws, frame_auroc
from zhsq.metrics.impostors import fnmr
from zhsq.metrics.intervals import bootstrap, identity_weights, people_draws, percentile_interval
from zhsq.metrics.verification import fold_accuracy
from zhsq.protocols.face_identification import searches_of
from zhsq.protocols.report import Estimate
from zhsq.tracking.store import LoggedRun

Trials = dict[str, NDArray[Any]]

#: What makes a trial the same in two runs, by task.
KEYS = {
    "face-verification": ("fold", "left", "right", "genuine"),
    "face-identification": ("draw", "person", "file", "mated"),
    "face-robustness": ("condition", "level", "left", "right", "genuine"),
    "face-pad": ("file", "kind"),
    "plate-reading": ("file", "truth"),
    "plate-end-to-end": ("file", "truth"),
    "video-anomaly": ("clip", "frame", "anomalous"),
}


@dataclass(frozen=True)
class Difference:
    """second - first of a metric, with its 95 % interval. `lower_is_better` of error rates."""

    metric: str
    estimate: Estimate
    lower_is_better: bool = False

    @property
    def verdict(self) -> str:
        """In words."""
        if self.estimate.low <= 0 <= self.estimate.high:
            return "no difference beyond chance was shown"
        return "the second is better" if (self.estimate.low > 0) != self.lower_is_better else "the first is better"


#: A metric's difference as a function of one resample (None: the trials as they are).
Statistic = Callable[[Any], float]


def differences(first: LoggedRun, second: LoggedRun, *, resamples: int = 1000, seed: int = 0) -> list[Difference]:
    """Compare two runs on the same trials: the task's main metric first.

    Both runs are resampled alike (paired): people for faces, blocks of frames for video, items for plates.

    Raises:
        ZhsqError: their protocols, data releases or trials differ, or the task has no comparison.
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
    if any(not np.array_equal(first.trials[key], second.trials[key]) for key in KEYS[a.task]):
        raise ZhsqError(
            "The runs hold different trials.", "Run both on the same data with the same --limit and --seed."
        )
    compare = {
        "face-verification": _verification,
        "face-identification": _identification,
        "face-robustness": _robustness,
        "face-pad": _pad,
        "video-anomaly": _anomaly,
    }.get(a.task, _plates)
    return compare(first, second, resamples, seed)


def _paired(metric: str, statistic: Statistic, draws: Iterable[Any], *, lower_is_better: bool = False) -> Difference:
    low, high = percentile_interval(np.array([statistic(draw) for draw in draws]))
    return Difference(metric, Estimate(value=statistic(None), low=low, high=high), lower_is_better)


def _verification(first: LoggedRun, second: LoggedRun, resamples: int, seed: int) -> list[Difference]:
    """Accuracy, and FNMR at each run's own threshold for an FMR, which is held fixed."""
    a, b = first.trials, second.trials
    weights = identity_weights(a["left"], a["right"], resamples=resamples, seed=seed)

    def accuracy(trials: Trials, w: Any) -> float:
        return fold_accuracy(trials["scores"], trials["genuine"], trials["fold"], w)[0]

    found = [_paired("accuracy", lambda w: accuracy(b, w) - accuracy(a, w), weights)]
    genuine = a["genuine"]
    for name in first.report.thresholds:
        if not name.startswith("tar_at_far_") or name not in second.report.thresholds:
            continue
        marks = [np.array([run.report.thresholds[name].value]) for run in (first, second)]

        def missed(w: Any, marks: list[NDArray[np.float64]] = marks) -> float:
            chosen = None if w is None else w[genuine]
            one, two = (fnmr(run["scores"][genuine], mark, chosen)[0] for run, mark in zip((a, b), marks, strict=True))
            return float(two - one)

        metric = name.replace("tar_at_far_", "fnmr_at_fmr_")
        found.append(_paired(metric, missed, weights, lower_is_better=True))
    return found


def _identification(first: LoggedRun, second: LoggedRun, resamples: int, seed: int) -> list[Difference]:
    """FNIR at each FPIR, the threshold set anew in every resample."""
    people = np.unique(first.trials["person"])
    one, two = (searches_of(run.trials, people, run.report.details["gallery_size"]) for run in (first, second))
    draws = people_draws(len(people), resamples=resamples, seed=seed)
    found = []
    for name in first.report.metrics:
        if not name.startswith("fnir_at_fpir_") or "_photos_" in name:
            continue
        fpir = float(name.removeprefix("fnir_at_fpir_"))

        def missed(times: Any, fpir: float = fpir) -> float:
            sides = [np.nanmean([s.fnir(s.threshold(fpir, times), times) for s in side]) for side in (one, two)]
            return float(sides[1] - sides[0])

        found.append(_paired(name, missed, draws, lower_is_better=True))
    return found


def _robustness(first: LoggedRun, second: LoggedRun, resamples: int, seed: int) -> list[Difference]:
    """FNMR of each condition, all its levels together, at each run's own fixed threshold."""
    a, b = first.trials, second.trials
    marks = [run.report.thresholds["fmr_clean"].value for run in (first, second)]
    found = []
    for condition in dict.fromkeys(a["condition"].tolist()):
        inside = (a["condition"] == condition) & a["genuine"].astype(bool)
        gap = (b["scores"][inside] < marks[1]).astype(float) - (a["scores"][inside] < marks[0])
        weights = identity_weights(a["left"][inside], a["right"][inside], resamples=resamples, seed=seed)

        def mean(w: Any, gap: NDArray[np.float64] = gap) -> float:
            return float(np.average(gap, weights=w)) if w is None or w.sum() else float("nan")

        found.append(_paired(f"fnmr_{condition}", mean, weights, lower_is_better=True))
    return found


def _pad(first: LoggedRun, second: LoggedRun, resamples: int, seed: int) -> list[Difference]:
    """APCER of each kind of attack and BPCER, at each run's own threshold."""
    a, b = first.trials, second.trials
    marks = [run.report.thresholds["live"].value for run in (first, second)]
    found = []
    for kind in dict.fromkeys(a["kind"].tolist()):
        inside = a["kind"] == kind
        sides = [run["scores"][inside] >= mark for run, mark in zip((a, b), marks, strict=True)]
        gap = sides[1].astype(float) - sides[0]
        bona_fide = kind == "bona-fide"
        metric, gap = ("bpcer", -gap) if bona_fide else (f"apcer_{kind}", gap)
        found.append(_items(metric, gap, resamples, seed, lower_is_better=True))
    return found


def _anomaly(first: LoggedRun, second: LoggedRun, resamples: int, seed: int) -> list[Difference]:
    a, b = first.trials, second.trials

    def auroc(trials: Trials, draw: Any) -> float:
        chosen = slice(None) if draw is None else draw
        return frame_auroc(trials["score"][chosen], trials["anomalous"][chosen])

    blocks = block_draws(a["clip"], block=30, resamples=resamples, seed=seed)
    return [_paired("frame_auroc_micro", lambda draw: auroc(b, draw) - auroc(a, draw), blocks)]


def _plates(first: LoggedRun, second: LoggedRun, resamples: int, seed: int) -> list[Difference]:
    gap = second.trials["correct"].astype(float) - first.trials["correct"].astype(float)
    return [_items("exact_match", gap, resamples, seed)]


def _items(
    metric: str, gap: NDArray[np.float64], resamples: int, seed: int, *, lower_is_better: bool = False
) -> Difference:
    """The mean of per-item differences, items resampled (bootstrap, Efron 1979)."""
    low, high = bootstrap(lambda draw: float(gap[draw].mean()), len(gap), resamples=resamples, seed=seed)
    return Difference(metric, Estimate(value=float(gap.mean()), low=low, high=high), lower_is_better)


def page(runs: list[LoggedRun], found: list[list[Difference]]) -> str:
    """One self-contained HTML page; `found` holds the differences of every run but the first to the first."""
    head = "".join(f"<th>{html.escape(r.report.model.name)}<br><small>{r.run_id[:12]}</small></th>" for r in runs)
    rows = []
    for name in runs[0].report.metrics:
        cells = []
        for run in runs:
            figure = run.report.metrics.get(name)
            cells.append(
                f"<td>{figure.value:.4f}<br><small>{figure.low:.4f} to {figure.high:.4f}</small></td>"
                if figure
                else "<td></td>"
            )
        rows.append(f"<tr><th>{html.escape(name)}</th>{''.join(cells)}</tr>")
    verdicts = "".join(
        f"<li>{html.escape(run.report.model.name)} against {html.escape(runs[0].report.model.name)}: {d.metric} "
        f"{d.estimate.value:+.4f} ({d.estimate.low:+.4f} to {d.estimate.high:+.4f}): {d.verdict}</li>"
        for run, rows_of in zip(runs[1:], found, strict=True)
        for d in rows_of
    )
    report = runs[0].report
    title = html.escape(f"{report.task} on {report.data.name}")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>"
        "<style>body{font:16px system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
        "th,td{padding:.4rem .8rem;border-bottom:1px solid #ccc;text-align:right}th:first-child{text-align:left}</style>"
        f"<h1>{title}</h1><p>{html.escape(report.protocol)}; {html.escape(report.data.release)}; n = {report.n}</p>"
        f"<div style='overflow-x:auto'><table><tr><th>metric</th>{head}</tr>{''.join(rows)}</table></div><ul>{verdicts}</ul></html>"
    )
