"""A locator with anchors: its input, decoding, non-maximum suppression.

It is a single-shot detector with four landmarks, decoded as in RetinaFace (Deng et al., CVPR 2020):
anchors of two square sizes at each cell of three strides; box centres and corners as offsets in anchor sizes,
box sides as logarithms, scaled by two variances.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.imaging import RGBImage
from zhsq.models.plate.types import PlateBox

Floats = NDArray[np.float32]


class AnchorParams(BaseModel):
    """Parameters of the locator, from the bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Subtracted per channel, in the order that the network takes (blue, green, red).
    mean_bgr: tuple[float, float, float]
    #: Sides are padded to a multiple of this.
    multiple: int
    #: Photos with a longer side are scaled down to it, pixels.
    max_side: int
    #: Anchor sizes in pixels for each stride.
    min_sizes: tuple[tuple[int, ...], ...]
    strides: tuple[int, ...]
    variances: tuple[float, float]
    #: The network's landmark that is left-top, right-top, right-bottom, left-bottom.
    corner_order: tuple[int, int, int, int]
    #: Least score of a box, 0..1; false boxes above it are left to the reader.
    score: float
    #: Overlap (IoU) above which the weaker of two boxes goes.
    nms_iou: float
    #: Boxes kept per photo, best first.
    keep: int


def find(image: RGBImage, params: AnchorParams, run: Callable[[str, Floats], Sequence[Floats]]) -> list[PlateBox]:
    """Plates of a photo, (height, width, 3) uint8 RGB, best first; `run` as `locate.Run`."""
    pixels, scale = prepare(image, params)
    loc, conf, landmarks = (output[0] for output in run("locate", pixels))
    return decode((loc, conf[:, 1], landmarks), (pixels.shape[2], pixels.shape[3]), scale, params)


def prepare(image: RGBImage, params: AnchorParams) -> tuple[Floats, float]:
    """The network's input and the scale that was applied.

    Args:
        image: (height, width, 3), uint8 RGB.

    Returns:
        (1, 3, H, W) float32 blue-green-red less the mean, H and W multiples of `params.multiple`; scale <= 1.
    """
    scale = min(1.0, params.max_side / max(image.shape[:2]))
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = image.shape[:2]
    step = params.multiple
    padded = np.zeros((-(-height // step) * step, -(-width // step) * step, 3), np.float32)
    padded[:height, :width] = image[..., ::-1].astype(np.float32) - np.asarray(params.mean_bgr, np.float32)
    return np.ascontiguousarray(padded.transpose(2, 0, 1)[None]), scale


def anchors(height: int, width: int, params: AnchorParams) -> Floats:
    """Anchors of an input of `height` x `width`: (n, 3) float32 of centre x, centre y and side, pixels.

    Order: stride, row, column, size; that is the order of the network's outputs.
    """
    found = []
    for stride, sizes in zip(params.strides, params.min_sizes, strict=True):
        rows, columns = -(-height // stride), -(-width // stride)
        y, x, size = np.meshgrid(np.arange(rows), np.arange(columns), np.asarray(sizes), indexing="ij")
        found.append(np.stack([(x + 0.5) * stride, (y + 0.5) * stride, size], axis=-1).reshape(-1, 3))
    return np.concatenate(found).astype(np.float32)


def decode(
    outputs: tuple[Floats, Floats, Floats], shape: tuple[int, int], scale: float, params: AnchorParams
) -> list[PlateBox]:
    """Boxes and corners in pixels of the photo, best first.

    Args:
        outputs: box offsets (n, 4), scores (n,) 0..1, corner offsets (n, 8).
        shape: (height, width) of the network's input.
        scale: that of `prepare`.
    """
    loc, score, landmarks = outputs
    keep = np.flatnonzero(score >= params.score)
    prior = anchors(*shape, params)[keep]
    loc, score, landmarks = loc[keep], score[keep], landmarks[keep]
    centre, side = prior[:, :2], prior[:, 2:]
    middle = centre + loc[:, :2] * params.variances[0] * side
    half = side * np.exp(loc[:, 2:] * params.variances[1]) / 2
    boxes = np.concatenate([middle - half, middle + half], axis=1) / scale
    points = (centre[:, None] + landmarks.reshape(-1, 4, 2) * params.variances[0] * side[:, None]) / scale
    points = points[:, list(params.corner_order)]
    chosen = suppress(boxes, score, params.nms_iou)[: params.keep]
    return [PlateBox(boxes[i].astype(np.float32), points[i].astype(np.float32), float(score[i])) for i in chosen]


def suppress(boxes: NDArray[np.floating], scores: NDArray[np.floating], iou: float) -> list[int]:
    """Greedy non-maximum suppression: indices kept, best first. `boxes` (n, 4) x1 y1 x2 y2, `scores` (n,)."""
    order = np.argsort(-scores, kind="stable")
    area = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    kept: list[int] = []
    while order.size:
        first, rest = int(order[0]), order[1:]
        kept.append(first)
        sides = np.minimum(boxes[first, 2:], boxes[rest, 2:]) - np.maximum(boxes[first, :2], boxes[rest, :2])
        common = np.prod(np.maximum(sides, 0), axis=1)
        union = np.maximum(area[first] + area[rest] - common, 1e-9)
        order = rest[common / union <= iou]
    return kept
