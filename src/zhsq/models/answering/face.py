"""Faces of a photo, and the template and quality of the one that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast, get_args

import numpy as np

from zhsq.errors import NoFaceError, ZhsqError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.answering.base import IMAGE, RESULT, Answer, Call, Field, Signature, one_of, result
from zhsq.models.bundle import Bundle
from zhsq.models.face.params import FaceParams
from zhsq.models.face.pipeline import Face, FacePipeline, Policy, meant
from zhsq.models.face.quality import assess
from zhsq.models.face.quality.measures import CATALOGUE, Quality
from zhsq.models.graph import FloatArray, GraphRunner

POLICIES: tuple[str, ...] = get_args(Policy)


def face_signature(bundle: Bundle) -> Signature:
    """The length of the embedding is the bundle's."""
    params = FaceParams.model_validate(bundle.spec.params)
    width = sum(bundle.graph(part.graph).outputs[0].shape[-1] for part in params.embed)
    outputs = (
        Field("boxes", "float32", (-1, 4)),
        Field("scores", "float32", (-1,)),
        Field("landmarks", "float32", (-1, 5, 2)),
        Field("chosen", "int64", (1,)),
        Field("embedding", "float32", (-1, width)),
        Field("quality", "float32", (-1, len(CATALOGUE))),
        RESULT,
    )
    return Signature((IMAGE, Field("policy", "string", (1,), optional=True)), outputs)


class FaceAnswers:
    """Every face is found, but only the one that is meant is embedded: bystanders get no template.

    The option is the policy: 'largest' (default), 'only' (several are an error) or 'central'. Outputs, n faces by
    falling score, m = 1, or 0 when there is no face:

    - `boxes` (n, 4) x1 y1 x2 y2, `landmarks` (n, 5, 2), float32 pixels of the upright photo; `scores` (n,) 0..1;
    - `chosen` (1,) int64, the place of the face that is meant, -1 when there is none;
    - `embedding` (m, d) float32, unit length, comparable within one bundle;
    - `quality` (m, 16) float32 components 0..100 in the order of `quality` in `result`.
    """

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        self.signature = face_signature(bundle)
        self._bundle = bundle
        self._pipeline = FacePipeline(bundle, runner)

    def __call__(self, calls: Sequence[Call]) -> list[Answer | ZhsqError]:
        answers: dict[int, Answer | ZhsqError] = {}
        images: dict[int, RGBImage] = {}
        policies: dict[int, Policy] = {}
        for i, call in enumerate(calls):
            try:
                policies[i] = cast("Policy", one_of(call.option, POLICIES, "policy"))
                images[i] = decode_image(call.image)
            except ZhsqError as error:
                answers[i] = error
        found = dict(zip(images, self._pipeline.detector.detect_many(list(images.values())), strict=True))
        chosen: dict[int, tuple[int, Face]] = {}
        for i, faces in found.items():
            try:
                face = meant(faces, images[i], policies[i], "image")
                chosen[i] = next(place for place, one in enumerate(faces) if one is face), face
            except NoFaceError:
                answers[i] = self._answer(faces, None)
            except ZhsqError as error:
                answers[i] = error
        if chosen:
            pictures = [images[i] for i in chosen]
            faces = self._pipeline.refine(pictures, [face for _, face in chosen.values()])
            aligned = [self._pipeline.align(picture, face) for picture, face in zip(pictures, faces, strict=True)]
            vectors = self._pipeline.embed(aligned)
            for i, picture, face, vector in zip(chosen, pictures, faces, vectors, strict=True):
                answers[i] = self._answer(found[i], (chosen[i][0], face, vector, assess(picture, face)))
        return [answers[i] for i in range(len(calls))]

    def warm(self) -> None:
        grey = np.full((320, 320, 3), 128, np.uint8)
        self._pipeline.detect(grey)
        centred = np.array([(130, 140), (190, 140), (160, 175), (135, 205), (185, 205)], np.float32)
        face = Face((100, 90, 220, 240), 1.0, centred)
        self._pipeline.embed([self._pipeline.align(grey, face)])

    def _answer(self, faces: Sequence[Face], main: tuple[int, Face, FloatArray, Quality] | None) -> Answer:
        body: dict[str, Any] = {"faces": [_plain(face) for face in faces], "chosen": None, "quality": []}
        width = self.signature.outputs[4].shape[1]
        vectors, components = np.empty((0, width), np.float32), np.empty((0, len(CATALOGUE)), np.float32)
        if main is not None:
            place, face, vector, quality = main
            vectors = vector[None]
            components = np.array([[measure.component for measure in quality]], np.float32)
            body["chosen"] = {**_plain(face), "place": place}
            body["quality"] = [asdict(measure) for measure in quality]
            body["weakest"] = quality.weakest.name
        return {
            "boxes": np.array([face.box for face in faces], np.float32).reshape(-1, 4),
            "scores": np.array([face.score for face in faces], np.float32),
            "landmarks": np.array([face.landmarks for face in faces], np.float32).reshape(-1, 5, 2),
            "chosen": np.array([-1 if main is None else main[0]], np.int64),
            "embedding": vectors,
            "quality": components,
            "result": result(self._bundle, body),
        }


def _plain(face: Face) -> dict[str, Any]:
    return {"box": list(face.box), "score": face.score, "landmarks": face.landmarks.tolist()}
