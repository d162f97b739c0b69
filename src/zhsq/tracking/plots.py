"""One plot per task, from the trials of a run."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from zhsq.protocols.report import Report
from zhsq.tracking.canvas import new_figure

Trials = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Plot:
    """How a task is drawn: the file's name, the figure's size in inches, and 'module:function' that draws it."""

    name: str
    size: tuple[float, float]
    draw: str


PLOTS = {
    "face-verification": Plot("det", (6.4, 4.8), "zhsq.tracking.error_curves:det"),
    "face-identification": Plot("open-set", (10, 4.6), "zhsq.tracking.error_curves:open_set"),
    "face-robustness": Plot("robustness", (13, 7), "zhsq.tracking.face_plots:robustness"),
    "face-pad": Plot("pad", (7.5, 4.8), "zhsq.tracking.error_curves:pad"),
    "plate-reading": Plot("reading", (11, 4.8), "zhsq.tracking.plate_plots:reading"),
    "plate-end-to-end": Plot("reject", (6.4, 4.8), "zhsq.tracking.plate_plots:reject"),
    "video-anomaly": Plot("timeline", (10, 6), "zhsq.tracking.anomaly_plots:timeline"),
}


def plot(report: Report, trials: Trials, folder: Path) -> Path:
    """Draw the task's plot as a PNG into `folder`.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    kind = PLOTS[report.task]
    figure = new_figure(kind.size)
    figure.suptitle(
        f"{report.model.name} {report.model.version} on {report.data.name}, n = {report.n}\n{report.protocol}",
        fontsize=10,
    )
    module, _, function = kind.draw.partition(":")
    getattr(importlib.import_module(module), function)(figure, report, trials)
    path = folder / f"{kind.name}.png"
    figure.savefig(path)
    return path
