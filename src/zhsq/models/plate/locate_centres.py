"""A locator of centres and corners in two looks.

First look: the photo, scaled down. A plate is the peak of a heat map at its centre, and its corners are regressed there
(Zhou et al., Objects as Points, 2019, with corners for the box). Where nothing is found, the photo is looked at once
more, less scaled down.
Second look: each plate found is cut out of the full photo by its corners, with a margin, into a small crop. A second
network moves the corners there and says whether it is a plate at all. Corners get exact where the plate has all its
pixels, and signs that the coarse look took for plates are turned down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from zhsq.imaging import RGBImage
from zhsq.models.plate.locate_anchors import suppress
from zhsq.models.plate.types import PlateBox

Floats = NDArray[np.float32]
#: Width and height of the second network's crop, pixels, and the share of each that a plate takes when its corners are
#: right: what lies around a plate tells where it ends.
REFINE_SIZE = (128, 64)
REFINE_SHARE = (0.62, 0.52)
_MULTIPLE = 32


class CentreParams(BaseModel):
    """Parameters of the locator, from the bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Pixels of the input for one cell of the map.
    stride: int
    #: Longest side of the photo in the first look, then in the one that follows when nothing was found, pixels.
    sides: tuple[int, ...]
    #: Least heat of a peak, 0..1, that is looked at closer.
    heat: float = Field(ge=0, le=1)
    #: Least score of a plate, 0..1, after the closer look; false boxes above it are left to the reader.
    score: float = Field(ge=0, le=1)
    #: Closer looks at each plate; the second one begins with corners that are nearly right.
    rounds: int = Field(ge=1)
    #: Overlap (IoU of boxes) above which the weaker of two goes.
    nms_iou: float
    #: Plates looked at per photo, best first.
    keep: int


def find(image: RGBImage, params: CentreParams, run: Callable[[str, Floats], Sequence[Floats]]) -> list[PlateBox]:
    """Plates of a photo, (height, width, 3) uint8 RGB, best first; `run` as `locate.Run`.

    A plate's score is the geometric mean of the two networks' probabilities.
    """
    before = 0.0
    for side in params.sides:
        pixels, scale = prepare(image, side)
        if scale == before:  # the photo is no larger than the last look
            break
        before = scale
        heat, corners = run("locate", pixels)
        found = _refined(image, decode(heat[0, 0], corners[0], scale, params), params, run)
        if found:
            return found
    return []


def prepare(image: RGBImage, side: int) -> tuple[Floats, float]:
    """The first network's input and the scale that was applied.

    Returns:
        (1, 3, H, W) float32 RGB 0..255, H and W multiples of 32, grey where the photo ends; scale <= 1.
    """
    scale = min(1.0, side / max(image.shape[:2]))
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = image.shape[:2]
    padded = np.full((1, 3, -(-height // _MULTIPLE) * _MULTIPLE, -(-width // _MULTIPLE) * _MULTIPLE), 127.5, np.float32)
    padded[0, :, :height, :width] = image.transpose(2, 0, 1)
    return padded, scale


def decode(heat: Floats, corners: Floats, scale: float, params: CentreParams) -> list[PlateBox]:
    """Peaks of the map as plates in pixels of the photo, best first.

    Args:
        heat: (h, w), 0..1.
        corners: (8, h, w), x, y of the four corners from the cell's centre, in cells.
        scale: that of `prepare`.
    """
    peaks = (heat >= params.heat) & (heat >= cv2.dilate(heat, np.ones((3, 3), np.uint8)))
    rows, columns = np.nonzero(peaks)
    score = heat[rows, columns]
    centre = np.stack([columns, rows], axis=1) + 0.5
    points = (centre[:, None] + corners[:, rows, columns].T.reshape(-1, 4, 2)) * (params.stride / scale)
    chosen = suppress(_boxes(points), score, params.nms_iou)[: params.keep]
    return [_plate(points[i], float(score[i])) for i in chosen]


def _refined(
    image: RGBImage, plates: list[PlateBox], params: CentreParams, run: Callable[[str, Floats], Sequence[Floats]]
) -> list[PlateBox]:
    if not plates:
        return []
    corners = np.stack([plate.corners for plate in plates])
    points, likely = refined([image] * len(plates), corners, params.rounds, lambda crops: run("refine", crops)[0])
    score = np.sqrt(np.array([plate.score for plate in plates]) * likely)
    chosen = [i for i in suppress(_boxes(points), score, params.nms_iou) if score[i] >= params.score]
    return [_plate(points[i], float(score[i])) for i in chosen]


def refined(
    images: Sequence[RGBImage], corners: Floats, rounds: int, refine: Callable[[Floats], Floats]
) -> tuple[Floats, Floats]:
    """Look closer at a plate of each image, each time from the corners that the look before gave.

    Args:
        images: n, (h, w, 3) uint8 RGB.
        corners: (n, 4, 2) pixels, where the first look begins.
        rounds: looks, at least 1.
        refine: the second network, crops (n, 3, 64, 128) -> (n, 9): the moves and how likely it is a plate.

    Returns:
        Corners (n, 4, 2), pixels, and the last look's probabilities (n,).
    """
    for _ in range(rounds):
        crops = np.stack([cut(image, quad) for image, quad in zip(images, corners, strict=True)])
        said = refine(crops.transpose(0, 3, 1, 2).astype(np.float32, order="C"))
        corners = np.stack([moved(quad, move) for quad, move in zip(corners, said[:, :8], strict=True)])
    return corners, said[:, 8]


def cut(image: RGBImage, corners: Floats) -> RGBImage:
    """The second network's crop of a plate, (64, 128, 3) uint8 RGB; outside the photo the edge is repeated.

    Args:
        image: (h, w, 3) uint8 RGB.
        corners: (4, 2) pixels of the photo, edges.
    """
    target = expected()
    upper, lower = corners[1] - corners[0], corners[2] - corners[3]
    wide = (math.hypot(*upper.tolist()) + math.hypot(*lower.tolist())) / 2
    shrink = (target[1, 0] - target[0, 0]) / max(wide, 1.0)
    if shrink < 0.6:  # average first what the crop can't part
        middle, reach = corners.mean(0), np.ptp(corners, axis=0) * 1.6 + 4
        left, top = np.clip(np.floor(middle - reach), 0, np.array(image.shape[1::-1]) - 2).astype(int)
        right, low = np.maximum(
            np.minimum(np.ceil(middle + reach), image.shape[1::-1]).astype(int), (left + 2, top + 2)
        )
        part = image[top:low, left:right]
        size = (max(1, round(part.shape[1] * shrink)), max(1, round(part.shape[0] * shrink)))
        image = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
        corners = (corners - (left, top)) * (size[0] / part.shape[1], size[1] / part.shape[0])
    matrix = cv2.getPerspectiveTransform(np.asarray(corners, np.float32) - 0.5, target - 0.5)
    crop = cv2.warpPerspective(image, matrix, REFINE_SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)


@cache
def expected() -> Floats:
    """Where a crop shows the corners that it was cut by: (4, 2) pixels of the crop, edges; not to be written to."""
    x, y = (np.array([-1, 1]) * s / 2 + 0.5 for s in REFINE_SHARE)
    corners = (np.array([[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]]) * REFINE_SIZE).astype(np.float32)
    corners.flags.writeable = False
    return corners


def moved(corners: Floats, moves: Floats) -> Floats:
    """The corners as the second network moves them.

    Args:
        corners: (4, 2) pixels of the photo, which the crop was cut by.
        moves: (8,), x, y of each corner, in shares of the expected plate's width and height.
    """
    target = expected()
    size = target[2] - target[0]
    matrix = cv2.getPerspectiveTransform(target, np.asarray(corners, np.float32))
    there = (target + moves.reshape(4, 2) * size).astype(np.float32)
    return np.asarray(cv2.perspectiveTransform(there[None], matrix)[0], np.float32)


def _boxes(points: NDArray[np.floating]) -> Floats:
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1).astype(np.float32).reshape(-1, 4)


def _plate(points: NDArray[np.floating], score: float) -> PlateBox:
    return PlateBox(_boxes(points[None])[0], points.astype(np.float32), score)
