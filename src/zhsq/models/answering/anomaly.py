"""Anomaly of a camera's frames: the pipeline keeps each camera's state, so its frames must come in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from zhsq.errors import ZhsqError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.anomaly.evidence import FrameScore
from zhsq.models.anomaly.params import FrameParams
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.answering.base import IMAGE, RESULT, Answer, Call, Field, Signature, result
from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner

SIGNATURE = Signature(
    (IMAGE,),
    (
        Field("score", "float32", (1,)),
        Field("alert", "bool", (1,)),
        Field("regions", "float32", (-1, 5)),
        Field("heat", "float32", (-1, -1)),
        Field("moving", "float32", (1,)),
        Field("frame", "int64", (1,)),
        RESULT,
    ),
    stateful=True,
)
#: Seconds without a frame after which a camera is forgotten; a little more than Triton itself waits.
FORGET_S = 90.0


@dataclass
class _Seat:
    """A camera's state, frames seen, and when the last one came (monotonic seconds)."""

    camera: Callable[[RGBImage], FrameScore]
    frames: int = 0
    seen: float = 0.0


class AnomalyAnswers:
    """A camera's first frame says `start`, its last one `end`; those of one that stopped are forgotten in time.

    Outputs: `score` (1,) float32 >= 0; `alert` (1,) bool: the score reaches the bundle's threshold; `regions` (n, 5)
    float32, x1 y1 x2 y2 in pixels of the frame and the evidence, strongest first; `heat` (rows, columns) float32;
    `moving` (1,) float32 0..1; `frame` (1,) int64, frames of this camera since its start, from 1. The first frames of a
    camera have nothing to be compared with and score 0.
    """

    signature = SIGNATURE

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        self._bundle = bundle
        self._alert = bundle.threshold("alert").value
        self._pipeline = AnomalyPipeline(bundle, runner)
        self._seats: dict[int | str, _Seat] = {}

    @property
    def cameras(self) -> int:
        """How many are known at the moment."""
        return len(self._seats)

    def __call__(self, calls: Sequence[Call]) -> list[Answer | ZhsqError]:
        now = time.monotonic()
        for gone in [key for key, seat in self._seats.items() if now - seat.seen > FORGET_S]:
            del self._seats[gone]
        return [self._one(call, now) for call in calls]

    def _one(self, call: Call, now: float) -> Answer | ZhsqError:
        if call.start or call.camera not in self._seats:
            self._seats[call.camera] = _Seat(self._pipeline.camera())
        seat = self._seats[call.camera]
        seat.seen = now
        if call.end:
            del self._seats[call.camera]
        try:
            image = decode_image(call.image)
        except ZhsqError as error:  # a damaged frame is left out; the camera goes on
            return error
        seat.frames += 1
        return self._answer(seat.camera(image), seat.frames)

    def warm(self) -> None:
        """Pictures of noise, between which things move, so that every graph runs."""
        params = self._pipeline.params
        count = params.stack if isinstance(params, FrameParams) else 2
        noise = np.random.default_rng(0).integers(0, 255, (count, 240, 320, 3)).astype(np.uint8)
        list(self._pipeline.stream(noise))

    def _answer(self, found: FrameScore, frame: int) -> Answer:
        alert = found.score >= self._alert
        body = {
            "score": found.score,
            "alert": alert,
            "alert_threshold": self._alert,
            "regions": [asdict(region) for region in found.regions],
            "moving": float(found.moving),
            "frame": frame,
        }
        return {
            "score": np.array([found.score], np.float32),
            "alert": np.array([alert], np.bool_),
            "regions": np.array([(*r.box, r.score) for r in found.regions], np.float32).reshape(-1, 5),
            "heat": found.heat,
            "moving": np.array([found.moving], np.float32),
            "frame": np.array([frame], np.int64),
            "result": result(self._bundle, body),
        }
