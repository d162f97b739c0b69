"""From frames to anomaly scores, one at a time: nothing looks at a later frame, nothing is normalised per clip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhsq.models.anomaly.appearance import at_windows, looked_at
from zhsq.models.anomaly.evidence import Evidence, FrameScore, Region, heat, regions
from zhsq.models.anomaly.frames import GRAPH, FrameCamera
from zhsq.models.anomaly.motion import Motion
from zhsq.models.anomaly.params import CHANNELS, STRIDE, AnomalyParams, FrameParams
from zhsq.models.bundle import Bundle
from zhsq.models.graph import FloatArray, GraphRunner

__all__ = ["AnomalyPipeline", "Camera", "FrameScore", "Region", "Windows"]


@dataclass(frozen=True)
class Windows:
    """The moving windows of a frame: `motion` (n, 5) and `looks` (n, 40) float32 (n, 0 without a backbone), their
    `places` (n, 2) row and column, the mean `flow` (rows, columns, 2) of all windows, and the scaled frame's `shape`."""

    motion: FloatArray
    looks: FloatArray
    places: NDArray[np.int64]
    flow: FloatArray
    shape: tuple[int, int]


class Features:
    """Turns one camera's frames into windows; fitting and scoring use it alike. `runner` may be None without a backbone."""

    def __init__(self, params: AnomalyParams, runner: GraphRunner | None) -> None:
        self.params, self._runner = params, runner
        self._motion = Motion(params)

    def __call__(self, frame: NDArray[np.uint8]) -> Windows:
        """Windows of the next frame, (h, w) grey or (h, w, 3) RGB, uint8."""
        moving = self._motion(frame)
        looks = np.empty((len(moving.places), CHANNELS if self.params.appearance else 0), np.float32)
        if self._runner is not None and self.params.appearance and len(moving.places):
            maps = self._runner.run("look", {"image": looked_at(moving.grey)})["maps"]
            looks = at_windows(maps, moving.places, STRIDE, self.params)
        rows, columns = moving.grey.shape
        return Windows(moving.features, looks, moving.places, moving.flow, (rows, columns))


class Camera:
    """Scores one camera's frames in order, with bounded memory."""

    def __init__(self, params: AnomalyParams, runner: GraphRunner) -> None:
        self.params, self._runner = params, runner
        self._features, self._evidence = Features(params, runner), Evidence(params)

    def __call__(self, frame: NDArray[np.uint8]) -> FrameScore:
        """Score the next frame, (h, w) grey or (h, w, 3) RGB, uint8, at about `params.fps` frames a second."""
        windows = self._features(frame)
        scores = np.full(windows.flow.shape[:2], np.nan, np.float32)
        if len(windows.places):
            inputs = {"motion": windows.motion} | ({"looks": windows.looks} if self.params.appearance else {})
            scores[tuple(windows.places.T)] = self._runner.run("score", inputs)["score"]
        evidence = self._evidence(scores, windows.flow)
        cells = heat(evidence, windows.shape, self.params)
        found = regions(cells, frame.shape[0] / windows.shape[0], frame.shape, self.params)
        return FrameScore(float(evidence.max()), found, cells, len(windows.places) / scores.size)


class AnomalyPipeline:
    """Score frames with one bundle; `runner` runs its graphs in process or on Triton."""

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        self.bundle = bundle
        kind = FrameParams if GRAPH in bundle.spec.graphs else AnomalyParams
        self.params: AnomalyParams | FrameParams = kind.model_validate(bundle.spec.params)
        self._runner = runner

    def camera(self) -> Camera | FrameCamera:
        """A new camera's state; each stream of frames has its own."""
        if isinstance(self.params, FrameParams):
            return FrameCamera(self.params, self._runner)
        return Camera(self.params, self._runner)

    def stream(self, frames: Iterable[NDArray[np.uint8]]) -> Iterator[FrameScore]:
        """Score one camera's frames as they come; one result a frame, in order."""
        camera = self.camera()
        for frame in frames:
            yield camera(frame)

    def score_clip(self, frames: Iterable[NDArray[np.uint8]]) -> NDArray[np.float64]:
        """Scores of a clip's frames, shape (n,)."""
        return np.array([result.score for result in self.stream(frames)], dtype=np.float64)
