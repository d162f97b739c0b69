"""UCSD Pedestrian Ped2 in our layout: clips as folders of frames, `frame_labels.csv` for the test clips."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError
from zhsq.files import sha256_file
from zhsq.imaging import decode_image

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True)
class Clip:
    """A clip's frames in order; `anomalous` (n,) bool for a test clip, None for a training clip.

    `masks` has one file a frame (see `read_mask`), or is None where a clip has none.
    """

    name: str
    frames: tuple[Path, ...]
    anomalous: NDArray[np.bool_] | None = None
    masks: tuple[Path, ...] | None = None


def training(data: DataSet) -> list[Clip]:
    """The normal clips.

    Raises:
        DataSetError: there are none.
    """
    hint = "Put normal clips there, or measure a bundle that is fitted already: --model NAME."
    return [Clip(folder.name, frames_of(folder)) for folder in _clips(data.root / "training", hint)]


def testing(data: DataSet) -> list[Clip]:
    """The test clips with their labels, and their masks where `testing_masks` has a folder for the clip.

    Raises:
        DataSetError: none are there, or frames and labels do not agree (names the clip), or a frame of a clip with masks
            has none (names the first).
    """
    labels = _labels(data.root / "frame_labels.csv")
    clips = []
    for folder in _clips(data.root / "testing", "See zhsq data info ucsd_ped2 for the layout."):
        frames, marks = frames_of(folder), labels.get(folder.name, {})
        # Frames are numbered from 0 in the labels; file names may start elsewhere, so their order counts.
        if sorted(marks) != list(range(len(frames))):
            raise DataSetError(
                f"Clip {folder} has {len(frames)} frames and {len(marks)} labels.",
                "frame_labels.csv needs one line a frame, numbered from 0 in the order of the file names.",
            )
        masks = _masks(data.root / "testing_masks" / folder.name, frames)
        clips.append(Clip(folder.name, frames, np.array([marks[i] for i in range(len(frames))]), masks))
    return clips


def read_mask(path: Path) -> NDArray[np.bool_]:
    """A frame's anomalous pixels: what is not black in a mask file, shape (h, w).

    Raises:
        BadImageError: it can't be read or decoded; names it.
    """
    return np.asarray(decode_image(path).any(axis=2), np.bool_)


def refuse_shared_frames(training: Sequence[Clip], test: Sequence[Clip]) -> None:
    """Refuse clips that share a frame: what was trained on must not be measured.

    Frames are compared by the sha256 of their files, so a frame that was encoded anew is not seen.

    Raises:
        DataSetError: a test frame is also in training; names the first, and how many there are.
    """
    known = {sha256_file(path): path for clip in training for path in clip.frames}
    shared = [path for clip in test for path in clip.frames if sha256_file(path) in known]
    if shared:
        raise DataSetError(
            f"Leak: {len(shared)} test frames are training frames too, first {shared[0]} = {known[sha256_file(shared[0])]}.",
            "Take the clip out of training or out of the test, and fit again.",
        )


def _masks(folder: Path, frames: Sequence[Path]) -> tuple[Path, ...] | None:
    """The mask of each frame, which has its stem; None without the folder."""
    if not folder.is_dir():
        return None
    masks = tuple(folder / f"{frame.stem}.png" for frame in frames)
    for mask, frame in zip(masks, frames, strict=True):
        if not mask.is_file():
            raise DataSetError(
                f"Frame {frame} has no mask {mask}.", "Give every frame of the clip one, or take the folder away."
            )
    return masks


def _clips(folder: Path, hint: str) -> list[Path]:
    found = sorted((e for e in folder.iterdir() if e.is_dir()), key=_natural) if folder.is_dir() else []
    if not found:
        raise DataSetError(f"{folder} holds no clips.", hint)
    return found


def frames_of(folder: Path) -> tuple[Path, ...]:
    """The frames of a clip's folder, in order.

    Raises:
        DataSetError: there are none.
    """
    frames = sorted((f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES), key=_natural)
    if not frames:
        raise DataSetError(f"Clip {folder} holds no frames.", f"Frames are images: {', '.join(SUFFIXES)}.")
    return tuple(frames)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sort key by which frame 10 comes after frame 9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]


def _labels(path: Path) -> dict[str, dict[int, bool]]:
    found: dict[str, dict[int, bool]] = {}
    with path.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        if not {"clip", "frame", "anomalous"} <= set(reader.fieldnames or ()):
            raise DataSetError(f"{path} has no columns clip, frame, anomalous.", "See zhsq data info ucsd_ped2.")
        for number, row in enumerate(reader, start=2):
            try:
                found.setdefault(row["clip"], {})[int(row["frame"])] = bool(int(row["anomalous"]))
            except (TypeError, ValueError) as error:
                raise DataSetError(f"{path}, line {number}: {error}.", "clip, frame number, 0 or 1.") from error
    return found
