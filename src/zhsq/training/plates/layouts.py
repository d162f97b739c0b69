"""Proportions and colours of each class, in millimetres, as GA 36-2018 gives them for the front and rear plates.

A box is (left, top, width, height) of one character. Where the standard's drawing was not at hand (motorcycles, the
armed police) the boxes follow photographs. The separator stands after the office's letter, but on police plates after
the province, and on those of embassies and consulates between the mission's number and the car's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]

BLUE, WHITE, BLACK, RED = (10, 60, 170), (238, 240, 240), (18, 18, 20), (196, 24, 32)
YELLOW, GREEN = (238, 182, 20), (58, 176, 92)


@dataclass(frozen=True)
class Layout:
    """How a plate of one class looks.

    Attributes:
        plate_class: of `zhsq.models.plate.grammar`.
        size: width and height, millimetres.
        boxes: of the characters in reading order.
        ground, ink: RGB.
        dot: centre of the separating dot, or None.
        sign: centre of the round sign that new-energy plates have in place of a dot, or None.
        red: places whose ink is red.
        fade: 'green_small' fades from white above to green below; 'green_large' is yellow behind the first two.
        border: of the frame line, RGB; None for none.
        two_rows: the upper row ends at `seam`.
        seam: height of the line between the rows as a share of the plate's height.
    """

    plate_class: str
    size: tuple[float, float]
    boxes: tuple[Box, ...]
    ground: Colour
    ink: Colour
    dot: tuple[float, float] | None = None
    sign: tuple[float, float] | None = None
    red: tuple[int, ...] = ()
    fade: Literal["", "green_small", "green_large"] = ""
    border: Colour | None = None
    two_rows: bool = False
    seam: float = 0.375


def _row(left: float, top: float, sizes: list[tuple[float, float]], gaps: list[float]) -> tuple[Box, ...]:
    boxes, x = [], left
    for (width, height), gap in zip(sizes, [*gaps, 0.0], strict=True):
        boxes.append((x, top, width, height))
        x += width + gap
    return tuple(boxes)


def _single(
    plate_class: str, ground: Colour, ink: Colour, border: Colour, red: tuple[int, ...] = (), first: int = 2
) -> Layout:
    """440 x 140: seven characters 45 x 90, 12 apart, 34 around the dot behind the `first` of them."""
    gaps = [12.0] * 6
    gaps[first - 1] = 34
    boxes = _row(15.5, 25, [(45.0, 90.0)] * 7, gaps)
    return Layout(plate_class, (440, 140), boxes, ground, ink, (boxes[first][0] - 17, 70), red=red, border=border)


#: 480 x 140, new energy: the province 45 wide, the others 43, 9 apart, 49 around the sign.
_NEW_ENERGY = _row(15.5, 25, [(45.0, 90.0)] + [(43, 90)] * 7, [9, 49, 9, 9, 9, 9, 9])
#: 440 x 220, rear plates of large vehicles and trailers: 80 x 60 above, 65 x 110 below.
_REAR = (*_row(110, 15, [(80, 60)] * 2, [60]), *_row(27.5, 90, [(65, 110)] * 5, [15] * 4))
#: 220 x 140, motorcycles.
_MOTORCYCLE = (*_row(45, 10, [(50, 50)] * 2, [30]), *_row(15, 70, [(30, 60)] * 5, [10] * 4))
#: The armed police: W and J, then (when there is one) a small province, then the serial.
_ARMED_MARK = ((15.0, 25.0, 45.0, 90.0), (62.0, 25.0, 30.0, 90.0))
_ARMED_SERIAL = _row(180, 25, [(45, 90)] * 5, [5] * 4)


def _armed(province: tuple[Box, ...], red: tuple[int, ...]) -> Layout:
    boxes = (*_ARMED_MARK, *province, *_ARMED_SERIAL)
    return Layout("armed_police", (440, 140), boxes, WHITE, BLACK, None, red=red, border=BLACK)


_SIGN = (137.0, 70.0)

LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "blue": (_single("blue", BLUE, WHITE, WHITE),),
    "yellow": (
        _single("yellow", YELLOW, BLACK, BLACK),
        Layout("yellow", (440, 220), _REAR, YELLOW, BLACK, (220, 45), border=BLACK, two_rows=True),
        Layout("yellow", (220, 140), _MOTORCYCLE, YELLOW, BLACK, (110, 35), border=BLACK, two_rows=True, seam=0.464),
    ),
    "green_small": (
        Layout("green_small", (480, 140), _NEW_ENERGY, GREEN, BLACK, sign=_SIGN, fade="green_small", border=BLACK),
    ),
    "green_large": (
        Layout("green_large", (480, 140), _NEW_ENERGY, GREEN, BLACK, sign=_SIGN, fade="green_large", border=BLACK),
    ),
    "police": (_single("police", WHITE, BLACK, BLACK, red=(6,), first=1),),
    "trailer": (Layout("trailer", (440, 220), _REAR, YELLOW, BLACK, (220, 45), border=BLACK, two_rows=True),),
    "learner": (_single("learner", YELLOW, BLACK, BLACK),),
    "hk_macau": (_single("hk_macau", BLACK, WHITE, WHITE),),
    "embassy": (_single("embassy", BLACK, WHITE, WHITE, red=(6,), first=3),),
    "consulate": (_single("consulate", BLACK, WHITE, WHITE, red=(6,), first=4),),
    "military": (
        _single("military", WHITE, BLACK, BLACK, red=(0, 1)),
        _single("military", WHITE, BLACK, BLACK, red=(0,)),
    ),
    # One source has the province as high as the rest, photographs have it smaller: both.
    "armed_police": tuple(_armed(((100.0, 115.0 - height, 40.0, height),), red=(0, 1, 2)) for height in (90.0, 62.0)),
}
#: An armed-police number without a province: its serial follows W and J.
ARMED_SHORT = _armed((), red=(0, 1))
#: Until 2018 embassies had their mark in front, and consulates the office's letter.
EMBASSY_2007 = _single("embassy", BLACK, WHITE, WHITE, red=(0,), first=4)
CONSULATE_2007 = _single("consulate", BLACK, WHITE, WHITE, red=(6,))


def layout_of(plate_class: str, text: str, choice: float) -> Layout:
    """The layout for a number; `choice` in 0..1 picks among those of a class.

    Raises:
        KeyError: an unknown class.
    """
    if plate_class == "armed_police" and len(text) == 7:
        return ARMED_SHORT
    if plate_class == "embassy" and text.startswith("使"):
        return EMBASSY_2007
    if plate_class == "consulate" and not text[1].isdigit():
        return CONSULATE_2007
    options = LAYOUTS[plate_class]
    return options[min(int(choice * len(options)), len(options) - 1)]
