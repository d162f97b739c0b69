"""What the plate family returns: characters with their alternatives, reads, boxes, sightings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhsq.models.plate.grammar import Colour, PlateClass


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

    def probability(self, symbol: str, floor: float = 0.0) -> float:
        """The probability of `symbol` at this place; `floor` when it isn't among those kept."""
        if symbol == self.symbol:
            return max(self.confidence, floor)
        return max(dict(self.alternatives).get(symbol, 0.0), floor)


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
    """

    text: str
    characters: tuple[Character, ...]
    confidence: float
    plate_class: PlateClass
    colour: Colour
    warnings: tuple[str, ...] = ()


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
