"""What the plate family returns: characters with their alternatives, tables, reads, boxes, sightings.

A *table* holds a probability for every symbol at every place: (8, 73) float32, rows add up to 1. Row = place of the
plate; column 0 = no symbol stands there, the others are `grammar.SYMBOLS` in order. A plate of 7 has 'none' in row 8.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhsq.models.plate.grammar import PLACES, SYMBOLS, Colour, PlateClass

Table = NDArray[np.float32]
#: Columns of a table, and the column of each symbol; column 0 is 'none'.
COLUMNS = 1 + len(SYMBOLS)
NONE = 0
COLUMN: dict[str, int] = {symbol: 1 + i for i, symbol in enumerate(SYMBOLS)}
#: Alternatives of a character that are kept, and the least probability of one.
KEPT = 5
LEAST = 1e-4


@dataclass(frozen=True)
class Character:
    """One character of a read.

    Attributes:
        symbol: what was decided.
        confidence: its probability, 0..1: the largest over the frames in which the recogniser saw this character.
        alternatives: other symbols of the same frames with theirs, most likely first. Each is a maximum over
            frames of its own, so that they needn't add up to one.
    """

    symbol: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class PlateRead:
    """What one crop says.

    Attributes:
        text: the plate without separators, '' when nothing was read.
        characters: one entry per symbol of `text`.
        confidence: the weakest character's, 0..1; 0 when nothing was read. The mean hides one wrong character.
        plate_class: by GA 36-2018, 'unknown' when the text fits none.
        colour: of the plate's ground, by its pixels.
        warnings: what a guard should know: outside the grammar, changed by the grammar, colour against text.
        table: (8, 73) float32, the probability of every symbol at every place (see the module); what is matched and
            voted on. Of a reader of more than 8 characters, the first 8.
    """

    text: str
    characters: tuple[Character, ...]
    confidence: float
    plate_class: PlateClass
    colour: Colour
    warnings: tuple[str, ...]
    table: Table = field(repr=False, compare=False)


@dataclass(frozen=True)
class PlateBox:
    """Where a plate may be: `box` (4,) x1 y1 x2 y2 and `corners` (4, 2) left-top, right-top, right-bottom,
    left-bottom, float32 pixels of the photo; `score` is the locator's, 0..1."""

    box: NDArray[np.float32]
    corners: NDArray[np.float32]
    score: float


@dataclass(frozen=True)
class PlateSighting:
    """A plate in a photo: what it says and where it is (`box`, `corners`, `score` as in `PlateBox`)."""

    read: PlateRead
    box: NDArray[np.float32]
    corners: NDArray[np.float32]
    score: float


def codes_of(text: str) -> NDArray[np.uint8]:
    """The column of every place of a normalised text, (8,) uint8, 'none' behind its end.

    Raises:
        ValueError: more than 8 symbols, or one that stands on no plate.
    """
    if len(text) > PLACES or any(symbol not in COLUMN for symbol in text):
        raise ValueError(f"{text!r} is not made of at most {PLACES} symbols of number plates")
    codes = np.full(PLACES, NONE, np.uint8)
    codes[: len(text)] = [COLUMN[symbol] for symbol in text]
    return codes


def table_of(characters: Iterable[Character]) -> Table:
    """A table from the characters of a reader that lists some alternatives of each, such as a CTC reader.

    A character keeps its confidence, as thresholds were calibrated on it. Its alternatives, each a maximum over frames
    of its own, are scaled down where they exceed what is left. What is missing to 1 is spread evenly over the columns
    that were not listed. Places behind the last character are 'none' for sure: that a reader without places has lost a
    character is not in its output; `confusion` knows how often it does.

    Args:
        characters: in reading order; those behind the eighth are left out.

    Returns:
        (8, 73) float32, rows add up to 1.
    """
    table = np.zeros((PLACES, COLUMNS))
    count = 0
    for row, character in zip(table, characters, strict=False):
        count += 1
        others = {s: p for s, p in character.alternatives if s in COLUMN and s != character.symbol}
        known = character.symbol in COLUMN
        decided = min(max(character.confidence, 0.0), 1.0) if known else 0.0
        total = sum(others.values())
        scale = min(1.0, (1.0 - decided) / total) if total > 0 else 0.0
        for symbol, probability in others.items():
            row[COLUMN[symbol]] = probability * scale
        if known:
            row[COLUMN[character.symbol]] = decided
        unlisted = np.ones(COLUMNS, bool)
        unlisted[[COLUMN[s] for s in others]] = False
        if known:
            unlisted[COLUMN[character.symbol]] = False
        row[unlisted] = max(0.0, 1.0 - row.sum()) / unlisted.sum()
    table[count:, NONE] = 1.0
    return table.astype(np.float32)


def characters_of(table: Table, columns: NDArray[np.integer]) -> tuple[Character, ...]:
    """What a table says when these columns were decided, in reading order; a place where it is 'none' has no character.

    Args:
        table: (8, 73), rows add up to 1.
        columns: (8,), the column of each place.

    Returns:
        At most 8 characters, each with up to 5 alternatives of at least 1e-4, most likely first.
    """
    rivals: list[list[tuple[str, float]]] = [[] for _ in table]
    chosen = columns.tolist()
    places, others = np.nonzero(table >= LEAST)  # few: of most places only what was decided
    for place, column, share in zip(places.tolist(), others.tolist(), table[places, others].tolist(), strict=True):
        if column not in (NONE, chosen[place]):
            rivals[place].append((SYMBOLS[column - 1], share))
    decided = table[np.arange(len(table)), columns].tolist()
    return tuple(
        Character(SYMBOLS[column - 1], confidence, tuple(sorted(listed, key=_unlikely)[:KEPT]))
        for column, confidence, listed in zip(chosen, decided, rivals, strict=True)
        if column != NONE
    )


def _unlikely(rival: tuple[str, float]) -> float:
    return -rival[1]
