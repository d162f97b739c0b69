"""Make every face of a picture unrecognisable, whoever it is: for pictures that people look at who need not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.face.detect import Face
from zhsq.models.face.params import CascadeParams, OneShotParams
from zhsq.models.pixelate import pixelate

#: Share of a face's larger side by which it is hidden beyond its box: hair, ears and chin recognise people, too.
MARGIN = 0.35
#: Blocks over a face's larger side. Machines recognise faces of 8 x 8 pixels and more (Newton, Sweeney, Malin,
#: "Preserving privacy by de-identifying face images", 2005); four leave a patch of skin and hair.
BLOCKS = 4
#: Of blocks, pixels: a small face far away is one or two.
SMALLEST = 8
#: One face too many is a pixelated patch, one too few is a person: less sure ones count, and smaller ones are looked for. A
#: picture smaller than this is enlarged for the search: of faces 16 pixels high in 1280x720 it finds a tenth more.
SCORE, LONGEST_SIDE, ENLARGED = 0.3, 1920, 2.0


@dataclass(frozen=True)
class Hidden:
    """A picture in which faces are hidden, (h, w, 3) uint8, and how many were."""

    picture: RGBImage
    faces: int


def sensitive(params: OneShotParams | CascadeParams) -> OneShotParams | CascadeParams:
    """A detector's parameters for hiding: it finds more and smaller faces, and some that are none."""
    side = max(params.longest_side, LONGEST_SIDE)
    if isinstance(params, CascadeParams):
        return params.model_copy(update={"longest_side": side})
    return params.model_copy(update={"longest_side": side, "score": min(params.score, SCORE)})


def hide(picture: RGBImage, detect: Callable[[RGBImage], list[Face]]) -> Hidden:
    """Pixelate every face that is found, each in blocks of its own size.

    Args:
        picture: (h, w, 3) uint8.
        detect: of a detector with `sensitive` parameters.
    """
    shown, count = picture, 0
    height, width = picture.shape[:2]
    scale = min(ENLARGED, max(1.0, LONGEST_SIDE / max(height, width)))
    larger = (round(width * scale), round(height * scale))
    searched = picture if scale == 1 else cv2.resize(picture, larger, interpolation=cv2.INTER_LINEAR)
    for face in detect(np.asarray(searched, dtype=np.uint8)):
        x1, y1, x2, y2 = (value / scale for value in face.box)
        size = max(x2 - x1, y2 - y1)
        mask = np.zeros((height, width), dtype=bool)
        reach = MARGIN * size
        top, left = max(0, int(y1 - reach)), max(0, int(x1 - reach))
        mask[top : max(0, int(y2 + reach) + 1), left : max(0, int(x2 + reach) + 1)] = True
        if mask.any():
            shown, count = pixelate(shown, mask, max(SMALLEST, round(size / BLOCKS))), count + 1
    return Hidden(shown, count)
