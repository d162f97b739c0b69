"""A labelled folder of presentations, for a site that has its own: real people, and attacks by kind.

    <root>/bona-fide/*.jpg
    <root>/attacks/<kind>/*.jpg        print, replay, mask ...: one folder per kind of attack instrument

A photo's person is its file name up to a closing `_<number>` (`li-wei_0003.jpg`: li-wei), else the whole name; people are
what intervals are drawn over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from zhsq.data.lfw import SUFFIXES
from zhsq.errors import DataSetError

BONA_FIDE = "bona-fide"
ATTACKS = "attacks"
_KIND = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LAYOUT = f"The layout is <root>/{BONA_FIDE}/*.jpg and <root>/{ATTACKS}/<kind>/*.jpg."


@dataclass(frozen=True)
class Presentation:
    """One photo that was taken of a person or of an attack; `kind` is 'bona-fide' or the attack's folder."""

    photo: Path
    kind: str
    person: str


def is_labelled(root: Path) -> bool:
    """Whether a folder is meant to be in this layout: it has one of the two folders."""
    return (root / BONA_FIDE).is_dir() or (root / ATTACKS).is_dir()


def load(root: Path) -> list[Presentation]:
    """Every presentation, bona fide first, then by kind and name.

    Raises:
        DataSetError: a folder is missing, empty, or has a name that can't be a kind; says which.
    """
    for folder in (root / BONA_FIDE, root / ATTACKS):
        if not folder.is_dir():
            raise DataSetError(f"{root} has no folder {folder.name}.", _LAYOUT)
    kinds = sorted(entry for entry in (root / ATTACKS).iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if not kinds:
        raise DataSetError(f"{root / ATTACKS} has no folder per kind of attack.", _LAYOUT)
    for folder in kinds:
        if not _KIND.fullmatch(folder.name) or folder.name == BONA_FIDE:
            raise DataSetError(
                f"{folder} can't name a kind of attack.", "Use letters, digits, '.', '_' and '-', and not 'bona-fide'."
            )
    found = []
    for folder in (root / BONA_FIDE, *kinds):
        photos = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
        if not photos:
            raise DataSetError(f"{folder} holds no photos.", f"Photos end in {', '.join(SUFFIXES)}. {_LAYOUT}")
        found += [Presentation(photo, folder.name, _person(photo)) for photo in photos]
    return found


def _person(photo: Path) -> str:
    return re.sub(r"_\d+$", "", photo.stem)
