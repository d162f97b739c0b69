"""What light, weather and camera do to a whole scene."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage

Floats = NDArray[np.float32]


def shoot(scene: RGBImage, night: bool, rain: bool, lamps: Floats, rng: np.random.Generator) -> RGBImage:
    """The photo of a scene.

    Args:
        scene: (h, w, 3) uint8 RGB, evenly lit.
        night, rain: what it is.
        lamps: (n, 2) float32 x, y near which head lights may glare by night, pixels.
        rng: of every draw.

    Returns:
        (h, w, 3) uint8 RGB.
    """
    height, width = scene.shape[:2]
    pixels = scene.astype(np.float32)
    cast = rng.normal(1, 0.05, 3)
    if night:
        gain = float(np.exp(rng.uniform(np.log(0.16), np.log(0.8))))
        cast = rng.normal(1, 0.14, 3) * ((1.2, 1.0, 0.7) if rng.random() < 0.35 else (1, 1, 1))
        pixels *= (gain * cast).astype(np.float32)
        pixels = _glare(pixels, lamps, rng)
    else:
        gain = rng.uniform(0.65, 1.35) if rng.random() < 0.85 else rng.uniform(1.3, 1.9)
        pixels *= (gain * cast).astype(np.float32)
        if rng.random() < 0.35:
            edge = rng.uniform(-0.5, 1.5) * width + np.arange(height)[:, None] * rng.uniform(-2, 2)
            shade = np.where(np.arange(width)[None, :] < edge, rng.uniform(0.35, 0.8), 1).astype(np.float32)
            pixels *= cv2.blur(shade, (5, 5))[..., None]
    if rng.random() < 0.5:  # light falls off across the scene
        left, right, top, low = rng.uniform((0.6, 0.6, 0.7, 0.7), 1.3)
        across = np.linspace(left, right, width, dtype=np.float32)[None, :, None]
        pixels *= across * np.linspace(top, low, height, dtype=np.float32)[:, None, None]
    if rng.random() < 0.25:
        veil = rng.uniform(0.45, 0.95)
        pixels = pixels * veil + (1 - veil) * rng.uniform(40 if not night else 0, 230) * np.ones(3, np.float32)
    if rng.random() < 0.04:
        pixels = np.repeat(pixels.mean(2, keepdims=True), 3, 2)
    if rain:
        pixels = _rain(pixels, rng)
    pixels = _soften(pixels, rng)
    sigma = rng.uniform(0, 16 if night else 7)
    if sigma > 0.5:
        grain = rng.standard_normal((height // 2 + 1, width, 1 if rng.random() < 0.6 else 3), np.float32)
        pixels += sigma * np.concatenate([grain, grain[::-1]])[:height]
    out = np.clip(pixels, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        power = float(rng.uniform(0.6, 1.5))
        out = np.asarray(cv2.LUT(out, ((np.arange(256) / 255) ** power * 255).astype(np.uint8)), np.uint8)
    _, stream = cv2.imencode(".jpg", out, (cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 96))))
    return np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)  # RGB in, RGB out: JPEG's order is kept


def _glare(pixels: Floats, lamps: Floats, rng: np.random.Generator) -> Floats:
    """Street lamps anywhere, head lights near the plates: halos that saturate."""
    height, width = pixels.shape[:2]
    anywhere = rng.uniform((0, 0), (width, height), (int(rng.integers(0, 4)), 2))
    chosen = lamps[rng.random(len(lamps)) < 0.45]
    for x, y in [*anywhere, *chosen]:
        size = width * rng.uniform(0.01, 0.12)
        tone = rng.uniform(0.8, 1.1, 3) * rng.uniform(60, 330)
        across = np.exp(-(((np.arange(width) - x) / size) ** 2) / rng.uniform(1, 4)).astype(np.float32)
        down = np.exp(-(((np.arange(height) - y) / size) ** 2)).astype(np.float32)
        pixels = pixels + (down[:, None] * across[None, :])[..., None] * tone.astype(np.float32)
    return pixels


def _rain(pixels: Floats, rng: np.random.Generator) -> Floats:
    height, width = pixels.shape[:2]
    streaks = np.zeros((height, width), np.uint8)
    lean, length = rng.uniform(-0.4, 0.4), rng.uniform(0.02, 0.09) * height
    for x, y in rng.uniform((0, 0), (width, height), (int(rng.integers(20, 160)), 2)):
        cv2.line(
            streaks,
            (int(x), int(y)),
            (int(x + lean * length), int(y + length)),
            int(rng.integers(40, 160)),
            1,
            cv2.LINE_AA,
        )
    pixels = pixels * rng.uniform(0.7, 1.0) + streaks[..., None].astype(np.float32) * 0.5
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), float(rng.uniform(0.3, 1.1))), np.float32)


def _soften(pixels: Floats, rng: np.random.Generator) -> Floats:
    sigma = float(rng.random()) ** 2 * 1.6
    if sigma > 0.3:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.float32)
    if rng.random() < 0.2:
        length = int(rng.integers(2, 9))
        kernel = np.zeros((length, length), np.float32)
        angle = rng.uniform(0, np.pi) if rng.random() < 0.5 else 0.0
        half = (length - 1) / 2
        start, stop = (
            (round(half + s * half * np.cos(angle)), round(half + s * half * np.sin(angle))) for s in (-1, 1)
        )
        cv2.line(kernel, start, stop, 1.0, 1)
        pixels = np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.float32)
    if rng.random() < 0.25:  # cameras sharpen what they have blurred
        soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.float32)
        pixels = pixels + float(rng.uniform(0.3, 1.2)) * (pixels - soft)
    return pixels
