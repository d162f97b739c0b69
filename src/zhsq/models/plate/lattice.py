"""All plates of the grammar at once: what a table says of them, without listing them.

The forms of GA 36-2018 make a finite automaton over 8 places (a plate of 7 ends in 'none'). It is made deterministic
(subset construction, Rabin and Scott 1959) so that a plate that fits two forms counts once, and minimal, level by level.
Sums over every plate are then a forward and a backward pass, and the likeliest plate is a Viterbi pass (Rabiner, A
tutorial on hidden Markov models, Proc. IEEE 77, 1989): a fraction of a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhsq.models.plate.grammar import FORMS, LETTERS, PLACES, SYMBOLS, is_plate
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE, Table

Float64Array = NDArray[np.float64]
_State = frozenset[tuple[int, int]]  # the forms that a beginning still fits, each with the letters it has used
_DEAD = -1


@dataclass(frozen=True)
class Posterior:
    """A table given that it shows a plate of the grammar, every plate being as likely beforehand.

    Attributes:
        table: (8, 73) float64, rows add up to 1: the probabilities that it was made of.
        total: probability of the table's independent places to make a plate of the grammar at all, 0..1.
        marginals: (8, 73) float64: the probability of each symbol at each place, given the grammar; zeros where
            `total` is 0, else rows add up to 1.
    """

    table: Float64Array
    total: float
    marginals: Float64Array

    def likelihood(self, codes: NDArray[np.uint8]) -> Float64Array:
        """The probability of plates among all plates of the grammar.

        Args:
            codes: (n, 8) as of `types.codes_of`, all of the grammar.

        Returns:
            (n,) float64, 0..1: the product over places, divided by `total`; 0 where `total` is 0.
        """
        product = np.ones(len(codes))
        for row, symbols in zip(self.table, codes.T, strict=True):
            product *= row[symbols]
        return product / self.total if self.total > 0 else np.zeros(len(codes))


def condition(table: Table | Float64Array) -> Posterior:
    """Condition a table on the grammar.

    Args:
        table: (8, 73), rows add up to 1.

    Raises:
        ValueError: of another shape.
    """
    rows = _checked(table)
    levels = _automaton()
    steps = [level @ row for level, row in zip(levels, rows, strict=True)]
    after = [np.ones(1)]
    for step in reversed(steps):
        after.append(step @ after[-1])
    after.reverse()
    total = float(after[0][0])
    marginals = np.zeros(rows.shape)
    if total > 0:
        before = np.ones(1)
        for i, (level, step) in enumerate(zip(levels, steps, strict=True)):
            paths = (before[:, None] * after[i + 1]).ravel()
            marginals[i] = rows[i] * (paths @ level.reshape(len(paths), COLUMNS)) / total
            before = before @ step
    return Posterior(rows, min(total, 1.0), marginals)


def likeliest(table: Table | Float64Array) -> str:
    """The plate of the grammar of greatest probability; '' when every one has probability 0.

    Args:
        table: (8, 73), rows add up to 1.

    Raises:
        ValueError: of another shape.
    """
    rows = _checked(table)
    columns = rows.argmax(axis=1)
    text = "".join(SYMBOLS[c - 1] for c in columns.tolist() if c != NONE)
    if is_plate(text) and (columns[len(text) :] == NONE).all():
        return text  # nothing is likelier than the likeliest symbol everywhere
    score = np.ones(1)
    back: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for level, row in zip(_automaton(), rows, strict=True):
        weighted = level * row
        symbol = weighted.argmax(axis=2)
        paths = score[:, None] * weighted.max(axis=2)
        origin = paths.argmax(axis=0)
        back.append((origin, symbol[origin, np.arange(len(origin))]))
        score = paths.max(axis=0)
    if score[0] <= 0:
        return ""
    state, text = 0, ""
    for origin, symbol in reversed(back):
        column = int(symbol[state])
        text = ("" if column == NONE else SYMBOLS[column - 1]) + text
        state = int(origin[state])
    return text


def count() -> int:
    """How many plates the grammar has."""
    ways = np.ones(1, dtype=object)  # beyond 2^53 a float would round
    for level in reversed(_automaton()):
        ways = level.sum(axis=2).astype(np.int64).astype(object) @ ways
    return int(ways[0])


def _checked(table: Table | Float64Array) -> Float64Array:
    if table.shape != (PLACES, COLUMNS):
        raise ValueError(f"a table is {(PLACES, COLUMNS)}, not {table.shape}")
    return np.asarray(table, np.float64)


@cache
def _automaton() -> tuple[Float64Array, ...]:
    """Per place, (states before, states after, 73): 1 where the symbol leads from one to the other."""
    states: list[_State] = [frozenset((form, 0) for form in range(len(FORMS)))]
    moves: list[NDArray[np.int64]] = []
    for place in range(PLACES):
        known: dict[_State, int] = {}
        move = np.full((len(states), COLUMNS), _DEAD)
        for i, state in enumerate(states):
            for column, symbol in ((NONE, ""), *((COLUMN[s], s) for s in SYMBOLS)):
                if after := _after(state, place, symbol):
                    move[i, column] = known.setdefault(after, len(known))
        moves.append(move)
        states = list(known)
    # Backwards, states with the same moves are one: past the last place all are.
    names = np.zeros(len(states), np.int64)
    levels: list[Float64Array] = []
    for move in reversed(moves):
        renamed = np.where(move == _DEAD, _DEAD, names[move])
        distinct, names = np.unique(renamed, axis=0, return_inverse=True)
        size = int(distinct.max()) + 1
        level = (distinct[:, None, :] == np.arange(size)[None, :, None]).astype(np.float64)
        levels.append(level)
    return tuple(reversed(levels))


def _after(state: _State, place: int, symbol: str) -> _State:
    """The forms that still fit when `symbol` ('' for none) stands at `place`."""
    alive = set()
    for index, used in state:
        form = FORMS[index]
        if place >= len(form.places):
            if not symbol:
                alive.add((index, used))
        elif symbol and symbol in form.places[place]:
            letters = used + (place in form.free and symbol in LETTERS)
            if letters <= form.letters or place not in form.free:
                alive.add((index, letters))
    return frozenset(alive)
