"""Plots of the plate tasks: what a threshold lets through, and whether a character's confidence means what it says."""

from __future__ import annotations

from typing import Any

import numpy as np

from zhsq.metrics.text import reject_curve
from zhsq.protocols.report import Report
from zhsq.tracking import reliability

BLUE, RED = reliability.BLUE, "#b3402a"


def reading(figure: Any, report: Report, trials: Any) -> None:
    """Two panels: the reject curve with the operating point, and the reliability diagram of the characters.

    Args:
        figure: a matplotlib figure.
        report: of the task plate-reading; both panels show its tables, the curve on the crops that the threshold did
            not come from.
        trials: of that run; not read.
    """
    del trials
    left, right = figure.subplots(1, 2)
    accept = report.details["accept"]
    curve = accept["reject_curve"]
    _curve(left, np.array(curve["review"]), np.array(curve["error"]))
    _operating_point(left, report)
    left.set_title(f"{accept['n']} crops: {accept['split']}", fontsize=8)
    _reliability(right, report)


def reject(figure: Any, report: Report, trials: Any) -> None:  # noqa: ARG001 (one signature for all)
    """Share wrong among the accepted, over the share sent to review."""
    curve = reject_curve(trials["confidence"], trials["correct"].astype(bool))
    _curve(figure.subplots(), curve.review, curve.error)


def _curve(axes: Any, review: Any, error: Any) -> None:
    axes.step(100 * review, 100 * error, where="post", color=BLUE)
    top = 100 * max(error, default=0.0) or 1.0
    # Beyond the last error the curve is flat: what lies there would squeeze what matters to the left.
    last = 100 * max(review[error > 0], default=0.0)
    axes.set(xlim=(0, min(100.0, max(10.0, 1.2 * last))), ylim=(-0.03 * top, 1.1 * top))
    axes.set(xlabel="sent to review, % (weakest character first)", ylabel="wrong among accepted, %")
    axes.grid(alpha=0.3)


def _operating_point(axes: Any, report: Report) -> None:
    """The bundle's threshold as a point with its 95 % intervals; nothing where it accepts no crop."""
    error, review = (report.metrics.get(name) for name in ("error_among_accepted", "review_share"))
    if error is None or review is None:
        return
    spread = [[[100 * abs(figure.value - end)] for end in (figure.low, figure.high)] for figure in (review, error)]
    label = f"threshold {report.thresholds['accept'].value:.3f}"
    axes.errorbar(
        [100 * review.value],
        [100 * error.value],
        xerr=spread[0],
        yerr=spread[1],
        fmt="o",
        color=RED,
        capsize=3,
        label=label,
    )
    least, most = axes.get_xlim()
    axes.set_xlim(least, min(100.0, max(most, 120 * review.high)))
    axes.set_ylim(top=max(axes.get_ylim()[1], 105 * error.high))
    axes.legend(frameon=False)


def _reliability(axes: Any, report: Report) -> None:
    rows = report.details["calibration"]["bins"]
    reliability.draw(axes, rows)
    if rows:
        ece = report.metrics["ece"]
        axes.set_title(f"ECE {ece.value:.4f} ({ece.low:.4f} to {ece.high:.4f}), 95 % bars", fontsize=8)
