"""Look again at a crop whose read is doubtful.

A box cut along a tilted plate shows its characters sheared and takes in what lies around them. The locator's second
network, which finds corners in a crop, sets the plate upright; that view is read too, and what both say is averaged.
Only doubtful crops pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.plate.locate import Floats, outline, rectify
from zhsq.models.plate.locate_centres import refined
from zhsq.models.plate.types import Table

#: Runs the second network: crops (n, 3, 64, 128) -> (n, 9), as `locate_centres` has it.
Refine = Callable[[Floats], Floats]
#: Closer looks at the corners; the second one begins where the first one ended.
ROUNDS = 2


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


def joined(tables: Sequence[Table]) -> Table:
    """What several looks at one plate say together: their geometric mean, (8, 73) with rows that add up to 1."""
    mean = np.exp(np.mean([np.log(table + 1e-6) for table in tables], axis=0))
    return np.asarray(mean / mean.sum(axis=1, keepdims=True), np.float32)
