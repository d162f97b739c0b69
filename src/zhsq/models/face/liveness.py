"""Presentation-attack detection: is the face before the camera a person, or a picture of one?

Two MiniFASNets look at two crops of the photo around one face, the wider showing more of what surrounds it (paper edges,
a phone's frame); their class probabilities are averaged. Crop, channels and averaging are those of the makers' own
program (minivision-ai/Silent-Face-Anti-Spoofing, src/generate_patches.py and test.py). Two things differ: they detect
with their own RetinaFace, whose boxes are not quite YuNet's, and they expect portrait frames of 3:4.

A probability is no certificate. What this finds and misses is measured by `zhsq bench face-pad`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from zhsq.errors import NoFaceError
from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle
from zhsq.models.face.detect import Detector, Face
from zhsq.models.face.params import OneShotParams
from zhsq.models.graph import FloatArray, GraphRunner


class ViewParams(BaseModel):
    """One network and the crop that it sees: the face box enlarged `scale` times, resized to `size` x `size`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graph: str
    scale: float = Field(gt=0)
    size: int = Field(gt=0)


class LivenessParams(BaseModel):
    """`params` of a face-liveness bundle; `bundle.labels` names the classes in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    detect: OneShotParams
    #: Pixels go in as 0..255, in this order.
    channels: Literal["rgb", "bgr"]
    views: tuple[ViewParams, ...] = Field(min_length=1)
    #: Index of the class that means a live face.
    live: int


@dataclass(frozen=True)
class Liveness:
    """What was found of one face. `live` is its live probability, 0..1; `probabilities` has one entry per class."""

    face: Face
    live: float
    probabilities: FloatArray


class LivenessPipeline:
    """Crop and score with one bundle; `runner` runs its graphs in process or on Triton."""

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        self.bundle = bundle
        self.params = LivenessParams.model_validate(bundle.spec.params)
        self._detector = Detector(self.params.detect, bundle, runner)
        self._runner = runner
        self._inputs = {view.graph: bundle.graph(view.graph).inputs[0].name for view in self.params.views}

    def detect(self, image: RGBImage) -> list[Face]:
        """Every face of an RGB photo (h, w, 3) uint8, best score first."""
        return self._detector.detect(image)

    def crops(self, image: RGBImage, face: Face) -> tuple[RGBImage, ...]:
        """What the networks see, one (size, size, 3) uint8 RGB crop per view."""
        return tuple(crop(image, face.box, view.scale, view.size) for view in self.params.views)

    def probabilities(self, image: RGBImage, faces: Sequence[Face]) -> FloatArray:
        """Class probabilities (n, classes) float32 of n faces of one photo, the mean over the networks.

        Args:
            image: (h, w, 3) uint8 RGB.
            faces: found in this photo, by this pipeline or another.
        """
        seen = [self.crops(image, face) for face in faces]
        total = np.zeros((len(faces), len(self.bundle.spec.labels)), dtype=np.float32)
        if not faces:
            return total
        for i, view in enumerate(self.params.views):
            batch = np.stack([crops[i] for crops in seen])
            if self.params.channels == "bgr":
                batch = batch[..., ::-1]
            pixels = np.ascontiguousarray(batch.transpose(0, 3, 1, 2), dtype=np.float32)
            total += next(iter(self._runner.run(view.graph, {self._inputs[view.graph]: pixels}).values()))
        return total / np.float32(len(self.params.views))

    def score(self, image: RGBImage, face: Face) -> float:
        """Live probability, 0..1, of one face of a photo."""
        return float(self.probabilities(image, [face])[0, self.params.live])

    def assess(self, image: RGBImage, *, name: str = "image") -> Liveness:
        """The largest face of a photo and its live probability.

        Args:
            image: (h, w, 3) uint8 RGB.
            name: what to call it in an error.

        Raises:
            NoFaceError: there is none.
        """
        faces = self.detect(image)
        if not faces:
            raise NoFaceError(f"No face was found in {name}.", "Use a photo with one face, upright and well lit.")
        face = max(faces, key=lambda found: found.area)
        probabilities = self.probabilities(image, [face])[0]
        return Liveness(face, float(probabilities[self.params.live]), probabilities)


def crop(image: RGBImage, box: tuple[float, float, float, float], scale: float, size: int) -> RGBImage:
    """The box enlarged about its middle, resized to a square; the makers' crop.

    The enlargement is held back so that the crop fits into the photo, and a crop that would cross a border is shifted
    inside. Sides keep the box's proportion and are squeezed by the resize. The box is cut to whole pixels first, and
    the resize is bilinear without prefilter: the networks were trained on what that gives, aliasing included.

    Args:
        image: (h, w, 3) uint8.
        box: x1 y1 x2 y2 in pixels.
        scale: of the box's sides.
        size: side of the square, in pixels.

    Returns:
        (size, size, 3) uint8.
    """
    height, width = image.shape[:2]
    # The box may reach past the photo: the detector sees half a face, too.
    x1, y1 = min(max(int(box[0]), 0), width - 2), min(max(int(box[1]), 0), height - 2)
    across = max(1, min(int(box[2] - box[0] + 1), width - 1))
    down = max(1, min(int(box[3] - box[1] + 1), height - 1))
    scale = min(scale, (width - 1) / across, (height - 1) / down)
    left, right = _inside(x1 + across / 2, across * scale, width)
    top, bottom = _inside(y1 + down / 2, down * scale, height)
    return np.asarray(cv2.resize(image[top : bottom + 1, left : right + 1], (size, size)), dtype=np.uint8)


def _inside(middle: float, length: float, side: int) -> tuple[int, int]:
    """First and last pixel of an interval, shifted into 0..side-1; it is at most side-1 long."""
    first, last = middle - length / 2, middle + length / 2
    if first < 0:
        first, last = 0.0, last - first
    if last > side - 1:
        first, last = first - (last - side + 1), side - 1.0
    return max(0, int(first)), int(last)
