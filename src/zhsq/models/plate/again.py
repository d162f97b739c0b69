"""Look again at a crop whose read is doubtful.

A box cut along a tilted plate shows its characters sheared and takes in what lies around them. The locator's second
network, which finds corners in a crop, sets the plate upright; that view and others, cut a little otherwise, are read
too, and what all of them say is averaged. Only doubtful crops pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.plate.locate import Floats, rectify
from zhsq.models.plate.locate_centres import cut, moved
from zhsq.models.plate.types import Table

#: Runs the second network: crops (n, 3, 64, 128) -> (n, 9), as `locate_centres` has it.
Refine = Callable[[Floats], Floats]
#: Closer looks at the corners; each one begins where the one before ended.
ROUNDS = (2, 3)
#: Views cut otherwise: how much of the crop's width and height is added on each side, and a shear down.
OTHERWISE = ((0.03, 0.0, 0.0), (0.0, 0.06, 0.0))


def views(crops: Sequence[RGBImage], refine: Refine | None, size: tuple[int, int]) -> list[list[RGBImage]]:
    """Other views of each crop.

    Args:
        crops: (h, w, 3) uint8 RGB, each of one row of characters.
        refine: None for a bundle without a second network: the plate isn't set upright then.
        size: width and height of an upright plate, pixels.

    Returns:
        For each crop the same number of views.
    """
    found = [[_otherwise(crop, *change) for change in OTHERWISE] for crop in crops]
    if refine is None or not crops:
        return found
    quads = [_outline(crop) for crop in crops]
    for rounds in range(1, max(ROUNDS) + 1):
        pixels = np.stack([cut(crop, quad).transpose(2, 0, 1) for crop, quad in zip(crops, quads, strict=True)])
        said = refine(pixels.astype(np.float32))
        quads = [moved(quad, move) for quad, move in zip(quads, said[:, :8], strict=True)]
        if rounds in ROUNDS:
            for upright, crop, quad in zip(found, crops, quads, strict=True):
                upright.append(rectify(crop, quad, *size))
    return found


def joined(tables: Sequence[Table]) -> Table:
    """What several looks at one plate say together: their geometric mean, (8, 73) with rows that add up to 1."""
    mean = np.exp(np.mean([np.log(table + 1e-6) for table in tables], axis=0))
    return np.asarray(mean / mean.sum(axis=1, keepdims=True), np.float32)


def _outline(crop: RGBImage) -> Floats:
    height, width = crop.shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _otherwise(crop: RGBImage, across: float, down: float, shear: float) -> RGBImage:
    """The crop seen from a little farther, (h, w, 3); its edge is repeated where it ends."""
    height, width = crop.shape[:2]
    x, y = 1 / (1 + 2 * across), 1 / (1 + 2 * down)
    tilt = shear * height / width
    matrix = np.array([[x, 0, (1 - x) * width / 2], [tilt, y, (1 - y) * height / 2 - tilt * width / 2]], np.float32)
    seen = cv2.warpAffine(crop, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)
