"""`labels.csv` of plates: how it is read, whatever wrote it, and where the files that it names may lie."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from zhsq.errors import DataSetError

LABELS = "labels.csv"
REQUIRED = ("file", "plate")


@dataclass(frozen=True)
class Row:
    """One line of labels: its values by column, stripped ('' for an empty cell), and where it stands."""

    values: dict[str, str]
    where: str

    @property
    def file(self) -> str:
        """The file as named, with forward slashes and without './'."""
        return PurePosixPath(self.values["file"].replace("\\", "/")).as_posix()

    def get(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """Labels as read: the columns named in the header, and the rows in order."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read(root: Path) -> Table:
    """The labels of a folder. Lines without any value are passed over, as spreadsheets leave them at the end.

    Raises:
        DataSetError: unreadable, neither UTF-8 nor GBK, a column of `REQUIRED` missing, no row, a file or a plate
            missing.
    """
    path = root / LABELS
    text, _ = _decode(path)
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise DataSetError(f"{path} is no table: {error}.", "Save it as CSV in UTF-8.") from error
    columns = tuple(name.strip().lower() for name in lines[0][1]) if lines else ()
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        header = ",".join(REQUIRED)
        raise DataSetError(f"{path} lacks the columns: {', '.join(missing)}.", f"Its first line must name {header}.")
    rows = []
    for number, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        values = dict.fromkeys(columns, "") | {c: cell.strip() for c, cell in zip(columns, cells, strict=False)}
        row = Row(values, f"{path}, line {number}")
        if not all(values[column] for column in REQUIRED):
            raise DataSetError(f"{row.where}: a value is missing.", f"It needs {', '.join(REQUIRED)}.")
        rows.append(row)
    if not rows:
        raise DataSetError(f"{path} labels nothing: it has a header only.", "Add a line per plate.")
    return Table(columns, tuple(rows))


def notes(root: Path) -> tuple[str, ...]:
    """What a report should say of how the labels were read.

    Raises:
        DataSetError: unreadable, or neither UTF-8 nor GBK.
    """
    _, encoding = _decode(root / LABELS)
    if encoding == "gb18030":
        return (f"{LABELS} is no UTF-8 and was read as GBK, as spreadsheets in China write it.",)
    return ()


def write(path: Path, columns: Sequence[str], table: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file in UTF-8 with a header, as `read` takes it."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(table)
    return path


def place(root: Path, file: str, folders: Sequence[str]) -> Path | None:
    """Where a file lies that is named relative to the root or to one of the folders below it; None for nowhere."""
    return next((path for folder in folders if (path := root / folder / file).is_file()), None)


def find(root: Path, row: Row, folders: Sequence[str]) -> Path:
    """The path of a labelled file.

    Args:
        root: the data folder.
        row: names the file.
        folders: below the root, where to look, in this order; '' is the root itself.

    Raises:
        DataSetError: it is in none of them, or leaves the folder.
    """
    if any(not (root / folder / row.file).resolve().is_relative_to(root.resolve()) for folder in folders):
        raise DataSetError(f"{row.where}: {row.file} leaves the data folder.", "Name files relative to the folder.")
    found = place(root, row.file, folders)
    if found is not None:
        return found
    places = ", ".join(str(root / folder) for folder in folders)
    raise DataSetError(
        f"{row.where}: {row.file} is not in {places}.", "Copy the file, or take its line out of the labels."
    )


def plate_text(text: str, where: str) -> str:
    """A label as it is compared: upper case, letters and digits of usual width, without spaces and separators.

    Raises:
        DataSetError: nothing is left, or a symbol is no letter or digit.
    """
    narrow = unicodedata.normalize("NFKC", text).upper()
    plate = "".join(symbol for symbol in narrow if symbol not in " ·•・.-")
    if not plate or not plate.isalnum():
        raise DataSetError(f"{where}: {text!r} is no plate.", "Write it like 皖A12345.")
    return plate


def _decode(path: Path) -> tuple[str, str]:
    """The text, and the encoding that fitted: UTF-8, with or without a byte order mark, else GB 18030 (holds GBK)."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataSetError(f"{path} can't be read: {error.strerror}.", "Check the path and its permissions.") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # UTF-16 of plain letters is valid UTF-8, with a NUL beside each
            return text, encoding
    raise DataSetError(f"{path} is neither UTF-8 nor GBK text.", "Save it as CSV in UTF-8.")
