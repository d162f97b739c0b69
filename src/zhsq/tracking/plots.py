"""One plot per task, from the trials of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import MissingExtraError
from zhsq.metrics.verification import det_points
from zhsq.protocols.report import Report

Trials = dict[str, NDArray[Any]]


def plot(report: Report, trials: Trials, folder: Path) -> Path:
    """Draw the task's plot as a PNG into `folder`: DET curve, reject curve, or score timeline.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("track", "Plotting") from error
    tall = report.task == "video-anomaly"
    figure = Figure(figsize=(10, 6) if tall else (6.4, 4.8), layout="constrained", dpi=110)
    FigureCanvasAgg(figure)
    figure.suptitle(
        f"{report.model.name} {report.model.version} on {report.data.name}, n = {report.n}\n{report.protocol}",
        fontsize=10,
    )
    name = {"face-verification": "det", "video-anomaly": "timeline"}.get(report.task, "reject")
    if name == "det":
        _det(figure, trials)
    elif name == "timeline":
        _timeline(figure, trials, report.thresholds["alert"].value)
    else:
        _reject(figure, trials)
    path = folder / f"{name}.png"
    figure.savefig(path)
    return path


def _det(figure: Any, trials: Trials) -> None:
    points = det_points(trials["scores"], trials["genuine"])
    impostors = int((~trials["genuine"]).sum())
    axes = figure.subplots()
    axes.step(points["fmr"], points["fnmr"], where="post", color="#1f5f99")
    # Below one error in all trials nothing was measured: the axes end there.
    top = float(points["fnmr"][points["fmr"] <= 1 / impostors].min())
    axes.set(xscale="log", xlim=(1 / impostors, 1), ylim=(0, max(0.02, 1.1 * top)))
    axes.set(xlabel=f"false match rate ({impostors} impostor pairs)", ylabel="false non-match rate")
    axes.grid(alpha=0.3, which="both")


def _reject(figure: Any, trials: Trials) -> None:
    order = np.argsort(-trials["confidence"], kind="stable")
    wrong = np.cumsum(~trials["correct"][order].astype(bool))
    accepted = np.arange(1, len(order) + 1)
    axes = figure.subplots()
    axes.plot(100 * (1 - accepted / len(order)), 100 * wrong / accepted, color="#1f5f99")
    axes.set(xlabel="sent to review, % (weakest character first)", ylabel="wrong among accepted, %", ylim=(0, None))
    axes.grid(alpha=0.3)


def _timeline(figure: Any, trials: Trials, alert: float) -> None:
    clips = list(dict.fromkeys(trials["clip"].tolist()))
    columns = 3 if len(clips) > 4 else 2
    grid = figure.subplots(-(-len(clips) // columns), columns, squeeze=False, sharey=True)
    for axes, clip in zip(grid.ravel(), clips, strict=False):
        inside = trials["clip"] == clip
        frame, score, truth = (trials[key][inside] for key in ("frame", "score", "anomalous"))
        axes.fill_between(
            frame, 0, 1, where=truth.astype(bool), transform=axes.get_xaxis_transform(), color="#d9534f", alpha=0.2
        )
        axes.plot(frame, score, color="#1f5f99", linewidth=1)
        axes.axhline(alert, color="#555555", linewidth=0.8, linestyle="--")
        axes.set_yscale("symlog", linthresh=1)  # a cart scores ten times a bicycle: both are to be seen
        axes.set_title(f"clip {clip}", fontsize=9)
    for axes in grid.ravel()[len(clips) :]:
        axes.set_visible(False)
    figure.supxlabel("frame (shaded: anomalous; dashed: alert threshold, from held-out normal clips)")
    figure.supylabel("score")
