"""Figures without a screen."""

from __future__ import annotations

from typing import Any

from zhsq.errors import MissingExtraError


def new_figure(size: tuple[float, float]) -> Any:
    """A matplotlib figure that is drawn off screen, `size` inches wide and high, at 110 dots an inch.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("track", "Plotting") from error
    figure = Figure(figsize=size, layout="constrained", dpi=110)
    FigureCanvasAgg(figure)
    return figure
