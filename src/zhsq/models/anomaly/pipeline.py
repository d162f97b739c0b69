"""From frames to anomaly scores, one at a time: nothing looks at a later frame, nothing is normalised per clip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from zhsq.models.bundle import Bundle
from zhsq.models.graph import FloatArray, GraphRunner


class MotionParams(BaseModel):
    """How frames become features. The same values fit and score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Frames are scaled to this height, keeping proportions (pixels).
    height: int = Field(default=240, ge=32)
    #: Side of the square windows, and the step between them, in pixels of the scaled frame.
    window: int = Field(default=24, ge=4)
    step: int = Field(default=12, ge=1)
    #: A pixel moves when its flow is longer than this (pixels a frame).
    still: float = Field(default=0.3, gt=0)
    #: A window counts when at least this share of it moves.
    least_moving: float = Field(default=0.08, gt=0, le=1)
    #: Weight of the newest frame in the causal exponential mean of frame scores.
    smoothing: float = Field(default=0.25, gt=0, le=1)


#: speed, |dx|, |dy|, share that moves, edge strength of what moves, height in the picture
FEATURES = ("speed", "across", "along", "moving", "texture", "row")


@dataclass(frozen=True)
class FrameScore:
    """A frame's score (higher is more unusual), and the window it comes from: x1 y1 x2 y2 in the frame, or None."""

    score: float
    raw: float
    region: tuple[int, int, int, int] | None


class Motion:
    """Turns frames into feature rows of their moving windows. Keeps one earlier frame."""

    def __init__(self, params: MotionParams) -> None:
        self.params = params
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._before: NDArray[np.uint8] | None = None

    def __call__(self, frame: NDArray[np.uint8]) -> tuple[FloatArray, NDArray[np.int64]]:
        """Features of one frame, in order.

        Args:
            frame: (h, w) grey or (h, w, 3) RGB, uint8.

        Returns:
            (n, 6) float32 features (see `FEATURES`) and (n, 2) window corners x, y in the scaled frame; n is 0 for
            the first frame and where nothing moves.
        """
        p = self.params
        grey = frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        if grey.shape[0] != p.height:
            width = max(p.window, round(grey.shape[1] * p.height / grey.shape[0]))
            grey = np.asarray(cv2.resize(grey, (width, p.height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        before, self._before = self._before, grey
        if before is None or before.shape != grey.shape:
            return np.empty((0, len(FEATURES)), np.float32), np.empty((0, 2), np.int64)
        flow = self._flow.calc(before, grey, None)
        across, along = np.abs(flow[..., 0]), np.abs(flow[..., 1])
        speed = np.hypot(across, along)
        moving = (speed > p.still).astype(np.float32)
        edges = np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0)) + np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1))
        share = self._windows(moving)
        mass = np.maximum(share, 1e-6)
        maps = [self._windows(layer * moving) / mass for layer in (speed, across, along)]
        texture = self._windows(edges * moving) / mass
        rows, columns = np.nonzero(share >= p.least_moving)
        take = (rows, columns)
        height = rows * p.step / p.height
        features = np.stack([*(m[take] for m in maps), share[take], np.log1p(texture[take]), height], axis=1)
        return features.astype(np.float32), np.stack([columns, rows], axis=1) * p.step

    def _windows(self, layer: NDArray[np.float32]) -> NDArray[np.float32]:
        """Means of every window: `window` pixels a side, every `step` pixels, whole windows only."""
        side, step = self.params.window, self.params.step
        means = cv2.boxFilter(layer.astype(np.float32), -1, (side, side), anchor=(0, 0))
        return np.asarray(means[: -side + 1 : step, : -side + 1 : step], dtype=np.float32)


class AnomalyPipeline:
    """Score frames with one bundle; `runner` runs its graph `score` in process or on Triton."""

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        self.bundle = bundle
        self.params = MotionParams.model_validate(bundle.spec.params)
        self._runner = runner

    def stream(self, frames: Iterable[NDArray[np.uint8]]) -> Iterator[FrameScore]:
        """Score frames as they come, with bounded memory; one result a frame, in order."""
        motion = Motion(self.params)
        smooth: float | None = None
        for frame in frames:
            features, corners = motion(frame)
            raw, region = 0.0, None
            if len(features):
                scores = self._runner.run("score", {"features": features})["score"]
                best = int(np.argmax(scores))
                raw = float(scores[best])
                scale = frame.shape[0] / self.params.height
                x, y = (float(value) for value in corners[best])
                side = self.params.window
                x1, y1, x2, y2 = (round(value * scale) for value in (x, y, x + side, y + side))
                region = (x1, y1, x2, y2)
            smooth = raw if smooth is None else smooth + self.params.smoothing * (raw - smooth)
            yield FrameScore(smooth, raw, region)

    def score_clip(self, frames: Iterable[NDArray[np.uint8]]) -> NDArray[np.float64]:
        """Scores of a clip's frames, shape (n,)."""
        return np.array([result.score for result in self.stream(frames)], dtype=np.float64)
