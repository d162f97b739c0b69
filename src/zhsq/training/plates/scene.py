"""Photograph a flat plate: perspective, ground around it, light, dirt, glare, blur, noise and JPEG."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.plate.locate import outline, rectify
from zhsq.training.plates.config import Camera

Floats = NDArray[np.float32]
#: How a crop is cut: 'box' along the upright box around a tilted plate, as a detector of boxes does; 'corners' by a
#: perspective warp of corners that are a little wrong, as our locator's are.
Cut = Literal["box", "corners"]
#: Width and height at which data sets of crops are stored, LPRNet's input (Zherzdev and Gruzdev, 2018).
STORED = (94, 24)
#: Width and height of a plate set upright by its corners, pixels: our bundles' `upright`, of which a reader learns.
UPRIGHT = (192, 60)


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
    size = final = _size(plate.shape[1] / plate.shape[0], camera, rng)
    draw = rng.random()
    if draw < camera.stored:
        across, down = rng.uniform(*camera.stored_by, 2)
        size, final = (round(size[0] * across), round(size[1] * down)), STORED
    elif draw < camera.stored + camera.coarse:
        factor = rng.uniform(*camera.coarse_by)
        size = round(size[0] * factor), round(size[1] * factor)
    boxed = cut == "box" or (cut is None and rng.random() < camera.box_share)
    aspect = plate.shape[1] / plate.shape[0]
    corners = _box_corners(aspect, *size, camera, rng) if boxed else _wrong(outline(*size), 0.018, 0.045, rng)
    pixels = _lens(plate, corners, *size, camera, rng)
    if rng.random() < camera.dirt:
        _dirt(pixels, rng)
    pixels = _light(pixels, camera, rng)
    pixels = _soften(pixels, camera, rng)
    noise = rng.standard_normal((*pixels.shape[:2], 1), np.float32)
    image = _compressed(pixels + noise * (camera.noise * float(rng.random()) ** 2), int(rng.integers(32, 96)))
    if final != size:
        image = np.asarray(cv2.resize(image, final, interpolation=cv2.INTER_LINEAR), np.uint8)
    if draw < camera.stored:
        image = _compressed(image, int(rng.integers(75, 100)))
    if boxed and rng.random() < camera.upright:
        found = _wrong(corners * np.divide(final, size, dtype=np.float32), 0.012, 0.035, rng)
        image = rectify(image, found, *UPRIGHT)
    return image


def bare(camera: Camera, rng: np.random.Generator) -> RGBImage:
    """A camera's crop of something that is no plate: a car's body, edges and slats, or grain from smooth to fine.

    Returns:
        (height, width, 3) uint8 RGB of a drawn size.
    """
    width, height = int(rng.integers(60, 200)), int(rng.integers(20, 60))
    draw = rng.random()
    if draw < 0.4:
        image = surroundings(width, height, rng)
    elif draw < 0.7:
        image, _, _ = mounted(surroundings(width, height, rng), rng)
    else:
        across, down = (max(2, round(side * float(rng.random()) ** 2)) for side in (width, height))
        depth = 1 if rng.random() < 0.5 else 3
        grain = _paint(rng) + rng.uniform(3, 80) * rng.standard_normal((down, across, depth))
        image = np.asarray(cv2.resize(np.clip(grain, 0, 255).astype(np.uint8), (width, height)), np.uint8)
    pixels = _soften(_light(image.astype(np.float32), camera, rng), camera, rng)
    return _compressed(pixels, int(rng.integers(32, 96)))


def _size(aspect: float, camera: Camera, rng: np.random.Generator) -> tuple[int, int]:
    """Width and height of a crop of a plate of these proportions, pixels."""
    low, high = np.log(camera.width)
    width = round(float(np.exp(rng.uniform(low, high))))
    return width, max(12, round(width / aspect * rng.uniform(*camera.squeeze)))


def _wrong(corners: Floats, across: float, down: float, rng: np.random.Generator) -> Floats:
    """Corners a little wrong, by normal errors of these standard deviations in shares of their extent; (4, 2) float32."""
    return np.asarray(corners + rng.normal(0, 1, (4, 2)) * (across, down) * np.ptp(corners, axis=0), np.float32)


def _lens(
    plate: RGBImage, corners: Floats, width: int, height: int, camera: Camera, rng: np.random.Generator
) -> Floats:
    """The plate at these corners and what is around it as the sensor gets them: (height, width, 3) float32, 0..255."""
    flat, left, top = plate, 0, 0
    if rng.random() < camera.mounted:
        flat, left, top = mounted(_bent(plate, rng) if rng.random() < camera.bent else plate, rng)
    shrink = plate.shape[1] / max(1.0, float(np.ptp(corners[:, 0])))
    if shrink > 1.4:  # the lens averages what the sensor can't part
        flat = np.asarray(cv2.GaussianBlur(flat, (0, 0), 0.38 * shrink), np.uint8)
    crop = surroundings(width, height, rng)
    h, w = plate.shape[:2]
    matrix = cv2.getPerspectiveTransform(outline(w, h) + np.array((left, top), np.float32), corners)
    cv2.warpPerspective(flat, matrix, (width, height), crop, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return crop.astype(np.float32)


def _compressed(pixels: Floats | RGBImage, quality: int) -> RGBImage:
    _, stream = cv2.imencode(".jpg", np.clip(pixels, 0, 255).astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)  # RGB in, RGB out: JPEG's order is kept


def _box_corners(aspect: float, width: int, height: int, camera: Camera, rng: np.random.Generator) -> Floats:
    """Corners of a plate seen from the side, scaled so that the box around it is the crop, give or take a margin."""
    yaw = rng.uniform(0.7, 1.0)
    x, y = aspect / 2 * yaw, 0.5
    corners = np.array([[-x, -y], [x, -y], [x, y], [-x, y]])
    # Seen from the side, one end is nearer and taller, and the rows slope while the characters stay upright.
    corners[:, 1] *= 1 + np.sign(corners[:, 0]) * np.clip(rng.normal(0, camera.near), -0.3, 0.3)
    corners[:, 1] += corners[:, 0] * rng.normal(0, camera.slope) + rng.normal(0, camera.corner, 4)
    corners[:, 0] += corners[:, 1] * rng.normal(0, camera.lean)
    corners[:2, 0] *= 1 + rng.normal(0, 0.02)
    angle = np.radians(np.clip(rng.normal(0, camera.tilt), -20, 20))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = corners @ turn.T
    low, high = corners.min(0), corners.max(0)
    # A detector's box is off by a little across, and by more down: it cuts a corner off, rarely a character.
    margin = np.clip(rng.normal((0.0125, -0.01), (0.02, 0.05), (2, 2)), (-0.03, -0.14), (0.08, 0.12)) * (high - low)
    low, high = low - margin[0], high + margin[1]
    return np.asarray((corners - low) / (high - low) * (width, height), np.float32)


def _paint(rng: np.random.Generator) -> Floats:
    """A colour of a car's body or of what is around it: mostly grey from black to white, else of little strength; (3,)."""
    level = rng.uniform(0, 255)
    strength = rng.uniform(0, 12) if rng.random() < 0.7 else rng.uniform(20, 110)
    return np.clip(level + rng.uniform(-strength, strength, 3), 0, 255).astype(np.float32)


def _colour(rng: np.random.Generator) -> tuple[int, ...]:
    return tuple(int(v) for v in _paint(rng))


def surroundings(width: int, height: int, rng: np.random.Generator) -> RGBImage:
    """Car body around a plate: a colour with soft patches and an edge or two; (height, width, 3) uint8 RGB."""
    patches = np.clip(_paint(rng) + rng.uniform(-45, 45, (3, 6, 1)) + rng.uniform(-8, 8, (3, 6, 3)), 0, 255)
    around = np.asarray(cv2.resize(patches.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    for _ in range(int(rng.integers(0, 3))):
        y = int(rng.integers(0, height))
        colour = _colour(rng)
        reach = int(rng.integers(-height // 4, height // 4 + 1))
        cv2.line(around, (0, y), (width, y + reach), colour, int(rng.integers(1, 4)))
    return around


def mounted(plate: RGBImage, rng: np.random.Generator) -> tuple[RGBImage, int, int]:
    """A plate in its place on a car: a holder's rim, and the body with edges and slats that run along the plate.

    Returns:
        The plate with what is around it, (height, width, 3) uint8 RGB, and where its left and upper edges are in that.
    """
    height, width = plate.shape[:2]
    left, top = round(0.12 * width), round(0.5 * height)
    whole = surroundings(width + 2 * left, height + 2 * top, rng)
    for _ in range(int(rng.integers(0, 5))):  # slats of a grille, edges of a bumper or of a bay for the plate
        y = int(rng.integers(0, whole.shape[0]))
        thick = int(rng.integers(2, max(3, height // 4)))
        slope = round(float(rng.normal(0, 0.03)) * whole.shape[1])
        cv2.line(whole, (0, y), (whole.shape[1], y + slope), _colour(rng), thick, cv2.LINE_AA)
    if rng.random() < 0.6:  # the holder, wider on some sides
        out = rng.uniform(0, 0.09 * height, 4) * (rng.random(4) < 0.8)
        start = round(left - out[0]), round(top - out[1])
        stop = round(left + width + out[2]), round(top + height + out[3])
        cv2.rectangle(whole, start, stop, _colour(rng), -1)
        if rng.random() < 0.4:  # its outer edge shines
            cv2.rectangle(whole, start, stop, _colour(rng), 1, cv2.LINE_AA)
    if rng.random() < 0.3:  # the shadow of an edge above
        deep = int(rng.integers(1, max(2, height // 8)))
        shade = whole[max(0, top - deep) : top]
        shade[:] = (shade * rng.uniform(0.2, 0.7)).astype(np.uint8)
    whole[top : top + height, left : left + width] = plate
    if rng.random() < 0.3:  # a rim that covers the plate's edge
        rim = _paint(rng).astype(np.uint8)
        x, y = (rng.random((2, 2)) ** 2 * ((0.03,), (0.08,)) * ((width,), (height,))).astype(int)
        whole[top : top + height, left : left + x[0]] = rim
        whole[top : top + height, left + width - x[1] : left + width] = rim
        whole[top : top + y[0], left : left + width] = rim
        whole[top + height - y[1] : top + height, left : left + width] = rim
    return whole, left, top


def _bent(plate: RGBImage, rng: np.random.Generator) -> RGBImage:
    """A plate that follows a bumper's curve, seen from above or below: its columns moved along a parabola."""
    height, width = plate.shape[:2]
    along = np.linspace(-1, 1, width, dtype=np.float32)
    shift = float(rng.normal(0, 0.05)) * height * (along**2 - 0.5)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(
        cv2.remap(plate, across, down + shift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


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
