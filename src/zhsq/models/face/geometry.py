"""Alignment by five landmarks, and suppression of overlapping boxes."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.graph import FloatArray

#: Where the landmarks lie in a 112x112 crop: eyes, nose tip, mouth corners; left is the picture's left
#: (the reference points used since SphereFace, Liu et al. 2017, and ArcFace, Deng et al. 2019).
TEMPLATE_112 = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)],
    dtype=np.float32,
)


def similarity(source: FloatArray, target: FloatArray) -> FloatArray:
    """The least-squares similarity transform (rotation, scale, shift; no mirroring) from points to points.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns", PAMI 13, 1991. In the
    plane it has a closed form: with points as complex numbers about their means, rotation and scale are the factor
    sum(conj(a) b) / sum(|a|^2).

    Args:
        source: shape (n, 2), n >= 2.
        target: shape (n, 2).

    Returns:
        A 2x3 matrix M with target ~ source @ M[:, :2].T + M[:, 2].
    """
    # Of a few points Python's own numbers are several times as quick as arrays.
    a, b = ([complex(x, y) for x, y in points.tolist()] for points in (source, target))
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    about = [point - mean_a for point in a]
    variance = sum(abs(point) ** 2 for point in about)
    product = sum(point.conjugate() * (other - mean_b) for point, other in zip(about, b, strict=True))
    factor = product / variance if variance > 0 else 1 + 0j
    shift = mean_b - factor * mean_a
    return np.array([(factor.real, -factor.imag, shift.real), (factor.imag, factor.real, shift.imag)], dtype=np.float32)


def align(image: RGBImage, landmarks: FloatArray, size: int, template: FloatArray) -> RGBImage:
    """Warp a face so that its five landmarks lie on the template's; outside the picture is black.

    Args:
        image: (h, w, 3) uint8.
        landmarks: (5, 2) pixels, x then y.
        size: side of the square crop.
        template: (5, 2) pixels in that crop.
    """
    matrix = similarity(landmarks, template)
    return np.asarray(cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR), dtype=np.uint8)


def suppress(
    boxes: FloatArray, scores: FloatArray, overlap: float, of: Literal["union", "smaller"] = "union"
) -> list[int]:
    """Greedy non-maximum suppression; indices kept, best first.

    Args:
        boxes: (n, 4) as x1 y1 x2 y2.
        scores: (n,).
        overlap: intersection, as a share of `of`, above which the weaker box goes.
        of: 'union' of the two boxes, or the 'smaller' of them, which also drops a box within another.
    """
    order = np.argsort(-scores, kind="stable")
    areas = (boxes[:, 2] - boxes[:, 0]).clip(0) * (boxes[:, 3] - boxes[:, 1]).clip(0)
    kept: list[int] = []
    while order.size:
        i, rest = int(order[0]), order[1:]
        kept.append(i)
        corner = np.maximum(boxes[i, :2], boxes[rest, :2])
        other = np.minimum(boxes[i, 2:], boxes[rest, 2:])
        inter = (other - corner).clip(0).prod(axis=1)
        whole = areas[i] + areas[rest] - inter if of == "union" else np.minimum(areas[i], areas[rest])
        order = rest[inter <= overlap * np.maximum(whole, 1e-9)]
    return kept
