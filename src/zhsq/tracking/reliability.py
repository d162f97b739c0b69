"""The reliability diagram of a model's probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.calibration import expected_calibration_error, reliability
from zhsq.tracking.canvas import new_figure

BLUE, GREY = "#1f5f99", "#777777"


def draw(axes: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Share right over mean confidence, a point a bin, its size by the bin's characters (Guo et al. 2017, figure 1).

    Args:
        axes: matplotlib's.
        rows: bins as of `metrics.calibration.Reliability.rows`.
    """
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--", label="as sure as right")
    if rows:
        confidence, value, low, high, n = (
            np.array([row[key] for row in rows]) for key in ("confidence", "value", "low", "high", "n")
        )
        spread = np.abs(np.stack([value - low, high - value]))
        axes.errorbar(confidence, value, yerr=spread, fmt="none", color=BLUE, alpha=0.6, capsize=2)
        axes.scatter(confidence, value, s=12 + 40 * np.log10(n), color=BLUE, zorder=3)
        for x, y, count in zip(confidence, value, n, strict=True):
            axes.annotate(f"{count:,}", (x, y), textcoords="offset points", xytext=(5, -12), fontsize=7, color=GREY)
    total = sum(int(row["n"]) for row in rows)
    axes.set(xlim=(0, 1.03), ylim=(-0.02, 1.03))
    axes.set(xlabel="confidence of a character", ylabel=f"share right, {total:,} characters in bins")
    axes.legend(frameon=False, loc="upper left")
    axes.grid(alpha=0.3)


def diagram(confidence: NDArray[np.float64], right: NDArray[np.bool_], title: str, path: Path) -> Path:
    """Write `draw` of predictions as a PNG.

    Args:
        confidence: (n,) 0..1. right: (n,).
        title: above the plot; the expected calibration error is put behind it.
        path: of the file.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure = new_figure((5.4, 4.8))
    axes = figure.subplots()
    draw(axes, reliability(confidence, right).rows())
    axes.set_title(f"{title}, ECE {expected_calibration_error(confidence, right):.4f}", fontsize=9)
    figure.savefig(path)
    return path
