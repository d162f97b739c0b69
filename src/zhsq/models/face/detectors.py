"""Decode what the two detectors give into boxes, scores and five landmarks, in pixels of the network's input."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from zhsq.models.graph import Array, FloatArray

#: The one-shot detectors' coarsest stride: sides of their input are multiples of it.
STRIDE = 32

#: boxes (k, 4) as x1 y1 x2 y2, scores (k,) in 0..1, landmarks (k, 5, 2).
Detections = tuple[FloatArray, FloatArray, FloatArray]


def decode_yunet(outputs: Mapping[str, Array], height: int, width: int, least: float) -> Detections:
    """YuNet (Wu et al., "YuNet: a tiny millisecond-level face detector", 2023): one prior per cell and stride.

    Args:
        outputs: cls_S, obj_S (1, n, 1), bbox_S (1, n, 4), kps_S (1, n, 10) for strides S = 8, 16, 32.
        height: of the network's input; a multiple of 32, like the width.
        width: of the network's input.
        least: score below which a prior is left out.

    Returns:
        boxes (k, 4) as x1 y1 x2 y2, scores (k,) in 0..1, landmarks (k, 5, 2).
    """
    boxes, scores, landmarks = [], [], []
    for stride in (8, 16, 32):
        score = np.sqrt(outputs[f"cls_{stride}"][0, :, 0].clip(0, 1) * outputs[f"obj_{stride}"][0, :, 0].clip(0, 1))
        (take,) = np.nonzero(score >= least)
        box, points = outputs[f"bbox_{stride}"][0, take], outputs[f"kps_{stride}"][0, take]
        prior = _priors(height // stride, width // stride)[take]
        centre = (prior + box[:, :2]) * stride
        half = np.exp(box[:, 2:]) * stride / 2
        boxes.append(np.hstack([centre - half, centre + half]))
        scores.append(score[take])
        landmarks.append((points.reshape(-1, 5, 2) + prior[:, None]) * stride)
    return np.concatenate(boxes), np.concatenate(scores), np.concatenate(landmarks)


@lru_cache(maxsize=64)
def _priors(rows: int, columns: int) -> FloatArray:
    """Column and row of every cell, (rows * columns, 2)."""
    row, column = np.mgrid[0:rows, 0:columns]
    return np.stack([column.ravel(), row.ravel()], axis=1).astype(np.float32)


def decode_centerface(outputs: Mapping[str, Array], names: tuple[str, str, str, str], least: float) -> Detections:
    """CenterFace (Xu et al., "CenterFace: joint face detection and alignment using face as point", 2019), stride 4.

    Args:
        outputs: heat map (1, 1, h, w), log size (1, 2, h, w), offset (1, 2, h, w), landmarks (1, 10, h, w).
        names: the names of these four, in this order.
        least: score below which a cell is left out.

    Returns:
        boxes (k, 4) as x1 y1 x2 y2, scores (k,) in 0..1, landmarks (k, 5, 2).
    """
    heat, log_size, offset, points = (outputs[name][0] for name in names)
    rows, columns = np.nonzero(heat[0] >= least)
    size = np.exp(log_size[:, rows, columns]) * 4  # height, then width
    centre_y = (rows + offset[0, rows, columns] + 0.5) * 4
    centre_x = (columns + offset[1, rows, columns] + 0.5) * 4
    top, left = centre_y - size[0] / 2, centre_x - size[1] / 2
    boxes = np.stack([left, top, left + size[1], top + size[0]], axis=1)
    shifts = points[:, rows, columns].reshape(5, 2, -1)  # per landmark y, then x, in parts of the box
    x = shifts[:, 1] * size[1] + left
    y = shifts[:, 0] * size[0] + top
    return boxes.astype(np.float32), heat[0, rows, columns], np.stack([x, y], axis=-1).transpose(1, 0, 2)
