"""How a number is composed: the forms, which class a text is of, and what a new-energy mark says.

Source: GA 36-2018, 《中华人民共和国机动车号牌》 (Number plates of the motor vehicles of the People's Republic of
China). Its text could not be had: clauses are cited as public code and pages restate them, and where these differ
`FORMS` says so and takes what real plates need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from zhsq.models.plate.grammar.symbols import (
    ALNUM,
    ARMY,
    DIGITS,
    ELECTRIC,
    LETTERS,
    NEW_ENERGY,
    PROVINCES,
    Colour,
    PlateClass,
)


@dataclass(frozen=True)
class Form:
    """One way to compose a number.

    Attributes:
        plate_class: the class of plate that is composed so.
        places: the symbols allowed at each place.
        colours: the grounds that go with it.
        letters: the most letters that the places open to digits and letters may hold together.
        free: those places, indices from 0.
    """

    plate_class: PlateClass
    places: tuple[str, ...]
    colours: tuple[Colour, ...]
    letters: int = 0
    free: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", tuple(i for i, allowed in enumerate(self.places) if allowed == ALNUM))

    def accepts(self, text: str) -> bool:
        """Whether a normalised text is composed so."""
        return (
            len(text) == len(self.places)
            and all(symbol in allowed for symbol, allowed in zip(text, self.places, strict=True))
            and sum(text[i] in LETTERS for i in self.free) <= self.letters
        )


_OFFICE = (PROVINCES, LETTERS)
#: GA 36-2018, 5.9, table 4: a serial is of digits, or holds one letter or two, at any places.
_LETTERS = 2


def _suffixed(suffix: str) -> tuple[str, ...]:
    return (*_OFFICE, *[ALNUM] * 4, suffix)


#: Every form. Blue and yellow are composed alike, and so are motorcycles' plates: only the ground tells them apart (see
#: `classify`). Clauses and tables are GA 36-2018's.
#:
#: - A serial holds no I or O and at most two letters (5.9, table 4), in the five places of ordinary plates and in the
#:   four before a mark. Restatements of table 4 give 10 layouts (a rule engine after GA 36-2018) or 16 (a validator
#:   that cites 5.9.2 and 5.9.3); 16 is every way to place up to two letters in five. Layouts beyond the 10, as letters
#:   second and third, are on real plates (plates_cn has them), so all 16 are accepted.
#: - New energy (5.9, tables 5 and 6): small, the mark, a letter or digit, four digits; large, five digits, the mark.
#:   Plates began in 2016 with D and F; GA 36-2018 added the other marks for cities where these run out.
#: - Embassies and consulates: GA 36-2007 has 使, three digits of the mission, three of the car; and province, office,
#:   four digits, 领. Since GA 36-2018 it is the mission's three digits, the car's three, 使; and province, the
#:   mission's three digits, two symbols of which the last may be a letter, 领. Both are on the road.
#: - Cars of Hong Kong and Macau are given the office 粤Z.
#: - The army and the armed police are outside GA 36; these are the forms of 2012. Armed police: WJ, the province for
#:   units under one, then five digits, of which one may be a letter: the last by most lists, the first by some.
#:
#: Left out, for want of the symbol or of the standard: 试 and 超 (trial, oversize), 应急 (fire and rescue), embassies'
#: motorcycles (使A and four digits), temporary paper plates, tractors, civil aviation, and the letter O as an office,
#: which police cars of provincial departments have.
FORMS: tuple[Form, ...] = (
    Form("blue", (*_OFFICE, *[ALNUM] * 5), ("blue", "yellow"), _LETTERS),
    Form("green_small", (*_OFFICE, NEW_ENERGY, ALNUM, *[DIGITS] * 4), ("green",), 1),
    Form("green_large", (*_OFFICE, *[DIGITS] * 5, NEW_ENERGY), ("green", "yellow")),
    Form("police", _suffixed("警"), ("white",), _LETTERS),
    Form("trailer", _suffixed("挂"), ("yellow",), _LETTERS),
    Form("learner", _suffixed("学"), ("yellow", "blue"), _LETTERS),
    Form("hk_macau", ("粤", "Z", *[ALNUM] * 4, "港澳"), ("black",), _LETTERS),
    Form("embassy", (*[DIGITS] * 6, "使"), ("black",)),
    Form("embassy", ("使", *[DIGITS] * 6), ("black",)),
    Form("consulate", (PROVINCES, *[DIGITS] * 4, ALNUM, "领"), ("black",), 1),
    Form("consulate", (*_OFFICE, *[DIGITS] * 4, "领"), ("black",)),
    Form("military", (ARMY, LETTERS, *[DIGITS] * 5), ("white",)),
    Form("armed_police", ("W", "J", PROVINCES, *[ALNUM] * 5), ("white",), 1),
    Form("armed_police", ("W", "J", *[ALNUM] * 5), ("white",), 1),
)
LENGTHS = frozenset(len(form.places) for form in FORMS)

_SEPARATORS = re.compile(r"[\s·•・.\-]+")


def normalise(text: str) -> str:
    """A plate as it is compared: upper case, without spaces, dots and dashes."""
    return _SEPARATORS.sub("", text).upper()


@lru_cache(maxsize=4096)
def form_of(text: str) -> Form | None:
    """The form that a normalised text fits, or None."""
    return next((form for form in FORMS if form.accepts(text)), None)


def is_plate(text: str) -> bool:
    """Whether a normalised text fits any form."""
    return form_of(text) is not None


def classify(text: str, colour: Colour = "unknown") -> PlateClass:
    """The class by the text, with the colour where the text alone can't tell (yellow from blue).

    Returns:
        'unknown' for a text outside the grammar.
    """
    form = form_of(text)
    if form is None:
        return "unknown"
    if form.plate_class == "blue" and colour == "yellow":
        return "yellow"
    return form.plate_class


def propulsion(text: str) -> Literal["electric", "other", None]:
    """What a new-energy plate says of its vehicle: electric, or another new energy; None for other plates."""
    form = form_of(text)
    if form is None or form.plate_class not in ("green_small", "green_large"):
        return None
    mark = text[2] if form.plate_class == "green_small" else text[-1]
    return "electric" if mark in ELECTRIC else "other"
