"""A second reader's opinion of a doubtful read.

The second reader is of another kind (CTC) and saw other plates, so that it errs elsewhere. It isn't asked what it reads,
where it may lose or add a character, but how likely it finds each plate that the first reader thinks possible; both
are then one distribution (a product of experts: Hinton, Neural Computation 14, 2002).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.imaging import RGBImage
from zhsq.models.plate.ctc import likelihood
from zhsq.models.plate.grammar import PROVINCES, SYMBOLS
from zhsq.models.plate.types import COLUMN, NONE, Table

#: Plates that are weighed, likeliest first.
CANDIDATES = 400
#: A symbol is thought possible when the first reader gives it this much; of a province's character much less is asked,
#: since it is the hardest to read.
POSSIBLE, POSSIBLE_PROVINCE = 2e-3, 1e-5
#: The length of the plates that the second reader knows.
LENGTH = 7


class OpinionParams(BaseModel):
    """Of the second reader. A crop is scaled to `width` x `height`; pixels are (value - mean) / scale, blue, green, red."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    height: int
    width: int
    mean: float
    scale: float
    #: Its classes in order; the blank comes behind them.
    symbols: str


def pixels(crop: RGBImage, params: OpinionParams) -> NDArray[np.float32]:
    """A crop, (h, w, 3) uint8 RGB, as the graph takes it: (3, height, width) float32."""
    scaled = cv2.resize(crop, (params.width, params.height), interpolation=cv2.INTER_LINEAR)
    upright = scaled[..., ::-1].astype(np.float32).transpose(2, 0, 1)
    return np.asarray((upright - params.mean) / params.scale, np.float32)


def knows(text: str, params: OpinionParams) -> bool:
    """Whether a text is of the kind that the second reader was taught: a province and six digits and letters."""
    return len(text) == LENGTH and text[0] in PROVINCES and all(symbol in params.symbols for symbol in text)


def weighed(table: Table, frames: NDArray[np.float32], params: OpinionParams) -> Table:
    """The table of both readers.

    Args:
        table: (8, 73), of the first reader.
        frames: (time, classes + 1), of the second reader.
        params: of the second reader.

    Returns:
        (8, 73), rows add up to 1: each symbol's share of the plates weighed; 'none' behind the seventh place. The table
        as it was when the second reader finds no candidate possible.
    """
    plates, chance = _candidates(table, params)
    codes = np.array([COLUMN.get(symbol, NONE) for symbol in params.symbols])
    classes = np.zeros(table.shape[1], np.int64)
    classes[codes] = np.arange(len(codes))
    both = chance * likelihood(frames, classes[plates], len(params.symbols))
    total = float(both.sum())
    if total <= 0:
        return table
    found = np.zeros(table.shape)
    found[LENGTH:, NONE] = 1.0
    for place in range(LENGTH):
        np.add.at(found[place], plates[:, place], both / total)
    return found.astype(np.float32)


def _candidates(table: Table, params: OpinionParams) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The likeliest plates of the first reader, (n, 7) columns, and their probabilities."""
    plates, chance = np.zeros((1, 0), np.int64), np.ones(1)
    for place, row in enumerate(table[:LENGTH]):
        known = [COLUMN[s] for s in SYMBOLS if s in params.symbols and (s in PROVINCES) == (place == 0)]
        columns = np.array([c for c in known if row[c] >= (POSSIBLE if place else POSSIBLE_PROVINCE)] or known[:1])
        chance = np.outer(chance, row[columns]).ravel()
        plates = np.concatenate([plates.repeat(len(columns), 0), np.tile(columns, len(plates))[:, None]], axis=1)
        best = np.argsort(-chance, kind="stable")[:CANDIDATES]
        plates, chance = plates[best], chance[best]
    return plates, chance
