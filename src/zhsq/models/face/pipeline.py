"""From a photo to a template: the pre- and post-processing around a face bundle's graphs `detect` and `embed`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict

from zhsq.errors import ManyFacesError, NoFaceError
from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle
from zhsq.models.face.detectors import decode_centerface, decode_yunet
from zhsq.models.face.geometry import align, suppress
from zhsq.models.graph import FloatArray, GraphRunner

#: Both detectors' coarsest stride: sides of their input are multiples of it.
STRIDE = 32


class DetectParams(BaseModel):
    """How the graph `detect` is fed and read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["yunet", "centerface"]
    channels: Literal["rgb", "bgr"]
    #: A photo whose longer side exceeds this is scaled down first.
    longest_side: int
    score: float
    overlap: float
    outputs: tuple[str, ...] = ()


class EmbedParams(BaseModel):
    """How the graph `embed` is fed: crop, then (pixel - mean) / std in RGB."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    template: tuple[tuple[float, float], ...]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    #: Add the embedding of the mirrored crop before normalising.
    flip: bool


class FaceParams(BaseModel):
    """`params` of a face bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    detect: DetectParams
    embed: EmbedParams


@dataclass(frozen=True)
class Face:
    """A face in a photo: box x1 y1 x2 y2 and landmarks (5, 2) in the photo's pixels, score in 0..1."""

    box: tuple[float, float, float, float]
    score: float
    landmarks: FloatArray

    @property
    def area(self) -> float:
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


@dataclass(frozen=True)
class FaceTemplate:
    """An L2-normalised vector (d,) float32, and the face that it is of. Similarity is the dot product, -1..1."""

    vector: FloatArray
    face: Face


class FacePipeline:
    """Detect, align and embed with one bundle; `runner` runs its graphs in process or on Triton."""

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        self.bundle = bundle
        self.params = FaceParams.model_validate(bundle.spec.params)
        self._runner = runner
        self._template = np.array(self.params.embed.template, dtype=np.float32)
        self._input = bundle.graph("embed").inputs[0].name
        self._detect_input = bundle.graph("detect").inputs[0].name
        self._mean = np.array(self.params.embed.mean, dtype=np.float32)
        self._std = np.array(self.params.embed.std, dtype=np.float32)

    def detect(self, image: RGBImage) -> list[Face]:
        """Every face of an RGB photo (h, w, 3) uint8, best score first."""
        params = self.params.detect
        height, width = image.shape[:2]
        scale = min(1.0, params.longest_side / max(height, width))
        if scale < 1:
            smaller = (max(1, round(width * scale)), max(1, round(height * scale)))
            image = np.asarray(cv2.resize(image, smaller, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        rows, columns = image.shape[:2]
        padded = np.zeros((_up(rows), _up(columns), 3), dtype=np.float32)
        padded[:rows, :columns] = image if params.channels == "rgb" else image[..., ::-1]
        outputs = self._runner.run("detect", {self._detect_input: padded.transpose(2, 0, 1)[None].copy()})
        if params.kind == "yunet":
            boxes, scores, landmarks = decode_yunet(outputs, padded.shape[0], padded.shape[1], params.score)
        else:
            a, b, c, d = params.outputs
            boxes, scores, landmarks = decode_centerface(outputs, (a, b, c, d), params.score)
        faces = []
        for i in suppress(boxes, scores, params.overlap):
            x1, y1, x2, y2 = (float(value) / scale for value in boxes[i])
            faces.append(Face((x1, y1, x2, y2), float(scores[i]), (landmarks[i] / scale).astype(np.float32)))
        return faces

    def align(self, image: RGBImage, face: Face) -> RGBImage:
        """The crop that is embedded: (size, size, 3) uint8 RGB."""
        return align(image, face.landmarks, self.params.embed.size, self._template)

    def embed(self, crops: Sequence[RGBImage]) -> FloatArray:
        """L2-normalised vectors (n, d) float32 of aligned crops."""
        if self.params.embed.flip:
            crops = [*crops, *(crop[:, ::-1] for crop in crops)]
        batch = (np.stack(crops).astype(np.float32) - self._mean) / self._std
        outputs = self._runner.run("embed", {self._input: np.ascontiguousarray(batch.transpose(0, 3, 1, 2))})
        vectors: FloatArray = next(iter(outputs.values()))
        if self.params.embed.flip:
            half = len(vectors) // 2
            vectors = vectors[:half] + vectors[half:]
        unit: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def choose(self, image: RGBImage, policy: Literal["largest", "only", "central"], name: str = "image") -> Face:
        """The face that is meant.

        Args:
            image: RGB photo.
            policy: 'largest' by area (a gate camera); 'only': exactly one is allowed (an enrolment); 'central':
                nearest to the middle (LFW's photos are centred on the person named).
            name: what to call the image in an error.

        Raises:
            NoFaceError: there is none.
            ManyFacesError: there are several and the policy is 'only'.
        """
        faces = self.detect(image)
        if not faces:
            raise NoFaceError(f"No face was found in {name}.", "Use a photo with one face, upright and well lit.")
        if policy == "only" and len(faces) > 1:
            raise ManyFacesError(f"{len(faces)} faces were found in {name}.", "Use a photo with one person alone.")
        if policy == "central":
            middle = np.array([image.shape[1] / 2, image.shape[0] / 2])
            return min(faces, key=lambda face: float(np.linalg.norm(face.landmarks.mean(0) - middle)))
        return max(faces, key=lambda face: face.area)

    def template(
        self, image: RGBImage, *, policy: Literal["largest", "only", "central"] = "largest", name: str = "image"
    ) -> FaceTemplate:
        """The template of the face that is meant; see `choose` for the policy and the errors."""
        face = self.choose(image, policy, name)
        return FaceTemplate(self.embed([self.align(image, face)])[0], face)


def _up(side: int) -> int:
    return max(STRIDE, -(-side // STRIDE) * STRIDE)
