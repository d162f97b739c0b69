"""Plates of two rows, made one row for a reader of one row."""

from __future__ import annotations

import cv2
import numpy as np

from zhsq.imaging import RGBImage

#: Shares of the height: the upper row ends at the first, the lower begins at the second. GA 36-2018's rear plate has
#: its upper characters from 15 to 75 mm and its lower from 90 to 200 mm of 220; a motorcycle's are 12 to 52, 60 to 128 of 140.
UPPER, LOWER = 0.44, 0.35
#: Share of the width, on both sides of the middle, in which the upper row stands.
SIDES = 0.3
#: Share of the joined width that the upper row's two characters get.
SHARE = 0.30


def join_rows(crop: RGBImage) -> RGBImage:
    """Put the upper row of a plate before the lower one.

    Args:
        crop: an upright plate of two rows, (height, width, 3) uint8 RGB.

    Returns:
        (height, 4 * height, 3) uint8 RGB: the upper row at the left, a seam, the lower row.
    """
    height, width = crop.shape[:2]
    left, right = round(width * (0.5 - SIDES)), round(width * (0.5 + SIDES))
    upper = crop[: max(1, round(height * UPPER)), left : max(left + 1, right)]
    lower = crop[min(height - 1, round(height * LOWER)) :]
    first = max(1, round(4 * height * SHARE))
    parts = [
        cv2.resize(upper, (first, height), interpolation=cv2.INTER_LINEAR),
        cv2.resize(lower, (4 * height - first, height), interpolation=cv2.INTER_LINEAR),
    ]
    return np.asarray(np.hstack(parts), np.uint8)
