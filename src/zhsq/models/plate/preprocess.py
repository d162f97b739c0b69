"""A crop as a reader takes it; training and serving share this."""

from __future__ import annotations

import cv2
import numpy as np

from zhsq.imaging import RGBImage


def fit_crop(crop: RGBImage, width: int, height: int) -> RGBImage:
    """Scale a crop to a reader's input, proportions lost: plates fill it.

    Args:
        crop: (h, w, 3) uint8 RGB.
        width, height: of the input, pixels.

    Returns:
        (height, width, 3) uint8 RGB. Averaged where the crop is much larger, interpolated elsewhere.
    """
    large = crop.shape[1] > 1.5 * width and crop.shape[0] > 1.5 * height
    return np.asarray(
        cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA if large else cv2.INTER_LINEAR), np.uint8
    )
