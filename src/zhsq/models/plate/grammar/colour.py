"""The colour of a plate's ground, by its pixels.

GA 36-2018: white ink on blue and black grounds; black ink, on white grounds also red, on yellow, green and white ones.
So strokes brighter than what surrounds them leave blue or black, and then the ink is a white that the same light fell
on: the ground is judged relative to it, whatever the colour of the light. Darker strokes leave the other three.
The limits below come of paints and light, not of measured photos.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.plate.grammar.symbols import Colour

#: Crops are scaled down to this height, pixels: more shows no more of the colour.
_HEIGHT = 48
#: Characters of a plate 140 mm high have strokes about 10 mm wide. A square of this share of the height covers a stroke
#: with its blur, and most gaps in and between characters are wider.
_STROKE = 0.1
#: Pixels of a stroke answer at least this share of the strongest answer (98th percentile, which spares specks).
_CORE = 0.5
#: Share of the ground that must be of a colour.
_SHARE = 0.3
#: Values (of 255) below are noise; hue is claimed from this saturation and value on.
_NOISE = 12
_SATURATION = 64
_VALUE = 32
#: Hue in degrees. Between these nothing is claimed.
_BLUE = (185, 260)
_DARK_INK_HUES: dict[Colour, tuple[int, int]] = {"yellow": (25, 65), "green": (75, 175)}
#: Blue paint reflects more than ten times as much blue as red light. A tenth of white haze on both leaves 5, black
#: paint has 1: blue is claimed from 2 on, near the geometric mean, black up to 1.4.
_BLUE_TO_RED = 2.0
_NEUTRAL = 1.4
#: It returns about half of the blue light that white ink does, black paint a twentieth: the geometric mean, 0.16, keeps
#: the noise of dark pixels from being taken for blue.
_BLUE_LEAST = 0.16
#: Black paint returns at most this share of the light that white ink returns, haze included. It is claimed only where
#: ink is bright, and white to a quarter: in the dark, and under a lamp without blue, a blue ground looks black.
_BLACK = 0.3
_LIT = 80
_LAMP = 0.75
#: A new-energy ground turns from white at the top to green at the bottom. Green paint returns 4 times as much green as
#: red and twice as much green as blue light. Between the ends of the strokes, and under glare of half of white, 1.25 and
#: 1.1 times are left of it; a white ground has 1: the limits are the geometric means. From sun to shade, light changes in
#: red against blue, and not towards green.
_GREEN_TO_RED = 1.12
_GREEN_TO_BLUE = 1.05
#: Light of a pixel is its value to this power (a display's gamma): shares of light are compared by it.
_GAMMA = 2.2
#: Least median value of a white ground.
_WHITE = 150

_Pixels = NDArray[np.uint8]


def colour_of(crop: RGBImage) -> Colour:
    """The ground's colour.

    Args:
        crop: a plate, upright, (height, width, 3), uint8 RGB.

    Returns:
        'unknown' where the pixels don't tell: no strokes, too dark, or lit by a lamp without blue.
    """
    height, width = crop.shape[:2]
    if height > _HEIGHT:
        size = (max(1, round(width * _HEIGHT / height)), _HEIGHT)
        crop, height = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8), _HEIGHT
    margin = height // 8  # frame and car around the plate
    inner = np.ascontiguousarray(crop[margin : height - margin])
    luma = cv2.cvtColor(inner, cv2.COLOR_RGB2GRAY)
    side = max(3, round(height * _STROKE) | 1)
    square = np.ones((side, side), np.uint8)
    light = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, square)
    dark = cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, square)
    light_ink = cv2.sumElems(light)[0] > cv2.sumElems(dark)[0]
    answer = light if light_ink else dark
    rank = int(answer.size * 0.98)
    strongest = int(np.partition(answer, rank, axis=None)[rank])
    if strongest < _NOISE:
        return "unknown"
    strokes = (answer >= _CORE * strongest).astype(np.uint8)
    # The ground is what lies near strokes, less their blurred edge: car, shadow and glare farther off don't count.
    near = cv2.dilate(strokes, np.ones((2 * side + 1, 2 * side + 1), np.uint8))
    ground = near - cv2.dilate(strokes, np.ones((3, 3), np.uint8))
    around = np.flatnonzero(ground)
    if not len(around):
        return "unknown"
    pixels = inner.reshape(-1, 3)
    if light_ink:
        return _under_light_ink(pixels.take(np.flatnonzero(strokes), axis=0), pixels.take(around, axis=0))
    return _under_dark_ink(pixels.take(around, axis=0), around // inner.shape[1])


def _under_light_ink(ink: _Pixels, ground: _Pixels) -> Colour:
    """Blue, black or unknown, of (n, 3) pixels of ink and ground."""
    white = _median(ink)
    lamp = np.maximum(white, _NOISE).astype(np.float32)
    # Each channel is held against the blue one as if the lamp had been white, without a division for every pixel.
    red, green, blue = np.maximum(ground.T, _NOISE, order="C")
    redder, greener = _BLUE_TO_RED ** (1 / _GAMMA) * lamp[2] / lamp[0], lamp[2] / lamp[1]
    least = max(_BLUE_LEAST ** (1 / _GAMMA) * lamp[2], _NOISE + 1)
    relative = (blue >= np.maximum(redder * red, least)) & (blue > greener * green)
    # The hue, which costs more, is asked only where the first doesn't do.
    if _share(relative) >= _SHARE or _share(relative | _of_hue(ground, _BLUE)) >= _SHARE:
        return "blue"
    lit = white.max() >= _LIT and white.min() >= _LAMP * white.max()
    levels = ((float(np.median(red)) / lamp[0]) ** _GAMMA, (float(np.median(blue)) / lamp[2]) ** _GAMMA)
    return "black" if lit and max(levels) <= min(_BLACK, _NEUTRAL * min(levels)) else "unknown"


def _under_dark_ink(ground: _Pixels, rows: NDArray[np.int64]) -> Colour:
    """Yellow, green, white or unknown, of (n, 3) pixels of the ground and their rows."""
    shares = {name: _share(_of_hue(ground, hues)) for name, hues in _DARK_INK_HUES.items()}
    name = max(shares, key=lambda colour: shares[colour])
    if shares[name] >= _SHARE:
        return name
    if _share(_of_hue(ground, (0, 360))) >= _SHARE or float(np.median(ground.max(axis=1))) < _WHITE:
        return "unknown"
    upper, lower = np.percentile(rows, (20, 80))  # the ends: in between the ground is half turned
    top, bottom = np.median(ground[rows <= upper], axis=0), np.median(ground[rows >= lower], axis=0)
    red, green, blue = (np.maximum(bottom, 1) / np.maximum(top, 1)) ** _GAMMA
    return "green" if green >= _GREEN_TO_RED * red and green >= _GREEN_TO_BLUE * blue else "white"


def _share(pixels: NDArray[np.bool_]) -> float:
    """How many of (n,) there are, 0..1; by counting, several times as fast as a mean."""
    return np.count_nonzero(pixels) / len(pixels)


def _median(pixels: _Pixels) -> NDArray[np.float64]:
    """Of (n, 3) in each channel, (3,); by parting: several times as fast as numpy's."""
    lower, upper = (len(pixels) - 1) // 2, len(pixels) // 2
    parted = np.partition(pixels.T.copy(), (lower, upper), axis=1)
    return np.asarray((parted[:, lower] + parted[:, upper].astype(np.float64)) / 2)


def _of_hue(pixels: _Pixels, hues: tuple[int, int]) -> NDArray[np.bool_]:
    """Which of (n, 3) RGB pixels are coloured and of a hue in degrees, (n,)."""
    hsv = cv2.cvtColor(pixels[None], cv2.COLOR_RGB2HSV)[0].astype(np.int32)
    hue = hsv[:, 0] * 2  # OpenCV halves degrees to fit a byte
    coloured = (hsv[:, 1] >= _SATURATION) & (hsv[:, 2] >= _VALUE)
    return np.asarray(coloured & (hue >= hues[0]) & (hue <= hues[1]), np.bool_)
