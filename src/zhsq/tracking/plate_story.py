"""What the notebook on plates shows: the grammar as a table, sheets of pictures, the pairs that a reader confuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhsq.errors import MissingExtraError
from zhsq.imaging import RGBImage
from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.grammar import (
    ALNUM,
    ARMY,
    DIGITS,
    FORMS,
    LETTERS,
    NEW_ENERGY,
    PROVINCES,
    SYMBOLS,
    is_plate,
    random_plate,
)
from zhsq.models.plate.types import COLUMN, PlateRead

#: Sets of symbols by the name that a table gives them.
_SETS = {
    PROVINCES: "province",
    DIGITS: "0-9",
    LETTERS: "A-Z",
    ALNUM: "0-9 A-Z",
    NEW_ENERGY: f"one of {NEW_ENERGY}",
    ARMY: "branch",
}


@dataclass(frozen=True)
class Tile:
    """A picture, (height, width, 3) uint8 RGB, and the line above it. Lines are ASCII: fonts for more may be missing."""

    image: RGBImage
    text: str = ""


@dataclass(frozen=True)
class Pair:
    """A symbol that was said, the one that truly stood there ('' for none), and how likely that is, 0..1."""

    said: str
    truth: str
    probability: float


def grammar_rows(seed: int = 0) -> list[dict[str, str]]:
    """The forms of GA 36-2018 as rows of a table: class, grounds, composition, most letters of a serial, an example.

    Args:
        seed: of the examples.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for form in FORMS:
        example = random_plate(form.plate_class, rng)
        while not form.accepts(example):  # a class may have several forms
            example = random_plate(form.plate_class, rng)
        rows.append(
            {
                "class": form.plate_class,
                "ground": ", ".join(form.colours),
                "composition": _composition(form.places),
                "letters": str(form.letters) if form.free else "",
                "example": example,
            }
        )
    return rows


def _composition(places: Sequence[str]) -> str:
    """Places in words, the same one after another counted."""
    names = [_SETS.get(allowed, "/".join(allowed)) for allowed in places]
    runs: list[tuple[str, int]] = []
    for name in names:
        count = runs.pop()[1] if runs and runs[-1][0] == name else 0
        runs.append((name, count + 1))
    return ", ".join(name if count == 1 else f"{count} x {name}" for name, count in runs)


def nearest_twin(read: PlateRead, confusion: Confusion) -> tuple[str, float]:
    """The plate that differs from a read in one symbol only, where the reader was least sure that it is not that one.

    Returns:
        The plate and the probability of its other symbol at its place, 0..1, with the confusion taken into account;
        ('', 0) when no plate of the grammar is so near.
    """
    table = confusion.apply(read.table)
    twins = {
        read.text[:place] + symbol + read.text[place + 1 :]: float(table[place, COLUMN[symbol]])
        for place, own in enumerate(read.text)
        for symbol in SYMBOLS
        if symbol != own
    }
    return max(((text, p) for text, p in twins.items() if is_plate(text)), key=lambda item: item[1], default=("", 0.0))


def easy_to_hard(images: Sequence[RGBImage], confidences: Sequence[float], n: int) -> list[Tile]:
    """`n` of the pictures at even ranks, from the one that a reader is surest of to the one it is least sure of.

    Raises:
        ValueError: fewer pictures than `n`, or not a confidence for each.
    """
    if not 0 < n <= len(images) or len(images) != len(confidences):
        raise ValueError(f"{n} of {len(images)} pictures with {len(confidences)} confidences can't be shown")
    order = np.argsort(-np.asarray(confidences), kind="stable")
    ranks = np.round(np.linspace(0, len(order) - 1, n)).astype(int)
    return [Tile(images[i], f"{confidences[i]:.2f}") for i in order[ranks].tolist()]


def draw(figure: Any, rows: Mapping[str, Sequence[Tile]]) -> None:
    """Draw a row of pictures for each name into a matplotlib figure, its name at the left, pictures in their proportions.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401 (only to say early, and clearly, that it is missing)
    except ImportError as error:
        raise MissingExtraError("track", "A contact sheet") from error
    columns = max((len(tiles) for tiles in rows.values()), default=0)
    if not columns:
        return
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for line, (name, tiles) in zip(grid, rows.items(), strict=True):
        for axes in line:
            axes.set_axis_off()
        for axes, tile in zip(line, tiles, strict=False):
            axes.imshow(tile.image)
            axes.set_title(tile.text, fontsize=7, pad=2)
        line[0].annotate(
            name, (0, 0.5), (-6, 0), "axes fraction", textcoords="offset points", ha="right", va="center", fontsize=8
        )


def top_pairs(confusion: Confusion, n: int = 12) -> list[Pair]:
    """The pairs of symbols that a reader confuses most, likeliest first; none for the identity.

    A row's smallest entry is what the model gives to pairs that it never saw, so that only those above it are told.
    """
    names = ["", *SYMBOLS]
    matrix = confusion.matrix.copy()
    np.fill_diagonal(matrix, 0)
    off = matrix + np.eye(len(matrix))
    matrix[matrix <= off.min(axis=1, keepdims=True) * (1 + 1e-6)] = 0
    order = np.argsort(-matrix, axis=None, kind="stable")[:n]
    said, truth = np.unravel_index(order, matrix.shape)
    found = [Pair(names[s], names[t], float(matrix[s, t])) for s, t in zip(said, truth, strict=True)]
    return [pair for pair in found if pair.probability > 0]
