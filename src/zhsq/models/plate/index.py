"""Registered plates, indexed for exact search by likelihood.

For each place and symbol there is a bitmap of the plates that have that symbol there (Wong et al., Bit transposed
files, VLDB 1985). A table leaves few plausible symbols at a place: the union of their bitmaps per place, intersected
over the places, leaves few plates, and those are scored. Nothing is approximated: a plate that the bitmaps discard is no
candidate by the definition in `PlateIndex.search`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError
from zhsq.models.plate.grammar import PLACES, is_plate, normalise
from zhsq.models.plate.lattice import Posterior
from zhsq.models.plate.types import COLUMN, COLUMNS, codes_of

#: Below this at any one place a registered plate is no candidate: the reader saw something else there.
PLAUSIBLE = 0.01
#: Below this a registered plate is no candidate: too much is unread for it to stand out among all plates.
SLIGHTEST = 1e-6
_WORD = 64
_PLACES = np.arange(PLACES)
#: The column of a symbol by its code point; 0, which pads numpy's texts, is 'none'.
_BY_POINT = np.zeros(1 + max(map(ord, COLUMN)), np.uint8)
_BY_POINT[[ord(symbol) for symbol in COLUMN]] = list(COLUMN.values())


class PlateTextError(ZhsqError):
    """A text that is no plate by GA 36-2018, and so can't be registered."""

    code = "invalid-request"


@dataclass(frozen=True)
class Found:
    """A candidate: the plate as it was registered, its columns (8,) uint8, and its likelihood, 0..1."""

    plate: str
    codes: NDArray[np.uint8]
    likelihood: float


class PlateIndex:
    """A set of plates that can be searched by what a reader saw. Not safe to change while another thread searches.

    Separators and case don't matter: a plate that comes again in another spelling is the same plate, and keeps the
    spelling that it came in first. Memory: 73 bytes a plate for bitmaps and 8 for symbols, beside the texts.

    Args:
        plates: to begin with; built at once, far faster than one by one.

    Raises:
        PlateTextError: one of them is no plate.
    """

    def __init__(self, plates: Iterable[str] = ()) -> None:
        self._rows: dict[str, int] = {}
        self._plates: list[str] = []
        for plate in plates:
            text = _checked(plate)
            if text not in self._rows:
                self._rows[text] = len(self._plates)
                self._plates.append(plate)
        self._free: list[int] = []
        count = len(self._plates)
        words = max(1, -(-count // _WORD))
        self._codes = np.zeros((words * _WORD, PLACES), np.uint8)
        if count:
            points = np.array(list(self._rows), f"<U{PLACES}").view(np.uint32).reshape(count, PLACES)
            self._codes[:count] = _BY_POINT[points]
        self._bits = np.zeros((PLACES, COLUMNS, words), np.uint64)
        for place in range(PLACES):
            column = self._codes[:count, place]
            for symbol in np.unique(column):
                packed = np.zeros(words * _WORD, bool)
                packed[:count] = column == symbol
                self._bits[place, symbol] = np.packbits(packed, bitorder="little").view("<u8")

    def __len__(self) -> int:
        """How many plates."""
        return len(self._rows)

    def __contains__(self, plate: str) -> bool:
        return normalise(plate) in self._rows

    @property
    def nbytes(self) -> int:
        """Of the bitmaps and symbols; the texts come on top."""
        return int(self._bits.nbytes + self._codes.nbytes)

    def add(self, plate: str) -> bool:
        """Add a plate.

        Returns:
            False when it is there already, in whatever spelling.

        Raises:
            PlateTextError: it is no plate.
        """
        text = _checked(plate)
        if text in self._rows:
            return False
        if self._free:
            row = self._free.pop()
            self._plates[row] = plate
        else:
            row = len(self._plates)
            self._plates.append(plate)
            if row == len(self._codes):
                self._codes = np.concatenate([self._codes, np.zeros_like(self._codes)])
                self._bits = np.concatenate([self._bits, np.zeros_like(self._bits)], axis=2)
        self._rows[text] = row
        self._codes[row] = codes_of(text)
        word, bit = divmod(row, _WORD)
        self._bits[_PLACES, self._codes[row], word] |= np.uint64(1 << bit)
        return True

    def remove(self, plate: str) -> bool:
        """Remove a plate; False when it isn't there."""
        row = self._rows.pop(normalise(plate), None)
        if row is None:
            return False
        word, bit = divmod(row, _WORD)
        self._bits[_PLACES, self._codes[row], word] &= ~np.uint64(1 << bit)
        self._plates[row] = ""
        self._free.append(row)
        return True

    def search(self, seen: Posterior, limit: int = 20) -> list[Found]:
        """The registered plates that fit, likeliest first; of equal ones in the order of their texts.

        A plate is a candidate when each of its symbols has a probability of at least `PLAUSIBLE` at its place in
        `seen.table`, and its likelihood, the probability among all plates of the grammar, is at least `SLIGHTEST`.

        Args:
            seen: what the reader saw, given the grammar.
            limit: the most that are returned.
        """
        if seen.total <= 0:
            return []
        rows = self._survivors(_possible(seen))
        if not len(rows):
            return []
        codes = self._codes[rows]
        likelihood = seen.likelihood(codes)
        fits = (likelihood >= SLIGHTEST) & (seen.table[_PLACES, codes] >= PLAUSIBLE).all(axis=1)
        chosen = np.flatnonzero(fits)
        if len(chosen) > limit:  # everything that is as likely as the last one stays, for the order of equals
            least = np.partition(likelihood[chosen], len(chosen) - limit)[len(chosen) - limit]
            chosen = chosen[likelihood[chosen] >= least]
        found = [Found(self._plates[rows[i]], codes[i], float(likelihood[i])) for i in chosen]
        return sorted(found, key=lambda item: (-item.likelihood, normalise(item.plate)))[:limit]

    def _survivors(self, possible: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Rows whose symbols are all possible."""
        symbols = [np.flatnonzero(row) for row in possible]
        if not all(len(found) for found in symbols):
            return np.zeros(0, np.intp)
        left: NDArray[np.uint64] | None = None
        words: NDArray[np.intp] | None = None
        # Few symbols first: they leave the fewest plates. When few words are left, only those are looked at.
        for place in sorted(range(PLACES), key=lambda i: (len(symbols[i]), -i)):
            bits = self._bits[place]
            if words is None or left is None:
                union = _union(bits, symbols[place])
                left = union if left is None else left & union
                nonzero = np.flatnonzero(left)
                if len(nonzero) * 4 < len(left):
                    words, left = nonzero, left[nonzero]
            else:
                left = left & np.bitwise_or.reduce(bits[symbols[place][:, None], words], axis=0)
        assert left is not None
        hits = np.flatnonzero(left)
        unpacked = np.unpackbits(left[hits].view(np.uint8), bitorder="little").reshape(len(hits), _WORD)
        word, bit = np.nonzero(unpacked)
        return (hits if words is None else words[hits])[word] * _WORD + bit


def _union(bits: NDArray[np.uint64], symbols: NDArray[np.intp]) -> NDArray[np.uint64]:
    union: NDArray[np.uint64] = bits[symbols[0]].copy()
    for symbol in symbols[1:]:
        union |= bits[symbol]
    return union


def _possible(seen: Posterior) -> NDArray[np.bool_]:
    """(8, 73): symbols that a candidate may have at a place, even if all its other places were as likely as any can be."""
    best = seen.table.max(axis=1)
    bound = SLIGHTEST * seen.total * (1 - 1e-9)
    product = float(np.prod(best))
    others = product / np.maximum(best, 1e-300)
    return np.asarray((seen.table >= PLAUSIBLE) & (seen.table * others[:, None] >= bound))


def _checked(plate: str) -> str:
    text = normalise(plate)
    if not is_plate(text):
        raise PlateTextError(f"{plate!r} is not a plate by GA 36-2018.", "Write it like 皖A12345.")
    return text
