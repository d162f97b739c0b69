"""The grammar of Chinese number plates: which symbol may stand where, and which class a plate is of.

Source: GA 36-2018, 《中华人民共和国机动车号牌》 (Number plates of the motor vehicles of the People's Republic of
China), the section on the composition of numbers and the table of classes and colours. Plates of the army
(two letters, five digits) and of the armed police (WJ) are outside GA 36; their form follows the 2012 design.
The letters I and O are never used. The grammar picks among what a recogniser saw; it corrects nothing by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np

from zhsq.imaging import RGBImage

PlateClass = Literal[
    "blue",
    "yellow",
    "green_small",
    "green_large",
    "police",
    "trailer",
    "learner",
    "hk_macau",
    "embassy",
    "consulate",
    "military",
    "armed_police",
    "unknown",
]
Colour = Literal["blue", "yellow", "green", "white", "black", "unknown"]

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
ALNUM = DIGITS + LETTERS
#: New-energy marks: D A B C E for electric vehicles, F G H J K for the others.
ELECTRIC = "DABCE"
OTHER_NEW_ENERGY = "FGHJK"
NEW_ENERGY = ELECTRIC + OTHER_NEW_ENERGY
#: First letters in use on army plates since 2012 (theatre commands, services, the Central Military Commission).
ARMY = "BCEGHJKLNSVYZ"


@dataclass(frozen=True)
class Form:
    """One way to compose a number: the symbols allowed at each place, and the grounds that go with it."""

    plate_class: PlateClass
    places: tuple[str, ...]
    colours: tuple[Colour, ...]

    def accepts(self, text: str) -> bool:
        return len(text) == len(self.places) and all(s in allowed for s, allowed in zip(text, self.places, strict=True))


_OFFICE = (PROVINCES, LETTERS)


def _suffixed(suffix: str) -> tuple[str, ...]:
    return (*_OFFICE, ALNUM, ALNUM, ALNUM, ALNUM, suffix)


#: Every form. Blue and yellow are composed alike: only the ground tells them apart (see `classify`).
FORMS: tuple[Form, ...] = (
    Form("blue", (*_OFFICE, *[ALNUM] * 5), ("blue", "yellow")),
    Form("green_small", (*_OFFICE, NEW_ENERGY, ALNUM, *[DIGITS] * 4), ("green",)),
    Form("green_large", (*_OFFICE, *[DIGITS] * 5, NEW_ENERGY), ("green", "yellow")),
    Form("police", _suffixed("警"), ("white",)),
    Form("trailer", _suffixed("挂"), ("yellow",)),
    Form("learner", _suffixed("学"), ("yellow", "blue")),
    Form("hk_macau", ("粤", "Z", ALNUM, ALNUM, ALNUM, ALNUM, "港澳"), ("black",)),
    Form("embassy", ("使", *[DIGITS] * 6), ("black",)),
    Form("consulate", _suffixed("领"), ("black",)),
    Form("military", (ARMY, LETTERS, *[DIGITS] * 5), ("white",)),
    Form("armed_police", ("W", "J", PROVINCES, *[ALNUM] * 5), ("white",)),
    Form("armed_police", ("W", "J", *[ALNUM] * 5), ("white",)),
)
LENGTHS = frozenset(len(form.places) for form in FORMS)

_SEPARATORS = re.compile(r"[\s·•・.\-]+")


def normalise(text: str) -> str:
    """A plate as it is compared: upper case, without spaces, dots and dashes."""
    return _SEPARATORS.sub("", text).upper()


@cache
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


def colours_agree(text: str, colour: Colour) -> bool:
    """Whether the ground is one that the text's form has; an unknown colour contradicts nothing."""
    form = form_of(text)
    return form is None or colour == "unknown" or colour in form.colours


#: Hue ranges in degrees of the ground colours; between them nothing is claimed.
_HUES: dict[Colour, tuple[int, int]] = {"yellow": (25, 65), "green": (75, 175), "blue": (190, 260)}
#: Share of the plate that must be of a colour: characters and frame take up to half of it.
_SHARE = 0.3


def colour_of(crop: RGBImage) -> Colour:
    """The ground's colour by HSV statistics.

    Args:
        crop: a plate, (height, width, 3), uint8 RGB.

    Returns:
        Blue, yellow or green when at least 30 % of the pixels are of that hue and saturated; else white or black
        when most are grey and the median is bright or dark; else 'unknown'.
    """
    hsv = cv2.cvtColor(crop, cv2.COLOR_RGB2HSV)
    hue, saturation, value = (hsv[..., i].astype(np.int32) for i in range(3))
    hue = hue * 2  # OpenCV keeps degrees halved, to fit a byte
    coloured = (saturation >= 64) & (value >= 40)
    shares = {name: float(np.mean(coloured & (hue >= low) & (hue <= high))) for name, (low, high) in _HUES.items()}
    best = max(shares, key=shares.__getitem__)
    if shares[best] >= _SHARE:
        return best
    if np.mean(coloured) < 0.5:
        median = float(np.median(value))
        if median >= 150:
            return "white"
        if median <= 80:
            return "black"
    return "unknown"
