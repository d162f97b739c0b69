"""Digits, letters and Chinese characters of our own drawing, in the manner of number plates: narrow, of even weight.

Each is a set of strokes in a box 45 wide and 90 high (the millimetres of a character of GA 36-2018), given by their
centre lines. They are drawn after photographs of plates (means of the crops of plates_cn that are set aside for
calibration), not traced from the standard's drawings, which are not free. The Chinese ones are in `characters`.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.training.plates.characters import LINES as CHINESE
from zhsq.training.plates.characters import Line

WIDTH, HEIGHT = 45, 90
# Edges of the centre lines: a stroke about 11 mm wide then fills the box.
_L, _R, _T, _B = 5.5, 39.5, 5.5, 84.5
_C, _M = (_L + _R) / 2, (_T + _B) / 2
_RX = (_R - _L) / 2
#: Strokes of a symbol that stand in full weight.
_FEW = 9


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, stop: float) -> Line:
    """Points of an elliptic arc; degrees clockwise from the right, as y grows downwards."""
    angles = np.radians(np.linspace(start, stop, max(3, int(abs(stop - start) / 8))))
    return [(cx + rx * float(np.cos(a)), cy + ry * float(np.sin(a))) for a in angles]


def _bowl(top: float, bottom: float, left: float, r: float) -> Line:
    """The bowl of B, D, P, R: out from the stem, round its corners, and back."""
    r = min((bottom - top) / 2, r)
    return [
        (left, top),
        *_arc(_R - r, top + r, r, r, -90, 0),
        *_arc(_R - r, bottom - r, r, r, 0, 90),
        (left, bottom),
    ]


def _lines(symbol: str, flag: float, depth: float) -> list[Line]:
    if symbol in CHINESE:
        return CHINESE[symbol]
    top, bottom = _T + _RX, _B - _RX
    stem: Line = [(_L, _T), (_L, _B)]
    ring = [*_arc(_C, top, _RX, _RX, 180, 360), *_arc(_C, bottom, _RX, _RX, 0, 180), (_L, top)]
    shapes: dict[str, list[Line]] = {
        "0": [ring],
        "1": [[(_C + 1 - flag, _T + flag * 0.9), (_C + 1, _T), (_C + 1, _B)]],
        "2": [[*_arc(_C, top, _RX, _RX, 195, 360), *_arc(_C - 6, top + 4, _RX + 6, 24, 0, 40), (_L, _B), (_R + 1, _B)]],
        # Plates have a 3 with a flat top.
        "3": [
            [
                (_L, _T),
                (_R - 1, _T),
                (_C - 3, 36),
                *_arc(_C - 1, _B - 23, _RX + 1, 23, -85, 0),
                *_arc(_C, _B - 19, _RX, 19, 0, 165),
            ]
        ],
        "4": [[(31, _B), (31, _T), (_L - 1, 69), (_R + 2, 69)]],
        "5": [
            [
                (_R - 2, _T),
                (_L + 3, _T),
                (_L + 1, 41),
                *_arc(_C, 58, _RX, 23, -130, 0),
                *_arc(_C, _B - 20, _RX, 20, 0, 165),
            ]
        ],
        "6": [
            [(_C + 10, _T), *_arc(_R + 4, 66, _R + 4 - _L, 52, 235, 180), (_L, _B - 18)],
            [*_arc(_C, 60, _RX, 19, 180, 360), *_arc(_C, _B - 19, _RX, 19, 0, 180), (_L, 60)],
        ],
        "7": [[(_L, _T), (_R, _T), (34, 32), (27, 58), (_C + 1, _B)]],
        "8": [
            [*_arc(_C, _T + 18, _RX - 2, 18, 180, 540)],
            [*_arc(_C, _B - 21, _RX, 21, 180, 540)],
        ],
        "A": [[(_L, _B), (_C, _T), (_R, _B)], [(_L + 4, 68), (_R - 4, 68)]],
        "B": [stem, _bowl(_T, _M - 1, _L, 11), _bowl(_M - 1, _B, _L, 11)],
        "C": [[(_R + 1, 25), *_arc(_C, top, _RX, _RX, 345, 180), *_arc(_C, bottom, _RX, _RX, 180, 15), (_R + 1, 65)]],
        "D": [stem, _bowl(_T, _B, _L, 10)],
        "E": [[(_R, _T), (_L, _T), (_L, _B), (_R, _B)], [(_L, _M - 4), (_R - 4, _M - 4)]],
        "F": [[(_R, _T), (_L, _T), (_L, _B)], [(_L, _M - 2), (_R - 4, _M - 2)]],
        "G": [
            [*_arc(_C, top, _RX, _RX, 347, 180), *_arc(_C, bottom, _RX, _RX, 180, 0), (_R, 42), (_C, 42)],
        ],
        "H": [stem, [(_R, _T), (_R, _B)], [(_L, _M - 1), (_R, _M - 1)]],
        "J": [[(_R - 3, _T), *_arc(_C - 2, _B - 15, _RX - 1, 15, 0, 180)]],
        "K": [stem, [(_R, _T), (_L, 54)], [(_L + 11, 41), (_R, _B)]],
        "L": [[(_L, _T), (_L, _B), (_R, _B)]],
        "M": [[(_L, _B), (_L, _T), (_C, depth), (_R, _T), (_R, _B)]],
        "N": [[(_L, _B), (_L, _T), (_R, _B), (_R, _T)]],
        "P": [stem, _bowl(_T, _M + 2, _L, 13)],
        "Q": [ring, [(_C - 1, 58), (_R, _B)]],
        "R": [stem, _bowl(_T, _M - 1, _L, 14), [(_C - 1, _M - 1), (_R - 1, _B)]],
        "S": [
            [
                *_arc(_C, _T + 18, _RX, 18, 345, 180),
                *_arc(_C, _T + 20, _RX, 20, 180, 110),
                *_arc(_C, _B - 21, _RX, 21, -60, 0),
                *_arc(_C, _B - 18, _RX, 18, 0, 165),
            ]
        ],
        "T": [[(_L - 2, _T), (_R + 2, _T)], [(_C, _T), (_C, _B)]],
        "U": [[(_L, _T), *_arc(_C, bottom, _RX, _RX, 180, 0), (_R, _T)]],
        "V": [[(_L, _T), (_C, _B), (_R, _T)]],
        "W": [[(_L - 1, _T), (_L + 6, _B), (_C, max(_T + 3, depth - 26)), (_R - 6, _B), (_R + 1, _T)]],
        "X": [[(_L, _T), (_R, _B)], [(_R, _T), (_L, _B)]],
        "Y": [[(_L, _T), (_C, 46), (_R, _T)], [(_C, 46), (_C, _B)]],
        "Z": [[(_L, _T), (_R, _T), (_L, _B), (_R, _B)]],
    }
    if symbol == "9":
        return [[(WIDTH - x, HEIGHT - y) for x, y in line] for line in shapes["6"]]
    return shapes[symbol]


def _varied(line: Line, wobble: float, rng: np.random.Generator) -> Line:
    """The stroke moved, scaled about its middle and shaken at its points, all within the box."""
    points = np.array(line)
    middle = points.mean(0)
    scale = 1 + rng.normal(0, 0.04 * wobble, 2)
    moved = (
        middle + (points - middle) * scale + rng.normal(0, 0.6 * wobble, 2) + rng.normal(0, 0.35 * wobble, points.shape)
    )
    kept = np.clip(moved, (2, 3), (WIDTH - 2, HEIGHT - 3))
    return [(float(x), float(y)) for x, y in kept]


def mask(
    symbol: str,
    weight: float = 11.0,
    flag: float = 6.0,
    depth: float = 55.0,
    wobble: float = 0.0,
    rng: np.random.Generator | None = None,
) -> NDArray[np.uint8]:
    """A symbol as a mask at 4 px per millimetre: (360, 180) uint8, 255 in the ink.

    Args:
        symbol: one of `grammar.SYMBOLS`.
        weight: of the strokes, millimetres, 4..14.
        flag: of the 1, millimetres; 0 makes it a bare stroke.
        depth: where the middle of the M comes down to, millimetres from the top, 34..80; that of the W comes up to
            26 mm above.
        wobble: how far each stroke of a Chinese character is moved by itself, millimetres, 0..2: how its parts lie
            differs from press to press, and our drawing is not the plates' own.
        rng: of the wobble.

    Raises:
        KeyError: a symbol that is not drawn.
    """
    scale, shift = 4, 3
    canvas = np.zeros((HEIGHT * scale, WIDTH * scale), np.uint8)
    lines = _lines(symbol, flag, depth)
    if len(lines) > _FEW:  # plates draw what has many strokes with thinner ones
        weight *= (_FEW / len(lines)) ** 0.4
    if wobble and rng is not None and symbol in CHINESE:
        lines = [_varied(line, wobble, rng) for line in lines]
    for line in lines:
        points = np.round(np.array(line) * scale * 2**shift).astype(np.int32)
        cv2.polylines(canvas, [points], False, 255, round(weight * scale), cv2.LINE_AA, shift)
    return canvas
