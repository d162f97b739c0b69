"""Overlap of boxes and of quadrangles."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def box_iou(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of every box of `a` (n, 4) with every box of `b` (m, 4), x1 y1 x2 y2 in pixels.

    Returns:
        (n, m), 0..1; 0 for a pair without area.
    """
    left, right = a[:, None].astype(np.float64), b[None].astype(np.float64)
    sides = np.minimum(left[..., 2:], right[..., 2:]) - np.maximum(left[..., :2], right[..., :2])
    common = np.prod(np.maximum(sides, 0), axis=-1)
    areas = [np.prod(np.maximum(x[..., 2:] - x[..., :2], 0), axis=-1) for x in (left, right)]
    union = areas[0] + areas[1] - common
    return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0), np.float64)


def polygon_iou(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Intersection over union of two convex polygons, (n, 2) and (m, 2) x y in order around; 0 without area."""
    first, second = a.astype(np.float32), b.astype(np.float32)
    common, _ = cv2.intersectConvexConvex(first, second)
    union = cv2.contourArea(first) + cv2.contourArea(second) - common
    return float(common / union) if union > 0 else 0.0
