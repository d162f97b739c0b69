"""Small pictures of trials for a page that is mailed: embedded, and with nobody in them who can be recognised."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np

from zhsq.data import ccpd, plates_cn
from zhsq.data.lfw import photo_folder
from zhsq.data.plate_labels import place
from zhsq.data.registry import data_root
from zhsq.data.ucsd_ped2 import frames_of
from zhsq.errors import BadImageError, DataSetError
from zhsq.imaging import RGBImage, decode_image
from zhsq.protocols.report import Report
from zhsq.tracking.comparison.trials import Trials

#: Longest side of an embedded picture, pixels, and the quality of its JPEG.
SIDE, QUALITY = 128, 72
#: What is left of a picture of people: so many pixels on its longest side, before it is stretched again. A portrait's
#: face is then about five pixels wide, a pedestrian's or a driver's less than three.
HIDDEN = {"face": 10, "scene": 64}


def root_of(report: Report) -> Path | None:
    """The folder that was measured: where it was, else under today's data root by its name; None where it is gone."""
    for folder in (Path(report.data.root), data_root() / report.data.name):
        if folder.is_dir():
            return folder
    return None


def paths(report: Report, root: Path, trials: Trials, i: int) -> list[Path]:
    """The files that a trial shows, those that are there; none where the trials don't name them (face-robustness)."""
    found = [path for path in _named(report.task, root, trials, i) if path is not None and path.is_file()]
    return [path for path in found if path.resolve().is_relative_to(root.resolve())]


def _named(task: str, root: Path, trials: Trials, i: int) -> list[Path | None]:
    if task in ("plate-reading", "plate-end-to-end"):
        folders = plates_cn.FOLDERS if task == "plate-reading" else ccpd.FOLDERS
        return [place(root, str(trials["file"][i]), folders)]
    try:
        if task == "video-anomaly":
            frames = frames_of(root / "testing" / str(trials["clip"][i]))
            return list(frames[int(trials["frame"][i]) :][:1])
        if task == "face-verification" and "left_file" in trials:
            folder = photo_folder(root)
            return [folder / str(trials[side][i]) / str(trials[f"{side}_file"][i]) for side in ("left", "right")]
        if task in ("face-identification", "face-pad"):
            file = str(trials["file"][i])
            as_named = root / file
            return [as_named if as_named.is_file() else photo_folder(root) / str(trials["person"][i]) / file]
    except (DataSetError, OSError):  # another layout than the one that was measured: no picture, but a page
        return []
    return []


def embedded(path: Path, task: str, *, show_faces: bool) -> str | None:
    """A picture as a data URI of at most `SIDE` pixels a side; None when it can't be decoded.

    People are hidden unless asked: portraits and scenes are reduced to `HIDDEN` pixels. A plate's crop shows no one.
    """
    try:
        image = decode_image(path)
    except BadImageError:
        return None
    small = _within(image, SIDE)
    if task != "plate-reading" and not show_faces:
        small = _hidden(image, small, HIDDEN["face" if task.startswith("face") else "scene"])
    done, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    return f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}" if done else None


def _within(image: RGBImage, side: int) -> RGBImage:
    """The image with its longest side at `side`; a smaller one is enlarged at most four times, as plates' crops are."""
    height, width = image.shape[:2]
    scale = min(4.0, side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=kind), dtype=np.uint8)


def _hidden(image: RGBImage, small: RGBImage, side: int) -> RGBImage:
    coarse = _within(image, side)
    size = (small.shape[1], small.shape[0])
    return np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
