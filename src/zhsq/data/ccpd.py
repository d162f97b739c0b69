"""Full photos in CCPD's manner: `images/`, and `labels.csv` with the plate, its box and its four corners."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.data.plates_cn import inside, plate_text, rows
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError

_BOX = ("x1", "y1", "x2", "y2")
_CORNERS = ("ltx", "lty", "rtx", "rty", "rbx", "rby", "lbx", "lby")
COLUMNS = ("file", "plate", *_BOX, *_CORNERS, "kind")


@dataclass(frozen=True)
class PlatePhoto:
    """One photo: `box` (4,) x1 y1 x2 y2 and `corners` (4, 2) left-top, right-top, right-bottom, left-bottom, both
    float64 pixels; `kind` is the plate's as labelled (blue, green)."""

    file: str
    path: Path
    plate: str
    box: NDArray[np.float64]
    corners: NDArray[np.float64]
    kind: str


def load(data: DataSet) -> list[PlatePhoto]:
    """Every labelled photo in the order of the labels.

    Raises:
        DataSetError: labels unreadable or empty, a column or a file missing, a coordinate that is no number, a box
            without area.
    """
    return [_photo(data.root, where, row) for where, row in rows(data.root / "labels.csv", COLUMNS)]


def _photo(root: Path, where: str, row: dict[str, str]) -> PlatePhoto:
    try:
        box, corners = (np.array([float(row[name]) for name in names]) for names in (_BOX, _CORNERS))
    except ValueError as error:
        raise DataSetError(f"{where}: {error}.", "Coordinates are pixels, as numbers.") from error
    if not (np.isfinite(box).all() and np.isfinite(corners).all() and box[2] > box[0] and box[3] > box[1]):
        raise DataSetError(f"{where}: the box {box.tolist()} has no area.", "Write x1 < x2 and y1 < y2.")
    path = inside(root / "images", row["file"], where)
    return PlatePhoto(row["file"], path, plate_text(row["plate"], where), box, corners.reshape(4, 2), row["kind"])
