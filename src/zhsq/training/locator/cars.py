"""The end of a car, front or rear, drawn flat around its plate."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.training.locator.signs import badge, sticker
from zhsq.training.plates.flat import SCALE
from zhsq.training.plates.fonts import Face

Floats = NDArray[np.float32]
#: Body colours of cars, by how common they are: white, black, greys, then the rest.
_PAINTS = ((235, 235, 232), (20, 20, 22), (150, 152, 155), (90, 92, 96), (200, 200, 198), (150, 20, 25), (20, 40, 110),
           (110, 75, 45), (230, 190, 40), (20, 90, 60), (60, 130, 190), (235, 120, 30))  # fmt: skip
_PAINT_SHARES = (0.24, 0.18, 0.12, 0.1, 0.1, 0.07, 0.07, 0.03, 0.03, 0.02, 0.02, 0.02)


@dataclass(frozen=True)
class Panel:
    """Something flat that is put into a scene.

    Attributes:
        image: (h, w, 3) uint8 RGB.
        mask: (h, w) uint8, 255 where it covers what is behind.
        plates: (n, 4, 2) float32, corners of the plates on it in its own pixels (edges), from left-top clockwise.
        others: (m, 4, 2) float32, of what a locator may take for a plate.
    """

    image: RGBImage
    mask: NDArray[np.uint8]
    plates: Floats
    others: Floats


def quad(x: float, y: float, w: float, h: float) -> Floats:
    """(4, 2) corners of an upright rectangle."""
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32)


def car(plate: RGBImage, night: bool, faces: tuple[Face, ...], rng: np.random.Generator) -> Panel:
    """A car's end around a flat plate (h, w, 3) uint8 RGB of `SCALE` pixels per millimetre."""
    ph, pw = plate.shape[:2]
    width, height = int(rng.uniform(1400, 1950) * SCALE), int(rng.uniform(650, 1250) * SCALE)
    px = int((width - pw) / 2 + rng.normal(0, 0.03) * width)
    py = int(np.clip(height * rng.uniform(0.35, 0.85), 30, height - ph - 20))
    colour = np.array(_PAINTS[int(rng.choice(len(_PAINTS), p=_PAINT_SHARES))], np.float32)
    colour += rng.normal(0, 12, 3).astype(np.float32)
    rear = rng.random() < 0.55
    image = _body(width, height, colour, rng)
    others: list[Floats] = []
    _window(image, rng)
    if rear:
        _lamps(image, py, night, True, rng)
    else:
        _lamps(image, py, night, False, rng)
        _grille(image, py, rng)
    _bumper(image, py, ph, colour, rng)
    if rng.random() < 0.75:
        others += badge(image, py, faces, rng)
    if rng.random() < 0.35:
        others += sticker(image, faces, rng)
    _mount(image, plate, px, py, night, rng)
    mask = np.zeros((height, width), np.uint8)
    radius = int(rng.integers(10, 90))
    cv2.rectangle(mask, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(mask, (0, radius), (width, height - radius // 2), 255, -1)
    for x in (radius, width - 1 - radius):
        cv2.circle(mask, (x, radius), radius, 255, -1)
    kept = np.stack(others) if others else np.zeros((0, 4, 2), np.float32)
    return Panel(image, mask, quad(px, py, pw, ph)[None], kept)


def bare(plate: RGBImage, rng: np.random.Generator) -> Panel:
    """A plate and little else: on a wall, a trailer, a board."""
    ph, pw = plate.shape[:2]
    edge = int(rng.integers(0, 60))
    image = np.full((ph + 2 * edge + 4, pw + 2 * edge + 4, 3), rng.integers(0, 256, 3).astype(np.uint8), np.uint8)
    _mount(image, plate, edge + 2, edge + 2, False, rng)
    return Panel(
        image,
        np.full(image.shape[:2], 255, np.uint8),
        quad(edge + 2, edge + 2, pw, ph)[None],
        np.zeros((0, 4, 2), np.float32),
    )


def _body(width: int, height: int, colour: Floats, rng: np.random.Generator) -> RGBImage:
    """Paint with what it mirrors: bands of light from top to bottom, an edge or two."""
    knots = rng.normal(1, 0.18, (int(rng.integers(3, 8)), 2, 1)).astype(np.float32)
    shade = cv2.resize(knots, (8, 64), interpolation=cv2.INTER_CUBIC)[..., None]
    tones = np.clip(colour * shade + rng.uniform(0, 25), 0, 255).astype(np.uint8)
    image = np.array(cv2.resize(tones, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        y, bend = int(rng.integers(0, height)), int(rng.normal(0, 12))
        tone = tuple(int(v) for v in np.clip(colour * rng.uniform(0.3, 1.4), 0, 255))
        points = np.array([[0, y + bend], [width // 3, y], [2 * width // 3, y], [width, y + bend]], np.int32)
        cv2.polylines(image, [points], False, tone, int(rng.integers(1, 5)), cv2.LINE_AA)
    return image


def _window(image: RGBImage, rng: np.random.Generator) -> None:
    height, width = image.shape[:2]
    low = int(height * rng.uniform(-0.05, 0.3))
    if low < 12:
        return
    inset, glass = int(width * rng.uniform(0.03, 0.14)), rng.uniform(5, 90)
    tone = tuple(int(v) for v in np.clip(glass + rng.normal(0, 10, 3), 0, 255))
    shape = np.array([[inset + 30, 0], [width - inset - 30, 0], [width - inset, low], [inset, low]], np.int32)
    cv2.fillConvexPoly(image, shape, tone, cv2.LINE_AA)
    if rng.random() < 0.5:  # what the glass mirrors
        x = int(rng.uniform(inset, width - inset))
        sheen = np.array([[x, 0], [x + 60, 0], [x + 20, low], [x - 60, low]], np.int32)
        cv2.fillConvexPoly(image, sheen, tuple(min(255, v + int(rng.integers(10, 90))) for v in tone), cv2.LINE_AA)


def _lamps(image: RGBImage, plate_y: int, night: bool, rear: bool, rng: np.random.Generator) -> None:
    height, width = image.shape[:2]
    w, h = int(width * rng.uniform(0.1, 0.24)), int(height * rng.uniform(0.08, 0.3))
    y = int(np.clip(plate_y - rng.uniform(-0.1, 0.4) * height, h, height - h))
    inset = int(width * rng.uniform(0, 0.04))
    lit = night and rng.random() < 0.7
    tone: tuple[int, ...]
    if rear:
        tone = (255, 60, 40) if lit else (int(rng.integers(110, 200)), 15, 20)
    else:
        tone = (255, 255, 235) if lit else tuple(int(v) for v in rng.integers(120, 225) + rng.integers(-10, 10, 3))
    slant = int(rng.normal(0, 14))
    for side in (0, 1):
        left = inset if side == 0 else width - inset - w
        tilt = slant if side == 0 else -slant
        shape = np.array(
            [[left, y + tilt], [left + w, y - tilt], [left + w, y + h - tilt // 2], [left, y + h + tilt // 2]]
        )
        if rng.random() < 0.75:
            cv2.fillConvexPoly(image, shape.astype(np.int32), tone, cv2.LINE_AA)
        else:
            cv2.ellipse(image, (left + w // 2, y + h // 2), (w // 2, h // 2), 0, 0, 360, tone, -1, cv2.LINE_AA)
        cv2.polylines(image, [shape.astype(np.int32)], True, (30, 30, 30), 2, cv2.LINE_AA)
        part = (left + int(w * (0.55 if side == 0 else 0.05)), y + h // 4)
        inner = (235, 235, 235) if rng.random() < 0.5 else (240, 150, 40)
        cv2.rectangle(image, part, (part[0] + int(w * 0.4), part[1] + h // 2), inner, -1)


def _grille(image: RGBImage, plate_y: int, rng: np.random.Generator) -> None:
    height, width = image.shape[:2]
    w, h = int(width * rng.uniform(0.3, 0.62)), int(rng.uniform(40, 150))
    x, y = (width - w) // 2, int(plate_y + rng.uniform(-1.2, 0.3) * h)
    top, low = max(0, y), min(height, y + h)
    if low - top < 8:
        return
    part = image[top:low, x : x + w]
    part[:] = int(rng.integers(8, 50))
    step, tone = int(rng.integers(6, 22)), int(rng.integers(40, 220))
    if rng.random() < 0.6:
        part[::step] = tone
        part[1::step] = tone
    if rng.random() < 0.5:
        part[:, :: step + 3] = tone
    if rng.random() < 0.6:
        cv2.rectangle(image, (x, top), (x + w, low), (200, 200, 205), int(rng.integers(2, 6)), cv2.LINE_AA)


def _bumper(image: RGBImage, plate_y: int, plate_h: int, colour: Floats, rng: np.random.Generator) -> None:
    height = image.shape[0]
    if rng.random() < 0.6:
        y = int(plate_y + plate_h * rng.uniform(1.1, 2.5))
        if y < height:
            image[y:] = np.clip(colour * rng.uniform(0.15, 0.9) if rng.random() < 0.5 else rng.uniform(15, 60), 0, 255)
    if rng.random() < 0.4:
        y = int(np.clip(plate_y + plate_h * rng.uniform(-1.2, 2.2), 0, height - 12))
        image[y : y + int(rng.integers(2, 9))] = int(rng.integers(10, 230))


def _mount(image: RGBImage, plate: RGBImage, x: int, y: int, night: bool, rng: np.random.Generator) -> None:
    """The recess and the frame, then the plate; its lamps shine on it by night."""
    ph, pw = plate.shape[:2]
    height, width = image.shape[:2]
    if rng.random() < 0.6:  # the recess
        left, right, up, down = (int(v) for v in rng.uniform((5, 5, 4, 2), (130, 130, 45, 40)))
        region = image[max(0, y - up) : min(height, y + ph + down), max(0, x - left) : min(width, x + pw + right)]
        shade = rng.uniform(0.25, 1.15)
        region[:] = np.clip(region * shade if rng.random() < 0.6 else np.full(3, rng.uniform(10, 90)), 0, 255).astype(
            np.uint8
        )
        if rng.random() < 0.5:
            corner = (max(0, x - left), max(0, y - up))
            cv2.rectangle(
                image,
                corner,
                (x + pw + right, y + ph + down),
                (int(rng.integers(10, 230)),) * 3,
                int(rng.integers(1, 4)),
            )
    if rng.random() < 0.45:  # the frame
        edge = int(rng.integers(2, 12))
        tone = int(rng.choice([15, 30, 170, 210, 235]))
        cv2.rectangle(image, (x - edge, y - edge), (x + pw - 1 + edge, y + ph - 1 + edge), (tone, tone, tone), -1)
    elif rng.random() < 0.5:  # its shadow
        dx, dy = (int(v) for v in rng.integers(1, 7, 2))
        shadow = image[y + dy : y + ph + dy, max(0, x + dx) : x + pw + dx]
        shadow[:] = (shadow * rng.uniform(0.2, 0.6)).astype(np.uint8)
    shown = plate.astype(np.float32)
    if night and rng.random() < 0.5:
        across = np.exp(-(((np.arange(pw) - pw * rng.uniform(0.2, 0.8)) / (pw * rng.uniform(0.3, 0.9))) ** 2))
        shown = shown * (1 + rng.uniform(0.2, 1.4) * across[None, :, None])
    target = image[max(0, y) : y + ph, max(0, x) : x + pw]
    target[:] = np.clip(shown, 0, 255).astype(np.uint8)[: target.shape[0], : target.shape[1]]
