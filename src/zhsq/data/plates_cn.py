"""Plate crops with their text: `labels.csv` with the columns file and plate, and optionally plate_class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from zhsq.data.plate_labels import LABELS, REQUIRED, Row, find, plate_text, read, write
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError

#: Where the crops may lie, below the folder; '' is the folder itself.
FOLDERS = ("", "crops", "images")


@dataclass(frozen=True)
class PlateCrop:
    """One crop: its file as named in the labels, where it lies, the plate (upper case, no separators), and its class
    where the labels name one, else ''. Blue and yellow plates are composed alike: only a label parts them."""

    file: str
    path: Path
    plate: str
    plate_class: str = ""


def load(data: DataSet) -> list[PlateCrop]:
    """Every labelled crop in the order of the labels; columns other than file, plate and plate_class are ignored.

    Raises:
        DataSetError: labels unreadable or empty, a column or a file missing, a file outside the folder or twice, a
            class that is no name.
    """
    crops: dict[str, PlateCrop] = {}
    for row in read(data.root).rows:
        if row.file in crops:
            raise DataSetError(f"{row.where}: {row.file} is labelled twice.", "Keep one line per file.")
        path = find(data.root, row, FOLDERS)
        crops[row.file] = PlateCrop(row.file, path, plate_text(row.values["plate"], row.where), class_name(row))
    return list(crops.values())


def class_name(row: Row) -> str:
    """The class that a row names, '' for none.

    Raises:
        DataSetError: not a name: a metric is called after it.
    """
    name = row.get("plate_class")
    if name and not re.fullmatch(r"[\w-]+", name):
        raise DataSetError(f"{row.where}: {name!r} is no class.", "Use a word, for instance blue or green_small.")
    return name


def label_by_name(root: Path) -> Path:
    """Write `labels.csv` for a folder as its makers publish it: crops named by their plate, 皖A12345.jpg.

    Returns:
        The file written.

    Raises:
        DataSetError: no JPEG in the folder, or a name that is no plate.
    """
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.jpg"))
    if not names:
        raise DataSetError(f"{root} holds no .jpg file.", "Name the folder that holds the crops.")
    table = [(name, plate_text(Path(name).stem.split("_")[0], name)) for name in names]
    return write(root / LABELS, REQUIRED, table)
