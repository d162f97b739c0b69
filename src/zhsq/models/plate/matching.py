"""Match a read against registered plates by the likelihood of each, weakest character first.

A gate opens on 'match' only. 'ambiguous' goes to a person: the plate may be a registered one, but a character was
not sure enough, or two registered plates fit almost equally well. 'unknown' says that no registered plate fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from zhsq.models.plate.grammar import colours_agree, is_plate, normalise
from zhsq.models.plate.types import PlateRead

#: Probability given to a symbol that the recogniser did not list at a place.
FLOOR = 1e-4
#: Below this at any one place a registered plate is not a candidate: the recogniser saw something else there.
PLAUSIBLE = 0.01

Decision = Literal["match", "ambiguous", "unknown"]


@dataclass(frozen=True)
class PlateMatch:
    """The outcome.

    Attributes:
        decision: 'match', 'ambiguous' or 'unknown'.
        plate: the registered plate, as it was registered, for a match; else None.
        candidates: registered plates that fit with their likelihood (product over characters, 0..1), best first.
    """

    decision: Decision
    plate: str | None
    candidates: tuple[tuple[str, float], ...]


def likelihood(read: PlateRead, plate: str, floor: float = FLOOR) -> tuple[float, float]:
    """How well a plate fits a read: (sum over characters of ln p, the smallest p).

    A plate of another length is no candidate: (-inf, 0).
    """
    text = normalise(plate)
    if not text or len(text) != len(read.characters):
        return -math.inf, 0.0
    places = zip(read.characters, text, strict=True)
    probabilities = [min(character.probability(symbol, floor), 1.0) for character, symbol in places]
    return sum(math.log(p) for p in probabilities), min(probabilities)


def match(read: PlateRead, registered: Iterable[str], *, accept: float, margin: float) -> PlateMatch:
    """Decide which registered plate was read, if any.

    Args:
        read: of one plate.
        registered: plates of the estate; separators and case don't matter.
        accept: probability, 0..1, that *every* character of a match must reach (bundle threshold 'accept').
        margin: how much likelier than the next registered plate a match must be, in nats (ln of the ratio).

    Returns:
        'match' when the best registered plate's weakest character reaches `accept`, its lead over the second
        reaches `margin`, the read is a plate by the grammar, and it is no 7-character read on a green ground (there
        one of 8 was probably lost). 'unknown' when no registered plate is plausible,
        or the read itself is sure (`accept`, `margin`) to be one that is not registered. Else 'ambiguous'.
    """
    scored = {plate: likelihood(read, plate) for plate in registered}
    plausible = sorted(
        ((plate, score) for plate, (score, weakest) in scored.items() if weakest >= PLAUSIBLE),
        key=lambda item: (-item[1], item[0]),
    )
    candidates = tuple((plate, math.exp(score)) for plate, score in plausible)
    if not plausible:
        return PlateMatch("unknown", None, ())
    best, best_score = plausible[0]
    lost = read.colour == "green" and not colours_agree(read.text, "green")
    sure = read.confidence >= accept and is_plate(read.text) and not lost
    if normalise(best) != read.text:
        own_score, _ = likelihood(read, read.text)
        unregistered = sure and own_score - best_score >= margin
        return PlateMatch("unknown" if unregistered else "ambiguous", None, candidates)
    # The same plate registered twice (with and without a dot) is no rival of itself.
    rivals = [score for plate, score in plausible[1:] if normalise(plate) != normalise(best)]
    clear = not rivals or best_score - rivals[0] >= margin
    if sure and clear and scored[best][1] >= accept:
        return PlateMatch("match", best, candidates)
    return PlateMatch("ambiguous", None, candidates)
