"""Look again at a crop whose read is doubtful.

A box cut along a tilted plate shows its characters sheared and takes in what lies around them. The locator's second
network, which finds corners in a crop, sets the plate upright; that view is read too, and so is the crop moved a little
across, which falls on the network's grid of pixels otherwise. What all three say is averaged. Only doubtful crops pay
for it. The views were chosen on synthetic crops of a seed apart and on the calibration split of plates_cn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.plate.locate import Floats, outline, rectify
from zhsq.models.plate.locate_centres import refined
from zhsq.models.plate.types import Table

#: Runs the second network: crops (n, 3, 64, 128) -> (n, 9), as `locate_centres` has it.
Refine = Callable[[Floats], Floats]
#: Closer looks at the corners; the second one begins where the first one ended.
ROUNDS = 2
#: How far a crop is moved across, in shares of its width: less than two pixels of the network's.
MOVE = 0.02


def upright(crops: Sequence[RGBImage], refine: Refine, size: tuple[int, int]) -> list[RGBImage]:
    """Each crop's plate set upright.

    Args:
        crops: at least one, (h, w, 3) uint8 RGB, each of one row of characters.
        refine: the second network.
        size: width and height of an upright plate, pixels.

    Returns:
        A view for each crop, (height, width, 3) uint8 RGB.
    """
    whole = np.stack([outline(crop.shape[1], crop.shape[0]) for crop in crops])
    quads, _ = refined(crops, whole, ROUNDS, refine)
    return [rectify(crop, quad, *size) for crop, quad in zip(crops, quads, strict=True)]


def moved(crops: Sequence[RGBImage]) -> list[RGBImage]:
    """Each crop moved to the right by `MOVE`, of its own size; its left edge is repeated."""
    return [_moved(crop) for crop in crops]


def _moved(crop: RGBImage) -> RGBImage:
    height, width = crop.shape[:2]
    matrix = np.array([[1, 0, MOVE * width], [0, 1, 0]], np.float32)
    return np.asarray(
        cv2.warpAffine(crop, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def joined(tables: Sequence[Table]) -> Table:
    """What several looks at one plate say together: their geometric mean, (8, 73) with rows that add up to 1."""
    mean = np.exp(np.mean([np.log(table + 1e-6) for table in tables], axis=0))
    return np.asarray(mean / mean.sum(axis=1, keepdims=True), np.float32)
