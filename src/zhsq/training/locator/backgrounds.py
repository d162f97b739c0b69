"""What stands behind the cars: photographs cut at random, and streets, walls and clutter that are drawn."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from zhsq.imaging import RGBImage


def background(width: int, height: int, photographs: Sequence[RGBImage], rng: np.random.Generator) -> RGBImage:
    """(height, width, 3) uint8 RGB; `photographs` may be empty."""
    if photographs and rng.random() < 0.55:
        scene = cut(photographs[int(rng.integers(len(photographs)))], width, height, rng)
    else:
        scene = texture(width, height, rng)
    if rng.random() < 0.5:  # ground
        top = int(height * rng.uniform(0.3, 0.95))
        ground = texture(width, height - top, rng, soft=True)
        if rng.random() < 0.5:
            _lines(ground, rng)
        scene[top:] = ground
    if rng.random() < 0.6:
        _clutter(scene, rng)
    return scene


def cut(photograph: RGBImage, width: int, height: int, rng: np.random.Generator) -> RGBImage:
    """A part of a photograph, scaled, at times mirrored."""
    h, w = photograph.shape[:2]
    side = rng.uniform(0.25, 1.0)
    scale = min(w / width, h / height) * side
    cw, ch = max(8, int(width * scale)), max(8, int(height * scale))
    x, y = int(rng.integers(0, w - cw + 1)), int(rng.integers(0, h - ch + 1))
    part = cv2.resize(photograph[y : y + ch, x : x + cw], (width, height), interpolation=cv2.INTER_LINEAR)
    return np.array(part[:, ::-1] if rng.random() < 0.5 else part, np.uint8)


def texture(width: int, height: int, rng: np.random.Generator, soft: bool = False) -> RGBImage:
    """Noise of several scales around a colour, like asphalt, plaster, leaves."""
    colour = np.full(3, rng.uniform(30, 210)) + rng.normal(0, 8 if soft or rng.random() < 0.7 else 45, 3)
    made = np.empty((height, width, 3), np.float32)
    made[:] = colour
    for cells in (2, 6, 24, 90):
        strength = rng.uniform(0, 24 if not soft else 12)
        grid = rng.normal(0, 1, (max(2, cells * height // max(width, 1)), cells, 1 if rng.random() < 0.8 else 3))
        patch = cv2.resize(grid.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        made += strength * patch.reshape(height, width, -1)
    if rng.random() < 0.3 and not soft:  # tiles or bricks
        tall = int(rng.integers(6, 40))
        wide = int(tall * rng.uniform(1, 4))
        dark = float(rng.uniform(-50, 50))
        made[::tall] += dark
        made[:, ::wide] += dark
    return np.clip(made, 0, 255).astype(np.uint8)


def _lines(ground: RGBImage, rng: np.random.Generator) -> None:
    """Markings of a car park: white or yellow."""
    height, width = ground.shape[:2]
    colour = (225, 225, 220) if rng.random() < 0.7 else (220, 180, 50)
    for _ in range(int(rng.integers(1, 4))):
        start = (int(rng.integers(-width // 2, width * 3 // 2)), 0)
        stop = (int(rng.integers(-width // 2, width * 3 // 2)), height)
        cv2.line(ground, start, stop, colour, int(rng.integers(2, 14)), cv2.LINE_AA)


def _clutter(scene: RGBImage, rng: np.random.Generator) -> None:
    """Windows, posts, boxes, lines: edges and plain rectangles of any colour."""
    height, width = scene.shape[:2]
    for _ in range(int(rng.integers(1, 10))):
        vivid = 20 if rng.random() < 0.65 else 80
        colour = tuple(int(v) for v in np.clip(rng.uniform(0, 255) + rng.normal(0, vivid, 3), 0, 255))
        x, y = int(rng.integers(-10, width)), int(rng.integers(-10, height))
        w, h = (int(v) for v in (rng.uniform(0.02, 0.4, 2) * (width, height)))
        kind = rng.random()
        if kind < 0.4:
            cv2.rectangle(scene, (x, y), (x + w, y + h), colour, -1 if rng.random() < 0.6 else int(rng.integers(1, 4)))
        elif kind < 0.6:
            box = cv2.boxPoints(((x, y), (w + 2, h + 2), float(rng.uniform(-40, 40))))
            cv2.fillConvexPoly(scene, box.astype(np.int32), colour, cv2.LINE_AA)
        elif kind < 0.75:
            cv2.ellipse(
                scene, (x, y), (w // 2 + 1, h // 2 + 1), float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA
            )
        else:
            cv2.line(
                scene, (x, y), (x + 3 * w, y + int(rng.normal(0, h + 1))), colour, int(rng.integers(1, 6)), cv2.LINE_AA
            )
