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
_HUES: dict[Colour, tuple[int, int]] = {"blue": (185, 260), "yellow": (25, 65), "green": (75, 175)}
#: GA 36-2018: the ink is white on blue and black grounds, and dark on the others.
_LIGHT_INK: tuple[Colour, ...] = ("blue", "black")
#: Share of the ground that must be of a colour.
_SHARE = 0.3


def colour_of(crop: RGBImage) -> Colour:
    """The ground's colour by HSV statistics.

    The ground is the larger part of the plate when brightness is split in two (Otsu 1979). Whether it is the darker
    or the brighter part rules out colours: yellowish light does not turn a blue plate, whose ink is white, yellow.

    Args:
        crop: a plate, (height, width, 3), uint8 RGB.

    Returns:
        The hue that at least 30 % of the ground has, saturated; else white or black for a grey ground that is bright
        or dark; else 'unknown'. Coloured light at night leaves many plates unknown.
    """
    margin = crop.shape[0] // 8  # frame and car around the plate
    inner = crop[margin : crop.shape[0] - margin]
    hsv = cv2.cvtColor(inner, cv2.COLOR_RGB2HSV)
    # Luma, not HSV's value: a bright blue has the value of white.
    luma = cv2.cvtColor(inner, cv2.COLOR_RGB2GRAY)
    _, bright = cv2.threshold(luma, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    light_ink = bool(bright.mean() < 0.5)
    ground = hsv[bright == (0 if light_ink else 1)].astype(np.int32)
    hue, saturation, value = ground[:, 0] * 2, ground[:, 1], ground[:, 2]  # OpenCV halves degrees to fit a byte
    coloured = (saturation >= 64) & (value >= 32)
    for name, (low, high) in _HUES.items():
        # Green fades to white over a new-energy plate: there the brighter half is no ink.
        fits = name == "green" or (name in _LIGHT_INK) == light_ink
        if fits and np.mean(coloured & (hue >= low) & (hue <= high)) >= _SHARE:
            return name
    if np.mean(coloured) < 0.5:
        median = float(np.median(value))
        if not light_ink and median >= 150:
            return "white"
        if light_ink and median <= 80:
            return "black"
    return "unknown"
