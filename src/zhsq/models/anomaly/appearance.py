"""What moving windows look like: means of a backbone's maps over them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.models.anomaly.params import AnomalyParams
from zhsq.models.graph import FloatArray


def looked_at(grey: NDArray[np.uint8]) -> FloatArray:
    """The scaled frame as the backbone takes it: (1, 3, h, w) float32, 0..255, grey in all three channels."""
    return np.repeat(grey[None, None], 3, 1).astype(np.float32)


def at_windows(maps: FloatArray, places: NDArray[np.int64], stride: int, params: AnomalyParams) -> FloatArray:
    """Mean of the backbone's maps over windows.

    Args:
        maps: (1, channels, h / stride, w / stride).
        places: (n, 2) row and column of each window in the grid.

    Returns:
        (n, channels) float32.
    """
    if not len(places):
        return np.empty((0, maps.shape[1]), np.float32)
    side = params.window // stride
    means = cv2.blur(np.ascontiguousarray(maps[0].transpose(1, 2, 0)), (side, side), anchor=(0, 0))
    rows, columns = (places.T * (params.step / stride)).astype(np.float32)
    picked = [
        cv2.remap(part, columns[None], rows[None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]
        for part in (np.ascontiguousarray(means[..., i : i + 4]) for i in range(0, means.shape[2], 4))
    ]
    return np.concatenate(picked, axis=1).astype(np.float32)
