"""Full photos with their plates: `labels.csv` with the columns file and plate, and optionally box, corners and kind.

CCPD's own folders have one plate a photo. In a folder of one's own a photo with several plates has a line for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.data.plate_labels import LABELS, Row, Table, find, plate_text, read, write
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError
from zhsq.models.plate.grammar import classify

#: Where the photos may lie, below the folder; '' is the folder itself.
FOLDERS = ("images", "")
_BOX = ("x1", "y1", "x2", "y2")
_CORNERS = ("ltx", "lty", "rtx", "rty", "rbx", "rby", "lbx", "lby")


@dataclass(frozen=True)
class PlatePhoto:
    """One labelled plate of a photo.

    Attributes:
        file: as named in the labels; photos with several plates have one entry for each.
        path: where the photo lies.
        plate: its text, upper case, no separators.
        box: (4,) float64 x1 y1 x2 y2, pixels; around the corners where only those are labelled; None without either.
        corners: (4, 2) float64 left-top, right-top, right-bottom, left-bottom, pixels; None when not labelled.
        kind: of plate as labelled (CCPD: blue, green), else its class by the text.
    """

    file: str
    path: Path
    plate: str
    box: NDArray[np.float64] | None
    corners: NDArray[np.float64] | None
    kind: str


def load(data: DataSet) -> list[PlatePhoto]:
    """Every labelled plate in the order of the labels.

    Raises:
        DataSetError: labels unreadable or empty, a column or a file missing, a coordinate that is missing or no number,
            a box without area, corners that don't go around a plate, one plate of a photo labelled twice.
    """
    table = read(data.root)
    has_box, has_corners = (_columns(table, names, data.root) for names in (_BOX, _CORNERS))
    plates: dict[tuple[str, str], PlatePhoto] = {}
    for row in table.rows:
        plate = plate_text(row.values["plate"], row.where)
        if (row.file, plate) in plates:
            raise DataSetError(f"{row.where}: {plate} in {row.file} is labelled twice.", "Keep one line per plate.")
        corners = _corners(row) if has_corners else None
        box = _box(row) if has_box else None
        if box is None and corners is not None:
            box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
        kind = row.get("kind") or classify(plate)
        plates[row.file, plate] = PlatePhoto(row.file, find(data.root, row, FOLDERS), plate, box, corners, kind)
    return list(plates.values())


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
    return write(root / LABELS, ("file", "plate", *_BOX, *corners, "kind"), table)


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


def _columns(table: Table, names: tuple[str, ...], root: Path) -> bool:
    """Whether the header has all of the names; some of them only is a mistake."""
    missing = [name for name in names if name not in table.columns]
    if missing and len(missing) < len(names):
        raise DataSetError(
            f"{root / LABELS} lacks the columns: {', '.join(missing)}.", f"Name all of {','.join(names)}, or none."
        )
    return not missing


def _numbers(row: Row, names: tuple[str, ...]) -> NDArray[np.float64] | None:
    """The values of the columns; None when all are empty: that plate's place is not labelled."""
    if not any(row.get(name) for name in names):
        return None
    try:
        return np.array([float(row.get(name)) for name in names])
    except ValueError as error:
        raise DataSetError(f"{row.where}: {error}.", f"Give pixels, as numbers, for {', '.join(names)}.") from error


def _box(row: Row) -> NDArray[np.float64] | None:
    box = _numbers(row, _BOX)
    if box is not None and not (np.isfinite(box).all() and box[2] > box[0] and box[3] > box[1]):
        raise DataSetError(f"{row.where}: the box {box.tolist()} has no area.", "Write x1 < x2 and y1 < y2.")
    return box


def _corners(row: Row) -> NDArray[np.float64] | None:
    numbers = _numbers(row, _CORNERS)
    if numbers is None:
        return None
    corners = numbers.reshape(4, 2)
    if not np.isfinite(corners).all() or not _goes_around(corners):
        raise DataSetError(
            f"{row.where}: the corners {corners.tolist()} don't go around a plate.",
            "lt, rt, rb, lb are the plate's own left-top, right-top, right-bottom and left-bottom.",
        )
    return corners


def _goes_around(corners: NDArray[np.float64]) -> bool:
    """Whether the points go clockwise around most of their hull: a mixed order gives a crop that nobody could read."""
    x, y = corners.T
    signed = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2  # positive: clockwise, y points down
    hull = float(cv2.contourArea(cv2.convexHull(corners.astype(np.float32))))
    return hull > 0 and signed > hull / 2
