"""Greedy CTC decoding with the probability of every character and of its rivals, then the grammar's choice.

Connectionist temporal classification: Graves et al., ICML 2006. The best path takes the likeliest class of each
frame, joins repeats and drops the blank. A character's run is the frames that were joined into it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhsq.models.plate.grammar import FORMS, Form, is_plate
from zhsq.models.plate.types import KEPT, LEAST, Character


def decode(frames: NDArray[np.floating], labels: Sequence[str], blank: int = 0) -> tuple[Character, ...]:
    """Decode one item.

    Args:
        frames: (time, classes) probabilities, each row adding up to 1; class `blank` is the blank, the others are
            `labels` in order.
        labels: the alphabet, classes - 1 symbols.
        blank: index of the blank.

    Returns:
        Characters in reading order; a confidence is the largest probability over the run.

    Raises:
        ValueError: the alphabet does not fit the frames.
    """
    if frames.ndim != 2 or frames.shape[1] != len(labels) + 1:
        raise ValueError(f"{frames.shape} frames don't fit an alphabet of {len(labels)} symbols and a blank")
    symbols = np.array([*labels[:blank], "", *labels[blank:]])
    if not len(frames):
        return ()
    path = frames.argmax(axis=1)
    bounds = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    characters = []
    for start, stop in itertools.pairwise(bounds):
        winner = int(path[start])
        if winner == blank:
            continue
        peak = frames[start:stop].max(axis=0)
        rivals = [int(i) for i in np.argsort(-peak, kind="stable") if i not in (winner, blank)][:KEPT]
        alternatives = tuple((str(symbols[i]), float(peak[i])) for i in rivals if peak[i] >= LEAST)
        characters.append(Character(str(symbols[winner]), float(peak[winner]), alternatives))
    return tuple(characters)


def likelihood(frames: NDArray[np.floating], texts: NDArray[np.int64], blank: int) -> NDArray[np.float64]:
    """How likely each text is, over every way in which the frames may spell it (Graves et al., ICML 2006, section 4.1).

    Args:
        frames: (time, classes) probabilities, each row adding up to 1.
        texts: (n, length) classes, none of them the blank; length at least 1.
        blank: class of the blank.

    Returns:
        (n,) 0..1; 0 for a text that the frames are too few to spell.
    """
    n, length = texts.shape
    path = np.full((n, 2 * length + 1), blank)
    path[:, 1::2] = texts
    leap = np.zeros(path.shape, bool)  # a symbol may follow another one without a blank between, but for its like
    leap[:, 3::2] = texts[:, 1:] != texts[:, :-1]
    chance = np.zeros(path.shape)
    chance[:, :2] = frames[0][path[:, :2]]
    for row in frames[1:]:
        onward = chance.copy()
        onward[:, 1:] += chance[:, :-1]
        onward[:, 2:] += chance[:, :-2] * leap[:, 2:]
        chance = onward * row[path]
    return np.asarray(chance[:, -1] + chance[:, -2], np.float64)


def constrain(characters: tuple[Character, ...]) -> tuple[tuple[Character, ...], bool]:
    """Let the grammar choose among the alternatives when the best path is not a plate.

    Of all forms of the read's length, the composition of greatest likelihood (product of the probabilities of the
    symbols listed) is taken. Nothing is inserted, and no symbol that the recogniser did not list is used.

    Returns:
        The characters, and whether any was changed. Unchanged when no form can be made of what is listed.
    """
    text = "".join(character.symbol for character in characters)
    if is_plate(text):
        return characters, False
    fitted = [chosen for form in FORMS if (chosen := _fit(characters, form)) is not None]
    if not fitted:
        return characters, False
    best = max(fitted, key=lambda chosen: sum(math.log(c.confidence) for c in chosen))
    return best, True


def _fit(characters: tuple[Character, ...], form: Form) -> tuple[Character, ...] | None:
    if len(characters) != len(form.places):
        return None
    chosen = []
    for character, allowed in zip(characters, form.places, strict=True):
        ranked = ((character.symbol, character.confidence), *character.alternatives)
        pick = next(((s, p) for s, p in ranked if s in allowed and p > 0), None)
        if pick is None:
            return None
        others = tuple(item for item in ranked if item[0] != pick[0])
        chosen.append(Character(pick[0], pick[1], tuple(sorted(others, key=lambda item: -item[1]))))
    # The places fit one by one; a serial may still hold too many letters.
    return tuple(chosen) if form.accepts("".join(character.symbol for character in chosen)) else None
