"""Scenes kept to train from: drawn once, compressed, cut and scaled anew for every batch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.training.hooks import Progress
from zhsq.training.locator.scenes import Scenes

Floats = NDArray[np.float32]
_QUALITY = 94


@dataclass(frozen=True)
class Kept:
    """A scene in store: JPEG bytes of it in RGB order, and of its plates what `scenes.Scene` says."""

    jpeg: bytes
    corners: Floats
    visible: Floats
    others: Floats

    def image(self) -> RGBImage:
        """(h, w, 3) uint8 RGB."""
        return np.asarray(cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def draw_pool(scenes: Scenes, count: int, side: int, progress: Progress) -> list[Kept]:
    """`count` square scenes of `side` pixels."""
    pool = []
    for done in range(count):
        scene = scenes.draw(side, side)
        _, stream = cv2.imencode(".jpg", scene.image, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
        pool.append(Kept(stream.tobytes(), scene.corners, scene.visible, scene.others))
        progress(done + 1, count, "scenes")
    return pool


def view(kept: Kept, side: int, rng: np.random.Generator) -> tuple[RGBImage, Floats]:
    """A square part of a scene, shifted, scaled, its colours changed a little.

    Returns:
        (side, side, 3) uint8 RGB and the plates' corners in it, (n, 4, 2).
    """
    image = kept.image()
    whole = image.shape[0]
    zoom = float(np.exp(rng.uniform(np.log(0.5), np.log(1.1))))
    if zoom < 0.85:  # averaged, as a photo is that is scaled down
        size = round(whole * zoom)
        image = np.asarray(cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
        step = 1.0
        zoom = size / whole
    else:
        step = zoom
    room = side - whole * zoom
    shift = rng.uniform(min(0.0, room), max(0.0, room), 2)
    matrix = np.array([[step, 0, shift[0] - 0.5 + 0.5 * step], [0, step, shift[1] - 0.5 + 0.5 * step]])
    edge = cv2.BORDER_CONSTANT if rng.random() < 0.5 else cv2.BORDER_REPLICATE
    moved = cv2.warpAffine(
        image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=edge, borderValue=(127, 127, 127)
    )
    return tinted(np.asarray(moved, np.uint8), rng), (kept.corners * zoom + shift).astype(np.float32)


def tinted(image: RGBImage, rng: np.random.Generator) -> RGBImage:
    """Gain and offset of each channel changed a little."""
    gain, offset = rng.uniform(0.85, 1.15) * rng.normal(1, 0.05, 3), rng.normal(0, 8)
    levels = np.arange(256, dtype=np.float32)[:, None] * gain + offset
    table = np.clip(levels, 0, 255).astype(np.uint8)[None]
    return np.asarray(cv2.LUT(image, table), np.uint8)
