"""A second reader's opinion of a doubtful read.

The second reader is of another kind (CTC) and saw other plates, so that it errs elsewhere. It isn't asked what it reads,
where it may lose or add a character, but how likely it finds each plate that the first reader thinks possible; both
are then one distribution (a product of experts: Hinton, Neural Computation 14, 2002).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.models.plate.ctc import likelihood
from zhsq.models.plate.grammar import PROVINCES, SYMBOLS
from zhsq.models.plate.read import CtcParams
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE, Table

#: Plates that are weighed, likeliest first.
CANDIDATES = 400
#: A symbol is thought possible when the first reader gives it this much; of a province's character much less is asked,
#: since it is the hardest to read.
POSSIBLE, POSSIBLE_PROVINCE = 2e-3, 1e-5


class OpinionParams(BaseModel):
    """Of the second reader."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: How it takes a crop, and which of its classes is the blank.
    reader: CtcParams
    #: Its other classes in order.
    symbols: str
    #: How many characters the plates have that it was taught.
    lengths: tuple[int, ...]


def knows(text: str, params: OpinionParams) -> bool:
    """Whether a text is of the kind that the second reader was taught: a province, then digits and letters."""
    return len(text) in params.lengths and text[0] in PROVINCES and all(symbol in params.symbols for symbol in text)


def weighed(table: Table, frames: NDArray[np.float32], params: OpinionParams, length: int) -> Table:
    """The table of both readers.

    Args:
        table: (8, 73), of the first reader.
        frames: (time, classes + 1), of the second reader.
        params: of the second reader.
        length: of the plate, characters.

    Returns:
        (8, 73), rows add up to 1: each symbol's share of the plates weighed; 'none' behind the last place. The table as
        it was when the second reader finds no candidate possible.
    """
    plates, chance = _candidates(table, params, length)
    both = chance * likelihood(frames, _classes(params)[plates], params.reader.blank)
    total = float(both.sum())
    if total <= 0:
        return table
    found = np.zeros(table.shape)
    found[length:, NONE] = 1.0
    for place in range(length):
        np.add.at(found[place], plates[:, place], both / total)
    return found.astype(np.float32)


@lru_cache
def _classes(params: OpinionParams) -> NDArray[np.int64]:
    """The second reader's class of every column of a table, (73,); the blank where it has none."""
    blank = params.reader.blank
    classes = np.full(COLUMNS, blank, np.int64)
    for place, symbol in enumerate(params.symbols):
        if symbol in COLUMN:
            classes[COLUMN[symbol]] = place + (place >= blank)
    return classes


@lru_cache
def _known(params: OpinionParams, province: bool) -> NDArray[np.int64]:
    """The columns of the symbols that both readers know: of provinces, or of all others."""
    return np.array([COLUMN[s] for s in SYMBOLS if s in params.symbols and (s in PROVINCES) == province], np.int64)


def _candidates(table: Table, params: OpinionParams, length: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The likeliest plates of the first reader, (n, length) columns, and their probabilities."""
    plates, chance = np.zeros((1, 0), np.int64), np.ones(1)
    for place, row in enumerate(table[:length]):
        known = _known(params, place == 0)
        possible = row[known] >= (POSSIBLE if place else POSSIBLE_PROVINCE)
        columns = known[possible] if possible.any() else known[:1]
        chance = np.outer(chance, row[columns]).ravel()
        plates = np.concatenate([plates.repeat(len(columns), 0), np.tile(columns, len(plates))[:, None]], axis=1)
        best = np.argsort(-chance, kind="stable")[:CANDIDATES]
        plates, chance = plates[best], chance[best]
    return plates, chance
