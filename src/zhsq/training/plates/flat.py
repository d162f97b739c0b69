"""Draw a plate as it left the press: flat, clean, evenly lit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.training.plates.glyphs import Alphabet
from zhsq.training.plates.layouts import BLACK, RED, WHITE, YELLOW, Layout

#: Pixels per millimetre of a flat plate: 220 px for 440 mm, twice what a gate camera sees.
SCALE = 0.5


def draw(text: str, layout: Layout, alphabet: Alphabet, rng: np.random.Generator) -> RGBImage:
    """A flat plate.

    Args:
        text: of the number, one symbol per box of the layout.
        layout: of its class.
        alphabet: letterforms.
        rng: for the shade of the ground and the bolts.

    Returns:
        (height, width, 3) uint8 RGB, `SCALE` pixels per millimetre.

    Raises:
        ValueError: text and layout differ in length.
    """
    if len(text) != len(layout.boxes):
        raise ValueError(f"{text} has {len(text)} symbols, the layout {len(layout.boxes)} boxes")
    width, height = (round(side * SCALE) for side in layout.size)
    ink, red = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for place, (symbol, (left, top, w, h)) in enumerate(zip(text, layout.boxes, strict=True)):
        glyph = alphabet.mask(symbol, round(w * SCALE), round(h * SCALE))
        x, y = round(left * SCALE), round(top * SCALE)
        target = red if place in layout.red else ink
        part = target[y : y + glyph.shape[0], x : x + glyph.shape[1]]
        np.maximum(part, glyph[: part.shape[0], : part.shape[1]], out=part)
    if layout.dot is not None:
        centre = (round(layout.dot[0] * SCALE), round(layout.dot[1] * SCALE))
        cv2.circle(ink, centre, int(rng.integers(2, 4)), 255, -1, cv2.LINE_AA)
    plate = _ground(layout, width, height, rng)
    if layout.sign is not None:
        _sign(plate, (round(layout.sign[0] * SCALE), round(layout.sign[1] * SCALE)), rng)
    if layout.border is not None and rng.random() < 0.9:
        inset = int(rng.integers(1, 4))
        cv2.rectangle(plate, (inset, inset), (width - 1 - inset, height - 1 - inset), layout.border, 1, cv2.LINE_AA)
    plate = _blend(plate, ink, layout.ink)
    if layout.red:
        plate = _blend(plate, red, RED)
    _bolts(plate, layout, rng)
    return plate


def _ground(layout: Layout, width: int, height: int, rng: np.random.Generator) -> RGBImage:
    # White and black paint are grey, lighter or darker: light colours them, not the press.
    hue = {WHITE: 4.0, BLACK: 1.0}.get(layout.ground, 22.0)
    common = rng.uniform(-22, 22) if hue < 22 else 0.0
    shade = common + rng.uniform(-hue, hue, 3)
    colour = np.clip(np.array(layout.ground) + shade, 0, 255)
    if not layout.fade:
        return np.full((height, width, 3), colour.astype(np.uint8))
    plate = np.empty((height, width, 3), np.float32)
    if layout.fade == "green_small":
        share = np.clip((np.linspace(0, 1, height) - rng.uniform(0, 0.2)) / rng.uniform(0.6, 1.0), 0, 1)[:, None, None]
        plate[:] = np.array(WHITE) * (1 - share) + colour * share
    else:
        plate[:] = colour
        plate[:, : round(width * 0.285)] = np.clip(np.array(YELLOW) + shade, 0, 255)
    return plate.astype(np.uint8)


def _sign(plate: RGBImage, centre: tuple[int, int], rng: np.random.Generator) -> None:
    """The round sign of new energy, a green disc with a pale E: a reader shall not take it for a symbol."""
    green, pale = (int(rng.integers(0, 60)), int(rng.integers(100, 170)), int(rng.integers(40, 110))), (225, 240, 230)
    radius = int(rng.integers(7, 10))
    cv2.circle(plate, centre, radius, green, -1, cv2.LINE_AA)
    x, y = centre
    cv2.ellipse(plate, centre, (radius - 3, radius - 3), 0, 40, 320, pale, 1, cv2.LINE_AA)
    cv2.line(plate, (x - radius + 3, y), (x + radius - 4, y), pale, 1, cv2.LINE_AA)


def _blend(plate: RGBImage, mask: NDArray[np.uint8], colour: tuple[int, int, int]) -> RGBImage:
    alpha = mask.astype(np.uint16)[..., None]
    mixed = (plate * (255 - alpha) + np.array(colour, np.uint16) * alpha) // 255
    return mixed.astype(np.uint8)


def _bolts(plate: RGBImage, layout: Layout, rng: np.random.Generator) -> None:
    """Two or four bolts (GA 36-2018 demands them), at times covered or missing."""
    height, width = plate.shape[:2]
    if rng.random() < 0.25:
        return
    grey = int(rng.integers(60, 230))
    rows = [0.08, 0.92] if rng.random() < 0.6 else [0.08]
    for share in (0.25, 0.75) if not layout.two_rows else (0.2, 0.8):
        for row in rows:
            centre = (round(width * share + rng.uniform(-3, 3)), round(height * row))
            cv2.circle(plate, centre, int(rng.integers(2, 5)), (grey, grey, grey), -1, cv2.LINE_AA)
