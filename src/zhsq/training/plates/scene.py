"""Photograph a flat plate: perspective, ground around it, light, dirt, glare, blur, noise and JPEG."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.plate.locate import outline
from zhsq.training.plates.config import Camera

Floats = NDArray[np.float32]
#: How a crop is cut: 'box' along the upright box around a tilted plate, as a detector of boxes does; 'corners' by a
#: perspective warp of corners that are a little wrong, as our locator's are.
Cut = Literal["box", "corners"]


def photograph(plate: RGBImage, camera: Camera, rng: np.random.Generator, cut: Cut | None = None) -> RGBImage:
    """A camera's crop of a flat plate.

    Args:
        plate: flat, (h, w, 3) uint8 RGB.
        camera: what may go wrong.
        rng: of every draw.
        cut: how the crop is cut; None draws it by `camera.box_share`.

    Returns:
        (height, width, 3) uint8 RGB of a drawn size; its proportions are the plate's, roughly.
    """
    low, high = np.log(camera.width)
    width = round(float(np.exp(rng.uniform(low, high))))
    aspect = plate.shape[1] / plate.shape[0]
    height = max(12, round(width / aspect * rng.uniform(*camera.squeeze)))
    small = (width, height)
    coarse = rng.random() < camera.coarse
    if coarse:
        factor = rng.uniform(*camera.coarse_by)
        width, height = round(width * factor), round(height * factor)
    if cut == "box" or (cut is None and rng.random() < camera.box_share):
        corners = _box_corners(aspect, width, height, camera.tilt, rng)
    else:
        wrong = rng.normal(0, 1, (4, 2)) * (0.018 * width, 0.045 * height)
        corners = (outline(width, height) + wrong).astype(np.float32)
    flat = plate
    shrink = plate.shape[1] / max(1.0, float(np.ptp(corners[:, 0])))
    if shrink > 1.4:  # the lens averages what the sensor can't part
        flat = np.asarray(cv2.GaussianBlur(flat, (0, 0), 0.38 * shrink), np.uint8)
    crop = surroundings(width, height, rng)
    h, w = plate.shape[:2]
    matrix = cv2.getPerspectiveTransform(outline(w, h), corners)
    cv2.warpPerspective(flat, matrix, (width, height), crop, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    pixels = crop.astype(np.float32)
    if rng.random() < camera.dirt:
        _dirt(pixels, rng)
    pixels = _light(pixels, camera, rng)
    pixels = _soften(pixels, camera, rng)
    pixels += rng.standard_normal((height, width, 1), np.float32) * (camera.noise * float(rng.random()) ** 2)
    pixels = np.clip(pixels, 0, 255)
    quality = int(rng.integers(32, 96))
    _, stream = cv2.imencode(".jpg", pixels.astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, quality))
    image = cv2.imdecode(stream, cv2.IMREAD_COLOR)  # RGB in, RGB out: JPEG's order is kept
    if coarse:
        image = cv2.resize(image, small, interpolation=cv2.INTER_LINEAR)
    return np.asarray(image, np.uint8)


def _box_corners(aspect: float, width: int, height: int, tilt: float, rng: np.random.Generator) -> Floats:
    """Corners of a plate seen from the side, scaled so that the box around it is the crop, give or take a margin."""
    yaw = rng.uniform(0.7, 1.0)
    x, y = aspect / 2 * yaw, 0.5
    corners = np.array([[-x, -y], [x, -y], [x, y], [-x, y]])
    shear = rng.normal(0, 0.06)
    corners[:, 1] += corners[:, 0] * shear + rng.normal(0, 0.045, 4)
    corners[:, 0] += corners[:, 1] * rng.normal(0, 0.12)
    corners[:2, 0] *= 1 + rng.normal(0, 0.02)
    angle = np.radians(np.clip(rng.normal(0, tilt), -18, 18))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = corners @ turn.T
    low, high = corners.min(0), corners.max(0)
    # A detector's box is off by a little across, and by more down: it cuts a corner off, rarely a character.
    margin = np.clip(rng.normal((0.0125, -0.02), (0.02, 0.055), (2, 2)), (-0.03, -0.14), (0.08, 0.12)) * (high - low)
    low, high = low - margin[0], high + margin[1]
    return np.asarray((corners - low) / (high - low) * (width, height), np.float32)


def surroundings(width: int, height: int, rng: np.random.Generator) -> RGBImage:
    """Car body around a plate: a colour with soft patches and an edge or two; (height, width, 3) uint8 RGB."""
    patches = rng.integers(0, 60, (3, 6, 3)) + rng.integers(0, 196, (1, 1, 3))
    around = np.asarray(cv2.resize(patches.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    for _ in range(int(rng.integers(0, 3))):
        y = int(rng.integers(0, height))
        colour = tuple(int(v) for v in rng.integers(0, 255, 3))
        cv2.line(
            around,
            (0, y),
            (width, y + int(rng.integers(-height // 4, height // 4 + 1))),
            colour,
            int(rng.integers(1, 4)),
        )
    return around


def _dirt(pixels: Floats, rng: np.random.Generator) -> None:
    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(1, 6))):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        axes = (int(rng.integers(1, max(2, width // 14))), int(rng.integers(1, max(2, height // 6))))
        cv2.ellipse(mask, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.2, 0.8)), -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1 + float(rng.random()) * 2), np.float32)[..., None]
    colour = rng.uniform((40, 30, 20), (150, 130, 110)).astype(np.float32)
    pixels *= 1 - mask
    pixels += mask * colour


def _light(pixels: Floats, camera: Camera, rng: np.random.Generator) -> Floats:
    height, width = pixels.shape[:2]
    draw = rng.random()
    gain, cast = rng.uniform(0.7, 1.35), rng.normal(1, 0.07, 3)
    if draw < camera.dark:
        gain, cast = rng.uniform(0.25, 0.6), rng.normal(1, 0.14, 3)
    elif draw < camera.dark + camera.bright:
        gain = rng.uniform(1.3, 2.3)
        pixels += rng.uniform(0, 50)
    elif draw < camera.dark + camera.bright + camera.tinted:
        grey = pixels.mean(2, keepdims=True)
        keep = rng.uniform(0.15, 1.0)
        pixels, cast = grey + (pixels - grey) * keep, rng.uniform(0.35, 1.5, 3)
    if rng.random() < camera.grey:
        pixels = np.repeat(pixels.mean(2, keepdims=True), 3, 2)
    pixels *= (gain * cast).astype(np.float32)
    if rng.random() < 0.5:  # uneven light
        (left, right), (top, bottom) = rng.uniform(0.65, 1.3, 2), rng.uniform(0.75, 1.25, 2)
        pixels *= np.linspace(left, right, width, dtype=np.float32)[None, :, None]
        pixels *= np.linspace(top, bottom, height, dtype=np.float32)[:, None, None]
    if rng.random() < camera.shadow:
        edge = rng.uniform(-0.5, 1.5) * width + np.arange(height)[:, None] * rng.uniform(-2, 2)
        dark = (np.arange(width)[None, :] < edge) == (rng.random() < 0.5)
        pixels *= np.where(dark, rng.uniform(0.35, 0.8), 1).astype(np.float32)[..., None]
    if rng.random() < camera.glare:
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        across = (np.arange(width)[None, :] - x) / (width * rng.uniform(0.05, 0.35))
        down = (np.arange(height)[:, None] - y) / (height * rng.uniform(0.15, 0.9))
        pixels += (np.exp(-(across**2 + down**2)) * rng.uniform(40, 190)).astype(np.float32)[..., None]
    if rng.random() < camera.haze:
        veil = rng.uniform(0.4, 0.95)
        pixels = pixels * veil + (1 - veil) * rng.uniform(20, 220) * rng.uniform(0.8, 1.2, 3).astype(np.float32)
    pixels = np.clip(pixels, 0, 255)
    if rng.random() < 0.4:
        power = float(rng.uniform(0.65, 1.6))
        table = ((np.arange(256, dtype=np.float32) / 255) ** power * 255).astype(np.uint8)
        pixels = np.asarray(cv2.LUT(pixels.astype(np.uint8), table), np.float32)
    return pixels.astype(np.float32, copy=False)


def _soften(pixels: Floats, camera: Camera, rng: np.random.Generator) -> Floats:
    width = pixels.shape[1]
    sigma = float(rng.random()) ** 1.5 * camera.blur * width
    if sigma > 0.25:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.float32)
    length = round(float(rng.random()) ** 2 * camera.motion * width)
    if length >= 2 and rng.random() < 0.5:
        kernel = np.zeros((length * 2 + 1, length * 2 + 1), np.float32)
        angle = rng.uniform(0, np.pi) if rng.random() < 0.5 else rng.normal(0, 0.15)
        reach = (length / 2 * np.cos(angle), length / 2 * np.sin(angle))
        start, stop = ((round(length + s * reach[0]), round(length + s * reach[1])) for s in (-1, 1))
        cv2.line(kernel, start, stop, 1.0, 1)
        pixels = np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.float32)
    if rng.random() < camera.sharpened:  # cameras sharpen what they have blurred
        soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.float32)
        pixels = pixels + float(rng.uniform(0.3, 1.2)) * (pixels - soft)
    return pixels
