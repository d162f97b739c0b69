"""Two runs on the same trials: the paired difference and its interval."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError
from zhsq.metrics.anomaly import block_draws, frame_auroc
from zhsq.metrics.intervals import bootstrap, identity_weights, percentile_interval
from zhsq.metrics.verification import fold_accuracy
from zhsq.protocols.report import Estimate
from zhsq.tracking.store import LoggedRun

#: What makes a trial the same in two runs, by task.
KEYS = {
    "face-verification": ("fold", "left", "right", "genuine"),
    "plate-reading": ("file", "truth"),
    "plate-end-to-end": ("file", "truth"),
    "video-anomaly": ("clip", "frame", "anomalous"),
}


@dataclass(frozen=True)
class Difference:
    """second - first of the task's main metric, with its 95 % interval."""

    metric: str
    estimate: Estimate

    @property
    def verdict(self) -> str:
        """In words."""
        if self.estimate.low > 0:
            return "the second is better"
        return "the first is better" if self.estimate.high < 0 else "no difference beyond chance was shown"


def difference(first: LoggedRun, second: LoggedRun, *, resamples: int = 1000, seed: int = 0) -> Difference:
    """Compare two runs on the same trials.

    Raises:
        ZhsqError: their protocols, data releases or trials differ.
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
    metric, statistic, draws = _statistic(a.task, first.trials, second.trials, resamples, seed)
    if draws is None:
        low, high = bootstrap(statistic, a.n, resamples=resamples, seed=seed)
    else:
        low, high = percentile_interval(np.array([statistic(draw) for draw in draws]))
    return Difference(metric, Estimate(value=statistic(None), low=low, high=high))


def _statistic(
    task: str, a: dict[str, NDArray[Any]], b: dict[str, NDArray[Any]], resamples: int, seed: int
) -> tuple[str, Callable[[Any], float], Any]:
    """The main metric's difference as a function of a draw (None: all trials), and the draws if not plain indices."""
    if task == "face-verification":
        weights = identity_weights(a["left"], a["right"], resamples=resamples, seed=seed)

        def accuracy(trials: dict[str, NDArray[Any]], w: Any) -> float:
            return fold_accuracy(trials["scores"], trials["genuine"], trials["fold"], w)[0]

        return "accuracy", lambda w: accuracy(b, w) - accuracy(a, w), weights
    if task == "video-anomaly":

        def auroc(trials: dict[str, NDArray[Any]], draw: Any) -> float:
            chosen = slice(None) if draw is None else draw
            return frame_auroc(trials["score"][chosen], trials["anomalous"][chosen])

        blocks = block_draws(a["clip"], block=30, resamples=resamples, seed=seed)
        return "frame_auroc_micro", lambda draw: auroc(b, draw) - auroc(a, draw), blocks
    gap = b["correct"].astype(float) - a["correct"].astype(float)
    return "exact_match", lambda draw: float((gap if draw is None else gap[draw]).mean()), None


def page(runs: list[LoggedRun], differences: list[Difference]) -> str:
    """One self-contained HTML page."""
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
        for run, d in zip(runs[1:], differences, strict=True)
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
