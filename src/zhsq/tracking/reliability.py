"""The reliability diagram of a model's probabilities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import MissingExtraError
from zhsq.metrics.calibration import expected_calibration_error, reliability


def diagram(confidence: NDArray[np.float64], right: NDArray[np.bool_], title: str, path: Path) -> Path:
    """Write a PNG of the share right over the confidence, by bins of equal width (Guo et al., ICML 2017, figure 1).

    Args:
        confidence: (n,) 0..1. right: (n,).
        title: above the plot; the expected calibration error is put behind it.
        path: of the file.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("track", "Plotting") from error
    bins = reliability(confidence, right)
    figure = Figure(figsize=(5, 4.6), layout="constrained", dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#888888", linestyle="--", linewidth=0.8)
    axes.plot(bins.confidence, bins.accuracy, color="#1f5f99", marker="o")
    axes.set(xlabel="confidence of a character", ylabel="share right", xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title(f"{title}, ECE {expected_calibration_error(confidence, right):.4f}, n = {len(right):,}", fontsize=9)
    axes.grid(alpha=0.3)
    figure.savefig(path)
    return path
