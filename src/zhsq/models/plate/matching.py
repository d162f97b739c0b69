"""Match a read against registered plates by the likelihood of each; the weakest character decides.

A gate opens on 'match' only. 'ambiguous' goes to a person: the plate may be a registered one, but a character was
not sure enough, or another plate fits almost as well. 'unknown' says that no registered plate fits.

The likelihood of a plate is its probability given the read: the reader's probabilities of each place, corrected by the
confusion model of the bundle (`confusion`), given that it is a plate of the grammar (`lattice`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.grammar import LENGTHS, PLACES, SYMBOLS, colours_agree, is_plate, normalise
from zhsq.models.plate.index import Found, PlateIndex
from zhsq.models.plate.lattice import Float64Array, Posterior, condition
from zhsq.models.plate.types import COLUMNS, NONE, PlateRead, codes_of

#: Candidates that are told, at most.
CANDIDATES = 20

Decision = Literal["match", "ambiguous", "unknown"]
Reason = Literal[
    "registered",
    "weak-character",
    "close-rival",
    "other-plate-fits",
    "lost-character",
    "not-a-plate",
    "none-fits",
    "not-registered",
    "nothing-read",
    "frames-disagree",
]
#: What a guard is told, in English and Chinese.
MESSAGES: dict[Reason, tuple[str, str]] = {
    "registered": ("The plate is registered.", "车牌已登记。"),
    "weak-character": ("A character is not sure enough.", "有字符识别把握不足，请人工核对。"),
    "close-rival": ("Another registered plate fits almost as well.", "另有登记车牌同样相近，请人工核对。"),
    "other-plate-fits": (
        "The plate that was read is not registered, but a registered one may be meant.",
        "识别到的车牌未登记，但可能是某一登记车牌，请人工核对。",
    ),
    "lost-character": ("A character was probably lost.", "可能漏读字符，请人工核对。"),
    "not-a-plate": ("What was read is not a plate by GA 36-2018.", "识别结果不符合 GA 36-2018 号牌规则，请人工核对。"),
    "none-fits": ("No registered plate fits.", "没有相符的登记车牌。"),
    "not-registered": ("Another plate was read, surely, which is not registered.", "识别结果明确，该车牌未登记。"),
    "nothing-read": ("Nothing was read.", "未识别到车牌。"),
    "frames-disagree": ("Frames of this pass show different plates.", "同一次通行的画面中车牌不一致，请人工核对。"),
}


@dataclass(frozen=True)
class Weakest:
    """The character of a plate that the read supports least.

    Attributes:
        place: 1..8.
        symbol: the plate's; '' where the plate has ended.
        read: the symbol that was read there; '' where none was.
        probability: of the plate's symbol there, given the grammar, 0..1.
    """

    place: int
    symbol: str
    read: str
    probability: float


@dataclass(frozen=True)
class Candidate:
    """A registered plate that fits: as it was registered, its likelihood (0..1), and its weakest character."""

    plate: str
    likelihood: float
    weakest: Weakest


@dataclass(frozen=True)
class PlateMatch:
    """The outcome.

    Attributes:
        decision: 'match', 'ambiguous' or 'unknown'.
        plate: the registered plate, as it was registered, for a match; else None.
        candidates: registered plates that fit, likeliest first, at most 20.
        reason: why; a key of `MESSAGES`.
    """

    decision: Decision
    plate: str | None
    candidates: tuple[Candidate, ...]
    reason: Reason


def match(
    read: PlateRead, index: PlateIndex, *, accept: float, margin: float, confusion: Confusion | None = None
) -> PlateMatch:
    """Decide which registered plate was read, if any.

    - 'match': the text read is registered and the likeliest of all registered plates; the reader's weakest character
      reaches `accept`; and, with confusion and grammar taken into account, the odds of each of its characters, and of
      the plate against the next registered one, reach e^`margin`.
    - 'unknown': no registered plate fits, or the read is surely (`accept`, `margin`) of another plate.
    - 'ambiguous': else. Always so when registered plates fit a read that contradicts itself: 7 characters on a green
      ground, or 6 or 7 that are no plate. Then one was probably lost, and plates that have one more, at whichever
      place, are candidates too. Two lost characters, and one lost from a read that is a plate nevertheless, are not
      seen here.

    Args:
        read: of one plate.
        index: plates of the estate.
        accept: probability, 0..1, on the scale of `read.confidence` (bundle threshold 'accept').
        margin: in nats (ln of odds).
        confusion: of the bundle that read; None takes the reader at its word.
    """
    if not read.text:
        return PlateMatch("unknown", None, (), "nothing-read")
    table = (confusion or Confusion.identity()).apply(read.table)
    seen = condition(table)
    found = index.search(seen, CANDIDATES)
    candidates = tuple(_candidate(item, item.likelihood, seen, read.text) for item in found)
    doubtful = _contradicts_itself(read)
    if doubtful:
        candidates = _with_lost(candidates, read, table, index)
    if not candidates:
        return PlateMatch("unknown", None, (), "none-fits")
    if doubtful:
        return PlateMatch("ambiguous", None, candidates, "lost-character")
    if not is_plate(read.text):
        return PlateMatch("ambiguous", None, candidates, "not-a-plate")
    best = candidates[0]
    sure = read.confidence >= accept
    if normalise(best.plate) != read.text:
        own = float(seen.likelihood(codes_of(read.text)[None])[0])
        if sure and own > 0 and _lead(own, best.likelihood) >= margin:
            return PlateMatch("unknown", None, candidates, "not-registered")
        return PlateMatch("ambiguous", None, candidates, "other-plate-fits")
    odds = _lead(best.weakest.probability, 1 - best.weakest.probability)
    if not sure or odds < margin:
        return PlateMatch("ambiguous", None, candidates, "weak-character")
    if len(candidates) > 1 and _lead(best.likelihood, candidates[1].likelihood) < margin:
        return PlateMatch("ambiguous", None, candidates, "close-rival")
    return PlateMatch("match", best.plate, candidates, "registered")


def lost_on_green(read: PlateRead) -> bool:
    """Whether the text is a plate, but none of a green ground, and the ground is green: a new-energy plate has 8."""
    return read.colour == "green" and not colours_agree(read.text, "green")


def _contradicts_itself(read: PlateRead) -> bool:
    one_more_is_a_plate = len(read.text) + 1 in LENGTHS
    return one_more_is_a_plate and (not is_plate(read.text) or lost_on_green(read))


def _with_lost(
    candidates: tuple[Candidate, ...], read: PlateRead, table: Float64Array, index: PlateIndex
) -> tuple[Candidate, ...]:
    """Candidates when it is as likely as not that one character was lost, at any place alike."""
    length = len(read.text)
    gap = np.full(COLUMNS, 1 / len(SYMBOLS))
    gap[NONE] = 0
    shifted = []
    for place in range(length + 1):
        rows = np.concatenate([table[:place], gap[None], table[place : PLACES - 1]])
        shifted.append((condition(rows), f"{read.text[:place]} {read.text[place:]}"))
    total = sum(seen.total for seen, _ in shifted)
    best: dict[str, Candidate] = {
        item.plate: Candidate(item.plate, item.likelihood / 2, item.weakest) for item in candidates
    }
    for seen, text in shifted:
        for item in index.search(seen, CANDIDATES):
            # Two places for the gap may explain one plate (of 'AA', either was lost): their probabilities add up.
            share = item.likelihood * seen.total / total / 2
            before = best.get(item.plate)
            whole = share + (before.likelihood if before else 0.0)
            weakest = before.weakest if before else _candidate(item, whole, seen, text).weakest
            best[item.plate] = Candidate(item.plate, min(whole, 1.0), weakest)
    return tuple(sorted(best.values(), key=lambda c: (-c.likelihood, normalise(c.plate)))[:CANDIDATES])


def _candidate(found: Found, likelihood: float, seen: Posterior, text: str) -> Candidate:
    probabilities = seen.marginals[np.arange(PLACES), found.codes]
    place = int(probabilities.argmin())
    code = int(found.codes[place])
    symbol = "" if code == NONE else SYMBOLS[code - 1]
    read = text[place : place + 1].strip()
    weakest = Weakest(place + 1, symbol, read, min(float(probabilities[place]), 1.0))
    return Candidate(found.plate, min(likelihood, 1.0), weakest)


def _lead(this: float, other: float) -> float:
    """ln(this / other); inf when there is no other."""
    if other <= 0:
        return math.inf
    return math.log(this / other) if this > 0 else -math.inf
