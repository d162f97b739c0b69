"""MTCNN's cascade: proposals on a pyramid, then two networks that look at each proposal again.

Zhang, Zhang, Li, Qiao, "Joint face detection and alignment using multitask cascaded convolutional networks", IEEE
Signal Processing Letters 23, 2016. Where the paper leaves a choice (how boxes are rounded, what is suppressed when,
that pictures are made smaller by the mean over an area), facenet-pytorch is followed, whose weights these are; a test
holds the two together.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle
from zhsq.models.face.detectors import Detections
from zhsq.models.face.geometry import suppress
from zhsq.models.face.params import CascadeParams
from zhsq.models.graph import FloatArray, GraphRunner

#: The first network sees windows of 12 pixels, 2 pixels apart; the others see proposals at these sides.
WINDOW, STEP = 12, 2
REFINE, OUTPUT = 24, 48
GRAPHS = ("detect_propose", "detect_refine", "detect_output")

_NOTHING: Detections = (
    np.zeros((0, 4), dtype=np.float32),
    np.zeros(0, dtype=np.float32),
    np.zeros((0, 5, 2), dtype=np.float32),
)


class Areas:
    """Means over rectangles of one photo, so that it can be made smaller by any factor at little cost.

    Holds the summed-area table (Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984).

    Args:
        image: (h, w, 3) uint8.
    """

    def __init__(self, image: RGBImage) -> None:
        self.height, self.width = image.shape[:2]
        self._sums = cv2.integral(np.ascontiguousarray(image), sdepth=cv2.CV_64F)

    def resize(self, top: int, left: int, bottom: int, right: int, height: int, width: int) -> FloatArray:
        """The part [top, bottom) x [left, right) as (3, height, width) float32, scaled to -1..1.

        A pixel i of n is the mean over the part's pixels from floor(i size / n) to ceil((i + 1) size / n), as in
        PyTorch's adaptive average pooling; a part smaller than the result is repeated.
        """
        y1, y2 = _bins(bottom - top, height)
        x1, x2 = _bins(right - left, width)
        rows = self._sums[y2 + top] - self._sums[y1 + top]
        means = (rows[:, x2 + left] - rows[:, x1 + left]) / ((y2 - y1)[:, None] * (x2 - x1))[..., None]
        scaled: FloatArray = ((means - 127.5) / 128).astype(np.float32).transpose(2, 0, 1)
        return scaled


def _bins(size: int, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    steps = np.arange(n + 1, dtype=np.int64) * size
    return steps[:-1] // n, -(-steps[1:] // n)


def levels(height: int, width: int, smallest: int, factor: float) -> list[float]:
    """Scales of the pyramid: at the first, the smallest face fills a window of 12; at the last, the photo does."""
    scale, side = WINDOW / smallest, min(height, width) * WINDOW / smallest
    scales = []
    while side >= WINDOW:
        scales.append(scale)
        scale, side = scale * factor, side * factor
    return scales


class Cascade:
    """The three networks and what lies between them.

    Args:
        params: scores and overlaps of its stages.
        bundle: that holds the graphs `GRAPHS`, each with outputs probability, box and, in the last, landmarks.
    """

    def __init__(self, params: CascadeParams, bundle: Bundle) -> None:
        self._params = params
        self._inputs = {graph: bundle.graph(graph).inputs[0].name for graph in GRAPHS}

    def __call__(self, image: RGBImage, runner: GraphRunner) -> Detections:
        """The faces of a photo (h, w, 3) uint8."""
        photo = Areas(image)
        boxes = self._propose(photo, runner)
        if len(boxes):
            boxes = self._refine(photo, boxes, runner)
        return self._output(photo, boxes, runner) if len(boxes) else _NOTHING

    def _propose(self, photo: Areas, runner: GraphRunner) -> FloatArray:
        params = self._params
        found, scores, shifts = [], [], []
        for scale in levels(photo.height, photo.width, params.smallest_face, params.factor):
            size = int(photo.height * scale + 1), int(photo.width * scale + 1)
            pixels = photo.resize(0, 0, photo.height, photo.width, *size)[None]
            outputs = runner.run(GRAPHS[0], {self._inputs[GRAPHS[0]]: np.ascontiguousarray(pixels)})
            probability = outputs["probability"][0, 1]
            rows, columns = np.nonzero(probability >= params.scores[0])
            corner = STEP * np.stack([columns, rows], axis=1)
            boxes = np.floor(np.hstack([corner + 1, corner + WINDOW]) / scale).astype(np.float32)
            score = probability[rows, columns]
            kept = suppress(boxes, score, params.overlaps[0])
            found.append(boxes[kept])
            scores.append(score[kept])
            shifts.append(outputs["box"][0][:, rows, columns].T[kept])
        if not found:
            return _NOTHING[0]
        boxes, score, shift = np.concatenate(found), np.concatenate(scores), np.concatenate(shifts)
        kept = suppress(boxes, score, params.overlaps[1])
        return _squared(_shifted(boxes[kept], shift[kept], 0))

    def _refine(self, photo: Areas, boxes: FloatArray, runner: GraphRunner) -> FloatArray:
        pixels, boxes = _crops(photo, boxes, REFINE)
        if not len(boxes):
            return boxes
        outputs = runner.run(GRAPHS[1], {self._inputs[GRAPHS[1]]: pixels})
        score = outputs["probability"][:, 1]
        (passed,) = np.nonzero(score > self._params.scores[1])
        kept = passed[suppress(boxes[passed], score[passed], self._params.overlaps[2])]
        return _squared(_shifted(boxes[kept], outputs["box"][kept], 1))

    def _output(self, photo: Areas, boxes: FloatArray, runner: GraphRunner) -> Detections:
        pixels, boxes = _crops(photo, boxes, OUTPUT)
        if not len(boxes):
            return _NOTHING
        outputs = runner.run(GRAPHS[2], {self._inputs[GRAPHS[2]]: pixels})
        score = outputs["probability"][:, 1]
        passed = score > self._params.scores[2]
        boxes, score, points = boxes[passed], score[passed], outputs["landmarks"][passed]
        size = boxes[:, None, 2:] - boxes[:, None, :2] + 1
        # Five x, then five y, as shares of the box.
        landmarks = points.reshape(-1, 2, 5).transpose(0, 2, 1) * size + boxes[:, None, :2] - 1
        boxes = _shifted(boxes, outputs["box"][passed], 1)
        inclusive = boxes + np.array([0, 0, 1, 1], dtype=np.float32)
        kept = suppress(inclusive, score, self._params.overlaps[3], of="smaller")
        return boxes[kept], score[kept], landmarks[kept].astype(np.float32)


def _shifted(boxes: FloatArray, shifts: FloatArray, inclusive: int) -> FloatArray:
    """Corners moved by shares of the box's size, which counts both end pixels after the first stage."""
    size = boxes[:, 2:] - boxes[:, :2] + inclusive
    return boxes + shifts * np.hstack([size, size])


def _squared(boxes: FloatArray) -> FloatArray:
    """Squares of the longer side about the same centre."""
    size = boxes[:, 2:] - boxes[:, :2]
    side = size.max(axis=1, keepdims=True)
    corner = boxes[:, :2] + size * 0.5 - side * 0.5
    return np.hstack([corner, corner + side])


def _crops(photo: Areas, boxes: FloatArray, side: int) -> tuple[FloatArray, FloatArray]:
    """The boxes' pixels (n, 3, side, side) within the photo, and the boxes that have any."""
    whole = boxes.astype(np.int64)  # towards zero
    left, top = np.maximum(whole[:, 0], 1) - 1, np.maximum(whole[:, 1], 1) - 1
    right, bottom = np.minimum(whole[:, 2], photo.width), np.minimum(whole[:, 3], photo.height)
    (inside,) = np.nonzero((right > left) & (bottom > top))
    pixels = np.empty((len(inside), 3, side, side), dtype=np.float32)
    for picture, i in zip(pixels, inside, strict=True):
        picture[:] = photo.resize(int(top[i]), int(left[i]), int(bottom[i]), int(right[i]), side, side)
    return pixels, boxes[inside]
