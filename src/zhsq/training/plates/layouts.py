"""Proportions and colours of each class, in millimetres, as GA 36-2018 gives them for the front and rear plates.

A box is (left, top, width, height) of one character. Where the standard's drawing was not at hand (motorcycles, the
armed police) the boxes follow photographs.
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


#: 440 x 140: seven characters 45 x 90, 12 apart, 34 around the dot.
_SINGLE = _row(15.5, 25, [(45, 90)] * 7, [12, 34, 12, 12, 12, 12])
#: 480 x 140, new energy: the province 45 wide, the others 43, 9 apart, 49 around the dot.
_NEW_ENERGY = _row(15.5, 25, [(45, 90)] + [(43, 90)] * 7, [9, 49, 9, 9, 9, 9, 9])
#: 440 x 220, rear plates of large vehicles and trailers: 80 x 60 above, 65 x 110 below.
_REAR = (*_row(110, 15, [(80, 60)] * 2, [60]), *_row(27.5, 90, [(65, 110)] * 5, [15] * 4))
#: 220 x 140, motorcycles.
_MOTORCYCLE = (*_row(55, 12, [(40, 40)] * 2, [30]), *_row(14, 60, [(32, 68)] * 5, [8] * 4))
#: The armed police: W and J, then (when there is one) a small province, then the serial.
_ARMED = (*_row(15.5, 25, [(40, 90)] * 2, [8]), (109, 70, 36, 45), *_row(151.5, 25, [(45, 90)] * 5, [12] * 4))

_DOT, _DOT_NEW = (134.5, 70.0), (137.0, 70.0)

LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "blue": (Layout("blue", (440, 140), _SINGLE, BLUE, WHITE, _DOT, border=WHITE),),
    "yellow": (
        Layout("yellow", (440, 140), _SINGLE, YELLOW, BLACK, _DOT, border=BLACK),
        Layout("yellow", (440, 220), _REAR, YELLOW, BLACK, (220, 45), border=BLACK, two_rows=True),
        Layout("yellow", (220, 140), _MOTORCYCLE, YELLOW, BLACK, (110, 32), border=BLACK, two_rows=True, seam=0.39),
    ),
    "green_small": (
        Layout("green_small", (480, 140), _NEW_ENERGY, GREEN, BLACK, _DOT_NEW, fade="green_small", border=BLACK),
    ),
    "green_large": (
        Layout("green_large", (480, 140), _NEW_ENERGY, GREEN, BLACK, _DOT_NEW, fade="green_large", border=BLACK),
    ),
    "police": (Layout("police", (440, 140), _SINGLE, WHITE, BLACK, _DOT, red=(6,), border=BLACK),),
    "trailer": (Layout("trailer", (440, 220), _REAR, YELLOW, BLACK, (220, 45), border=BLACK, two_rows=True),),
    "learner": (
        Layout("learner", (440, 140), _SINGLE, YELLOW, BLACK, _DOT, border=BLACK),
        Layout("learner", (440, 140), _SINGLE, BLUE, WHITE, _DOT, border=WHITE),
    ),
    "hk_macau": (Layout("hk_macau", (440, 140), _SINGLE, BLACK, WHITE, _DOT, border=WHITE),),
    "embassy": (Layout("embassy", (440, 140), _SINGLE, BLACK, WHITE, None, red=(0,), border=WHITE),),
    "consulate": (Layout("consulate", (440, 140), _SINGLE, BLACK, WHITE, _DOT, red=(6,), border=WHITE),),
    "military": (Layout("military", (440, 140), _SINGLE, WHITE, BLACK, _DOT, red=(0, 1), border=BLACK),),
    "armed_police": (Layout("armed_police", (440, 140), _ARMED, WHITE, BLACK, None, red=(0, 1, 2), border=BLACK),),
}
#: An armed-police number without a province: its serial follows W and J.
ARMED_SHORT = Layout("armed_police", (440, 140), _SINGLE, WHITE, BLACK, _DOT, red=(0, 1), border=BLACK)


def layout_of(plate_class: str, text: str, choice: float) -> Layout:
    """The layout for a number; `choice` in 0..1 picks among those of a class.

    Raises:
        KeyError: an unknown class.
    """
    if plate_class == "armed_police" and len(text) == 7:
        return ARMED_SHORT
    options = LAYOUTS[plate_class]
    return options[min(int(choice * len(options)), len(options) - 1)]
