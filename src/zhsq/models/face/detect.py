"""Find faces in a photo: the detectors as interchangeable parts, chosen by a bundle's `params`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import cv2
import numpy as np

from zhsq.imaging import Picture, RGBImage, pixels_of
from zhsq.models.bundle import Bundle
from zhsq.models.face.detectors import STRIDE, Detections, decode_centerface, decode_yunet
from zhsq.models.face.geometry import suppress
from zhsq.models.face.mtcnn import Cascade
from zhsq.models.face.params import CascadeParams, OneShotParams
from zhsq.models.face.spread import spread
from zhsq.models.graph import FloatArray, GraphRunner


@dataclass(frozen=True)
class Face:
    """A face in a photo: box x1 y1 x2 y2 and landmarks (5, 2) in the photo's pixels, score in 0..1.

    The landmarks are the eyes, the tip of the nose and the corners of the mouth; the picture's left comes first.
    """

    box: tuple[float, float, float, float]
    score: float
    landmarks: FloatArray

    @property
    def area(self) -> float:
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


class _Network(Protocol):
    """What is particular to a detector: from a photo of limited size to boxes, best score first."""

    def __call__(self, image: RGBImage, runner: GraphRunner) -> Detections: ...


class OneShot:
    """A detector that sees the whole photo once: YuNet or CenterFace.

    Args:
        params: how its graph is fed and read.
        bundle: that holds the graph `detect`.
    """

    def __init__(self, params: OneShotParams, bundle: Bundle) -> None:
        self._params = params
        self._input = bundle.graph("detect").inputs[0].name

    def __call__(self, image: RGBImage, runner: GraphRunner) -> Detections:
        rows, columns = image.shape[:2]
        below, right = _up(rows) - rows, _up(columns) - columns
        if below or right:
            padded = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))
        else:
            padded = np.ascontiguousarray(image)
        pixels = cv2.dnn.blobFromImage(padded, swapRB=self._params.channels == "bgr")
        outputs = runner.run("detect", {self._input: pixels})
        if self._params.kind == "yunet":
            boxes, scores, points = decode_yunet(outputs, padded.shape[0], padded.shape[1], self._params.score)
        else:
            a, b, c, d = self._params.outputs
            boxes, scores, points = decode_centerface(outputs, (a, b, c, d), self._params.score)
        kept = suppress(boxes, scores, self._params.overlap)
        return boxes[kept], scores[kept], points[kept]


class Detector:
    """The detector of a bundle, whatever its kind.

    Args:
        params: of the bundle.
        bundle: that holds its graphs.
        runner: runs them.
    """

    def __init__(self, params: OneShotParams | CascadeParams, bundle: Bundle, runner: GraphRunner) -> None:
        self._longest_side = params.longest_side
        self._runner = runner
        self._network: _Network = (
            Cascade(params, bundle) if isinstance(params, CascadeParams) else OneShot(params, bundle)
        )

    def detect(self, image: RGBImage) -> list[Face]:
        """Every face of an RGB photo (h, w, 3) uint8, best score first."""
        return self.detect_many([image])[0]

    def detect_many(self, images: Sequence[Picture]) -> list[list[Face]]:
        """Every face of each photo. A photo is one thread's work: these networks gain nothing from a second."""
        return spread(self._runner, [partial(self._detect, image) for image in images])

    def _detect(self, picture: Picture, runner: GraphRunner) -> list[Face]:
        image = pixels_of(picture)
        height, width = image.shape[:2]
        scale = min(1.0, self._longest_side / max(height, width))
        if scale < 1:
            smaller = (max(1, round(width * scale)), max(1, round(height * scale)))
            image = np.asarray(cv2.resize(image, smaller, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        boxes, scores, landmarks = self._network(image, runner)
        faces = []
        for box, score, points in zip(boxes, scores, landmarks, strict=True):
            x1, y1, x2, y2 = (float(value) / scale for value in box)
            faces.append(Face((x1, y1, x2, y2), float(score), (points / scale).astype(np.float32)))
        return faces


def _up(side: int) -> int:
    return max(STRIDE, -(-side // STRIDE) * STRIDE)
