"""From a photo to a template: the pre- and post-processing around a face bundle's detector and its embedders.

A bundle with several embedders fuses them: the template is the concatenation of their unit vectors, each times the
root of its weight. The cosine of two such templates is then the weighted mean of the embedders' cosines (fusion of
scores by the weighted sum rule: Jain, Nandakumar, Ross, "Score normalization in multimodal biometric systems", 2005),
and search, rotation and storage see one vector as before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from zhsq.errors import ManyFacesError, NoFaceError
from zhsq.imaging import Picture, RGBImage, pixels_of
from zhsq.models.bundle import Bundle
from zhsq.models.face.detect import Detector, Face
from zhsq.models.face.embed import Crops, Embedder, embed
from zhsq.models.face.hide import Hidden, hide, sensitive
from zhsq.models.face.params import FaceParams
from zhsq.models.face.refine import refine
from zhsq.models.graph import FloatArray, GraphRunner
from zhsq.spans import span

__all__ = ["Crops", "Face", "FacePipeline", "FaceTemplate", "Policy"]

#: Which face of a photo is meant: 'largest' by area (a gate camera); 'only': exactly one is allowed (an enrolment);
#: 'central': nearest to the middle (LFW's photos are centred on the person named).
Policy = Literal["largest", "only", "central"]


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
        self.detector = Detector(self.params.detect, bundle, runner)
        self._searching = Detector(sensitive(self.params.detect), bundle, runner)
        self.embedders = tuple(Embedder(part, bundle.graph(part.graph).inputs[0].name) for part in self.params.embed)
        self._runner = runner

    def detect(self, image: RGBImage) -> list[Face]:
        """Every face of an RGB photo (h, w, 3) uint8, best score first."""
        with span("detect"):
            return self.detector.detect(image)

    def hide(self, image: RGBImage) -> Hidden:
        """A photo in which nobody's face can be recognised; the detector looks harder than where one face is meant."""
        return hide(image, self._searching.detect)

    def align(self, image: RGBImage, face: Face) -> Crops:
        """The crops that are embedded, one per embedder."""
        return tuple(part.align(image, face) for part in self.embedders)

    def embed(self, faces: Sequence[Crops], idle: Sequence[Callable[[], object]] = ()) -> FloatArray:
        """L2-normalised vectors (n, d) float32 of aligned faces; d is the sum over embedders.

        Args:
            faces: see `align`.
            idle: what may be done by threads that have nothing else to do meanwhile; not all of it need be.
        """
        with span("embed", faces=len(faces)):
            return embed(self.embedders, self._runner, faces, idle)

    def choose(self, image: RGBImage, policy: Policy, name: str = "image") -> Face:
        """The face that is meant.

        Args:
            image: RGB photo.
            policy: see `Policy`.
            name: what to call the image in an error.

        Raises:
            NoFaceError: there is none.
            ManyFacesError: there are several and the policy is 'only'.
        """
        return _found(self.choose_many([image], policy, [name])[0])

    def choose_many(
        self, pictures: Sequence[Picture], policy: Policy, names: Sequence[str]
    ) -> list[Face | NoFaceError | ManyFacesError]:
        """Per photo the face that is meant, or why there is none: as `choose`, worked on together.

        Args:
            pictures: RGB photos, or what gives each (the same one each time).
            policy: see `Policy`.
            names: what to call the images in an error.
        """
        chosen: list[Face | NoFaceError | ManyFacesError] = []
        with span("detect", images=len(pictures)):
            found = self.detector.detect_many(pictures)
        images = [pixels_of(picture) for picture in pictures]
        for faces, image, name in zip(found, images, names, strict=True):
            try:
                chosen.append(meant(faces, image, policy, name))
            except (NoFaceError, ManyFacesError) as error:
                chosen.append(error)
        seen = [(i, face) for i, face in enumerate(chosen) if isinstance(face, Face)]
        steadier = self.refine([images[i] for i, _ in seen], [face for _, face in seen])
        for (i, _), face in zip(seen, steadier, strict=True):
            chosen[i] = face
        return chosen

    def refine(self, images: Sequence[RGBImage], faces: Sequence[Face]) -> list[Face]:
        """Each photo's face with landmarks averaged over several looks, if the bundle says so."""
        how = self.params.refine
        return list(faces) if how is None else refine(images, faces, self.detector, how)

    def template(self, image: RGBImage, *, policy: Policy = "largest", name: str = "image") -> FaceTemplate:
        """The template of the face that is meant; see `choose` for the errors."""
        return self.templates([image], policy=policy, names=[name])[0]

    def templates(
        self, images: Sequence[RGBImage], *, policy: Policy = "largest", names: Sequence[str] | None = None
    ) -> list[FaceTemplate]:
        """One template per photo, worked on together: faster than one by one.

        Args:
            images: RGB photos.
            policy: see `Policy`.
            names: what to call the images in an error.

        Raises:
            NoFaceError, ManyFacesError: as `choose`.
        """
        names = names or [f"image {i}" for i in range(1, len(images) + 1)]
        faces = [_found(face) for face in self.choose_many(images, policy, names)]
        vectors = self.embed([self.align(image, face) for image, face in zip(images, faces, strict=True)])
        return [FaceTemplate(vector, face) for vector, face in zip(vectors, faces, strict=True)]


def _found(face: Face | NoFaceError | ManyFacesError) -> Face:
    if not isinstance(face, Face):
        raise face
    return face


def meant(faces: Sequence[Face], image: RGBImage, policy: Policy, name: str) -> Face:
    """Of the faces found in a photo the one that is meant, as it was found; see `FacePipeline.choose`."""
    if not faces:
        raise NoFaceError(f"No face was found in {name}.", "Use a photo with one face, upright and well lit.")
    if policy == "only" and len(faces) > 1:
        raise ManyFacesError(f"{len(faces)} faces were found in {name}.", "Use a photo with one person alone.")
    if policy == "central":
        middle = np.array([image.shape[1] / 2, image.shape[0] / 2])
        return min(faces, key=lambda face: float(np.linalg.norm(face.landmarks.mean(0) - middle)))
    return max(faces, key=lambda face: face.area)
