"""`errors.png` of a run: its worst errors as a contact sheet, where the data are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError, DataSetError
from zhsq.imaging import decode_image
from zhsq.protocols.report import Report
from zhsq.tracking import plate_sheets, sheets
from zhsq.tracking.canvas import new_figure
from zhsq.watch.snapshot import blur

Trials = dict[str, NDArray[Any]]
NAME = "errors.png"


def sheet(report: Report, trials: Trials, folder: Path, *, show_faces: bool = False) -> Path | None:
    """Draw the worst errors of a run into `folder`.

    Args:
        report: of the run.
        trials: of the run.
        folder: for `errors.png`.
        show_faces: leave people as they are. Otherwise photos of faces and frames of cameras are pixelated: they still
            show light, pose and place.

    Returns:
        The file; None where there is no error, the data are not at hand, or the task has no sheet.
    """
    draw = _SHEETS.get(report.task)
    figure = draw(report, trials, show_faces) if draw and Path(report.data.root).is_dir() else None
    if figure is None:
        return None
    path = folder / NAME
    figure.savefig(path)
    return path


def _faces(report: Report, trials: Trials, show_faces: bool) -> Any:
    root = Path(report.data.root)
    people = root / "lfw-deepfunneled"
    threshold = report.thresholds["accuracy"].value
    strangers, same = sheets.worst_pairs(trials, people if people.is_dir() else root, threshold, n=9)
    if not strangers and not same:
        return None
    figure = new_figure((11, 1 + 2.2 * (-(-len(strangers) // 3) + -(-len(same) // 3))))
    parts = [
        (shown, f"{title} {threshold:.3f}")
        for shown, title in ((strangers, "two people, at or above"), (same, "one person, below"))
        if shown
    ]
    rows = [-(-len(shown) // 3) for shown, _ in parts]
    for (shown, title), below in zip(
        parts, np.atleast_1d(figure.subfigures(len(parts), 1, height_ratios=rows)), strict=True
    ):
        below.suptitle(title, fontsize=9)
        sheets.draw(below, shown, hide=not show_faces)
    return figure


def _plates(report: Report, trials: Trials, show_faces: bool) -> Any:  # noqa: ARG001 (every sheet has one signature)
    shown = plate_sheets.failures(trials, Path(report.data.root))
    if not shown:
        return None
    figure = new_figure((10, 0.6 + 1.3 * -(-len(shown) // 4)))
    plate_sheets.draw(figure, shown)
    return figure


def _frames(report: Report, trials: Trials, show_faces: bool, n: int = 6) -> Any:
    """Normal frames that alarmed, then anomalous ones that did not, the furthest from the threshold first."""
    alert = report.thresholds["alert"].value
    try:
        data = DataSet(report.data.name, report.data.release, Path(report.data.root), "ucsd_ped2", ())
        clips = {clip.name: clip for clip in ucsd_ped2.testing(data)}
    except DataSetError:
        return None
    scores, anomalous = trials["score"], trials["anomalous"].astype(bool)
    chosen = []
    for wrong, sign, title in (
        (~anomalous & (scores >= alert), -1, "normal"),
        (anomalous & (scores < alert), 1, "anomalous"),
    ):
        found = np.flatnonzero(wrong)[np.argsort(sign * scores[wrong], kind="stable")]
        # One moment shows many frames alike: the worst of each half second or so is enough.
        spread = {(str(trials["clip"][i]), int(trials["frame"][i]) // 10): i for i in found[::-1].tolist()}
        chosen += [(title, i) for i in sorted(spread.values(), key=lambda i: sign * scores[i])[:n]]
    if not chosen:
        return None
    grid = (figure := new_figure((10, 0.6 + 2.4 * -(-len(chosen) // 3)))).subplots(
        -(-len(chosen) // 3), 3, squeeze=False
    )
    for axes in grid.ravel():
        axes.set_axis_off()
    for axes, (title, i) in zip(grid.ravel(), chosen, strict=False):
        name, frame = str(trials["clip"][i]), int(trials["frame"][i])
        axes.set_title(f"{title}, clip {name}, frame {frame}: {scores[i]:.2f}", fontsize=8)
        picture = _frame(clips[name].frames[frame]) if name in clips and frame < len(clips[name].frames) else None
        if picture is not None:
            hidden = blur(picture, np.ones(picture.shape[:2], dtype=bool))
            axes.imshow(picture if show_faces else hidden)
    figure.suptitle(f"frames on the wrong side of the alert threshold, {alert:.2f}", fontsize=9)
    return figure


def _frame(path: Path) -> NDArray[np.uint8] | None:
    try:
        return decode_image(path)
    except BadImageError:
        return None


_SHEETS: dict[str, Callable[[Report, Trials, bool], Any]] = {
    "face-verification": _faces,
    "plate-reading": _plates,
    "plate-end-to-end": _plates,
    "video-anomaly": _frames,
}
