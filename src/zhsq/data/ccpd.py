"""Full photos in CCPD's manner: `images/`, and `labels.csv` with the plate, its box and its four corners."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.data import plates_cn
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


#: CCPD's own tables, by index in a file name (the repository's README); the last of each, O, stands for none.
_PROVINCES = "皖沪津渝冀晋蒙辽吉黑苏浙京闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新警学O"
_OFFICES = "ABCDEFGHJKLMNPQRSTUVWXYZO"
_SERIALS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789O"


def label_by_name(root: Path) -> Path:
    """Write `labels.csv` for a folder with CCPD photos under `images/`: CCPD's file names are its labels.

    A name has seven fields parted by '-': area, tilt, box, corners (right-bottom, left-bottom, left-top,
    right-top), indices of the plate's symbols, brightness, blurriness.

    Returns:
        The file written.

    Raises:
        DataSetError: no JPEG under `images/`, or a name that is not CCPD's.
    """
    photos = sorted((root / "images").rglob("*.jpg"))
    if not photos:
        raise DataSetError(f"{root / 'images'} holds no .jpg file.", "Put CCPD's photos into a folder named images.")
    corners = ("rbx", "rby", "lbx", "lby", "ltx", "lty", "rtx", "rty")
    table = [(photo.relative_to(root / "images").as_posix(), *_fields(photo)) for photo in photos]
    return plates_cn.write_rows(root / "labels.csv", ("file", "plate", *_BOX, *corners, "kind"), table)


def _fields(photo: Path) -> tuple[object, ...]:
    try:
        _, _, box, corners, symbols, _, _ = photo.stem.split("-")
        numbers = [int(n) for points in (box, corners) for n in points.replace("&", "_").split("_")]
        province, office, *serial = (int(n) for n in symbols.split("_"))
        plate = _PROVINCES[province] + _OFFICES[office] + "".join(_SERIALS[i] for i in serial)
        if len(numbers) != 12:
            raise ValueError(f"{len(numbers)} numbers for 6 points")
    except (ValueError, IndexError) as error:
        raise DataSetError(
            f"{photo} is not named in CCPD's manner: {error}.", "Keep the names of the release."
        ) from error
    return (plate, *numbers, "green" if len(plate) == 8 else "blue")


def _photo(root: Path, where: str, row: dict[str, str]) -> PlatePhoto:
    try:
        box, corners = (np.array([float(row[name]) for name in names]) for names in (_BOX, _CORNERS))
    except ValueError as error:
        raise DataSetError(f"{where}: {error}.", "Coordinates are pixels, as numbers.") from error
    if not (np.isfinite(box).all() and np.isfinite(corners).all() and box[2] > box[0] and box[3] > box[1]):
        raise DataSetError(f"{where}: the box {box.tolist()} has no area.", "Write x1 < x2 and y1 < y2.")
    path = inside(root / "images", row["file"], where)
    return PlatePhoto(row["file"], path, plate_text(row["plate"], where), box, corners.reshape(4, 2), row["kind"])
