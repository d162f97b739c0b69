"""Plate crops with their text: `labels.csv` with the columns file and plate, files relative to the folder."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError

COLUMNS = ("file", "plate")


@dataclass(frozen=True)
class PlateCrop:
    """One crop: its file as named in the labels, where it lies, and the plate (upper case, no separators)."""

    file: str
    path: Path
    plate: str


def load(data: DataSet) -> list[PlateCrop]:
    """Every labelled crop in the order of the labels.

    Raises:
        DataSetError: labels unreadable or empty, a column or a file missing, a file outside the folder or twice.
    """
    return [
        PlateCrop(row["file"], inside(data.root, row["file"], where), plate_text(row["plate"], where))
        for where, row in rows(data.root / "labels.csv", COLUMNS)
    ]


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
    return write_rows(root / "labels.csv", COLUMNS, table)


def write_rows(path: Path, columns: Sequence[str], table: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file with a header, as `rows` reads it."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(table)
    return path


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of a CSV file with a header, each with where it stands ('<path>, line N').

    Raises:
        DataSetError: unreadable, not UTF-8, a column missing, no row, a row that is too short, a file named twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataSetError(f"{path} can't be read: {error.strerror}.", "Check the path and its permissions.") from error
    except UnicodeDecodeError as error:
        raise DataSetError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        header = ",".join(columns)
        raise DataSetError(f"{path} lacks the columns: {', '.join(missing)}.", f"Its first line must name {header}.")
    seen: set[str] = set()
    for row in reader:
        where = f"{path}, line {reader.line_num}"
        if any(not (row[column] or "").strip() for column in columns):
            raise DataSetError(f"{where}: a value is missing.", f"It needs {', '.join(columns)}.")
        values = {column: row[column].strip() for column in columns}
        if values["file"] in seen:
            raise DataSetError(f"{where}: {values['file']} is labelled twice.", "Keep one line per file.")
        seen.add(values["file"])
        yield where, values
    if not seen:
        raise DataSetError(f"{path} labels nothing: it has a header only.", "Add a line per image.")


def inside(root: Path, name: str, where: str) -> Path:
    """The path of a labelled file.

    Raises:
        DataSetError: it is not there, or leaves the folder.
    """
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise DataSetError(f"{where}: {name} leaves the data folder.", "Name files relative to the folder.")
    if not path.is_file():
        raise DataSetError(f"{where}: {name} is not in {root}.", "Copy the file, or take its line out of the labels.")
    return path


def plate_text(text: str, where: str) -> str:
    """A label as it is compared: upper case, without spaces and separators.

    Raises:
        DataSetError: nothing is left, or a symbol is no letter or digit.
    """
    plate = "".join(symbol for symbol in text.upper() if symbol not in " ·•・.-")
    if not plate or not plate.isalnum():
        raise DataSetError(f"{where}: {text!r} is no plate.", "Write it like 皖A12345.")
    return plate
