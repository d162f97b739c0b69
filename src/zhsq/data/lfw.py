"""Labeled Faces in the Wild in its own layout: one folder a person, and `pairs.txt` where pairs are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError

#: Kinds of files that count as photos.
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


@dataclass(frozen=True)
class Pair:
    """One comparison: two photos, whether they show one person, and the fold (0-based)."""

    fold: int
    left: Path
    right: Path
    left_name: str
    right_name: str

    @property
    def genuine(self) -> bool:
        return self.left_name == self.right_name


def load(data: DataSet) -> list[Pair]:
    """Read View 2's pairs: a header 'folds<TAB>pairs', then per fold that many genuine and as many impostor lines.

    Photos lie in `lfw-deepfunneled/<Name>/<Name>_NNNN.jpg`, or in the only other folder of the set.

    Raises:
        DataSetError: a line can't be read or names a photo that is not there; says which.
    """
    folder = photo_folder(data.root)
    path = data.root / "pairs.txt"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        folds, per_fold = (int(part) for part in lines[0].split())
    except (UnicodeDecodeError, IndexError, ValueError) as error:
        hint = "Its first line gives folds and pairs per fold and kind, for example '10 300'."
        raise DataSetError(f"{path} can't be read: {error}.", hint) from error
    wanted = folds * per_fold * 2
    body = [(number, line.split("\t")) for number, line in enumerate(lines[1:], start=2) if line.strip()]
    if len(body) != wanted or not wanted:
        raise DataSetError(f"{path} promises {wanted} pairs and has {len(body)}.", "Get it again.")
    pairs = []
    for index, (number, fields) in enumerate(body):
        try:
            if len(fields) == 3:
                left_name = right_name = fields[0]
                left, right = int(fields[1]), int(fields[2])
            else:
                left_name, first, right_name, second = fields
                left, right = int(first), int(second)
        except ValueError as error:
            raise DataSetError(f"{path}, line {number}: not 'name n m' or 'name n name m'.", "Get it again.") from error
        pair = Pair(
            index // (2 * per_fold),
            _photo(folder, left_name, left),
            _photo(folder, right_name, right),
            left_name,
            right_name,
        )
        for photo in (pair.left, pair.right):
            if not photo.is_file():
                raise DataSetError(f"{path}, line {number}: {photo} is missing.", "Get the photos again.")
        pairs.append(pair)
    return pairs


def _photo(folder: Path, name: str, number: int) -> Path:
    return folder / name / f"{name}_{number:04d}.jpg"


def photos(data: DataSet) -> dict[Path, str]:
    """Every photo and the person it shows: the name of its folder; `pairs.txt` is not needed.

    Raises:
        DataSetError: there are none.
    """
    folder = photo_folder(data.root)
    found = {
        path: person.name
        for person in sorted(folder.iterdir())
        if person.is_dir() and not person.name.startswith(".")
        for path in sorted(person.iterdir())
        if path.suffix.lower() in SUFFIXES
    }
    if not found:
        raise DataSetError(f"{folder} holds no photos.", "It needs one folder a person with JPEG or PNG files in it.")
    return found


def photo_folder(root: Path) -> Path:
    """The folder of the people's folders: `lfw-deepfunneled`, the only folder whose folders hold photos, or the root."""
    folders = sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    usual = root / "lfw-deepfunneled"
    if usual in folders:
        return usual
    if len(folders) == 1 and any(entry.is_dir() for entry in folders[0].iterdir()):
        return folders[0]
    if any(path.suffix.lower() in SUFFIXES for folder in folders for path in folder.iterdir()):
        return root
    raise DataSetError(f"{root} has no folder lfw-deepfunneled.", "See zhsq data info lfw for the layout.")
