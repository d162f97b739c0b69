"""Plates of a photo, or the plate of a crop: text, confidences, class, corners, and accept or review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.answering.base import IMAGE, RESULT, Answer, Call, Field, Signature, one_of, result, texts
from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner
from zhsq.models.plate.grammar import PLACES
from zhsq.models.plate.pipeline import PlatePipeline, PlateRead

#: What the image is; 'auto': a crop when at least twice as wide as high.
KINDS = ("auto", "crop", "photo")
SIGNATURE = Signature(
    (IMAGE, Field("kind", "string", (1,), optional=True)),
    (
        Field("text", "string", (-1,)),
        Field("confidence", "float32", (-1,)),
        Field("characters", "float32", (-1, PLACES)),
        Field("accepted", "bool", (-1,)),
        Field("plate_class", "string", (-1,)),
        Field("colour", "string", (-1,)),
        Field("corners", "float32", (-1, 4, 2)),
        Field("score", "float32", (-1,)),
        RESULT,
    ),
)


@dataclass(frozen=True)
class _Seen:
    """A read and where it is; `score` is the locator's, NaN for a crop, which nobody located."""

    read: PlateRead
    corners: NDArray[np.float32]
    score: float


class PlateAnswers:
    """The option is the kind of image (`KINDS`). Outputs, n plates, best first (none is an answer, not an error):

    - `text` (n,); `confidence` (n,) float32, the weakest character's; `characters` (n, 8), each one's, 0 behind the end;
    - `accepted` (n,) bool: the weakest character reaches the bundle's threshold; else a person reviews it;
    - `plate_class` by GA 36-2018 and `colour`, (n,);
    - `corners` (n, 4, 2) float32 pixels: left-top, right-top, right-bottom, left-bottom; of a crop, its own;
    - `score` (n,) float32, the locator's, NaN for a crop.
    """

    signature = SIGNATURE

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        self._bundle = bundle
        self._accept = bundle.threshold("accept").value
        self._pipeline = PlatePipeline(bundle, runner)

    def __call__(self, calls: Sequence[Call]) -> list[Answer | ZhsqError]:
        answers: dict[int, Answer | ZhsqError] = {}
        crops: dict[int, RGBImage] = {}
        photos: dict[int, RGBImage] = {}
        for i, call in enumerate(calls):
            try:
                kind = one_of(call.option, KINDS, "kind")
                image = decode_image(call.image)
            except ZhsqError as error:
                answers[i] = error
                continue
            height, width = image.shape[:2]
            (crops if kind == "crop" or (kind == "auto" and width >= 2 * height) else photos)[i] = image
        for i, read in zip(crops, self._pipeline.read_crops(list(crops.values())), strict=True):
            height, width = crops[i].shape[:2]
            whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
            answers[i] = self._answer([_Seen(read, whole, np.nan)] if read.text else [])
        for i, sightings in zip(photos, self._pipeline.read_photos(list(photos.values())), strict=True):
            answers[i] = self._answer([_Seen(s.read, s.corners, s.score) for s in sightings])
        return [answers[i] for i in range(len(calls))]

    def warm(self) -> None:
        grey = np.full((320, 320, 3), 128, np.uint8)
        self._pipeline.locate(grey)
        self._pipeline.read_crop(grey[:80])

    def _answer(self, seen: Sequence[_Seen]) -> Answer:
        reads = [one.read for one in seen]
        accepted = [read.confidence >= self._accept for read in reads]
        characters = np.zeros((len(reads), PLACES), np.float32)
        for row, read in zip(characters, reads, strict=True):
            confidences = [character.confidence for character in read.characters[:PLACES]]
            row[: len(confidences)] = confidences
        plates = [_plain(one, accept) for one, accept in zip(seen, accepted, strict=True)]
        return {
            "text": texts([read.text for read in reads]),
            "confidence": np.array([read.confidence for read in reads], np.float32),
            "characters": characters,
            "accepted": np.array(accepted, np.bool_),
            "plate_class": texts([str(read.plate_class) for read in reads]),
            "colour": texts([str(read.colour) for read in reads]),
            "corners": np.array([one.corners for one in seen], np.float32).reshape(-1, 4, 2),
            "score": np.array([one.score for one in seen], np.float32),
            "result": result(self._bundle, {"plates": plates, "accept_threshold": self._accept}),
        }


def _plain(seen: _Seen, accepted: bool) -> dict[str, Any]:
    read = seen.read
    return {
        "text": read.text,
        "confidence": float(read.confidence),
        "decision": "accept" if accepted else "review",
        "plate_class": str(read.plate_class),
        "colour": str(read.colour),
        "characters": [
            {
                "symbol": c.symbol,
                "confidence": float(c.confidence),
                "alternatives": [{"symbol": symbol, "confidence": float(p)} for symbol, p in c.alternatives],
            }
            for c in read.characters
        ],
        "warnings": list(read.warnings),
        "corners": seen.corners.tolist(),
        "score": None if np.isnan(seen.score) else float(seen.score),
    }
