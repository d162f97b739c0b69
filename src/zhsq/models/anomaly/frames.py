"""A model that looks at whole frames: what its graph says of each cell, gathered over time at its place."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from zhsq.models.anomaly.evidence import FrameScore, regions
from zhsq.models.anomaly.motion import scaled
from zhsq.models.anomaly.params import FrameParams
from zhsq.models.bundle import GraphSpec, TensorSpec
from zhsq.models.graph import FloatArray, GraphRunner

#: Name of the graph; a bundle that has it is of this kind.
GRAPH = "frames"


def graph_spec(params: FrameParams) -> GraphSpec:
    """The graph's signature: 'frames' (n, stack, h, w) float32 0..255, whole cells, the newest last -> 'heat' (n, h / step,
    w / step) float32, >= 0, in standard deviations of normal cells."""
    return GraphSpec(
        file=f"{GRAPH}.onnx",
        inputs=(TensorSpec(name="frames", shape=(-1, params.stack, -1, -1)),),
        outputs=(TensorSpec(name="heat", shape=(-1, -1, -1)),),
    )


def fitted_to_cells(frame: NDArray[np.uint8], params: FrameParams) -> NDArray[np.uint8]:
    """The frame, (h, w) grey or (h, w, 3) RGB uint8, scaled, in grey, its last row and column repeated up to whole cells."""
    grey = scaled(frame, params.height, params.step)
    missing = [(0, -side % params.step) for side in grey.shape]
    return np.pad(grey, missing, mode="edge") if any(after for _, after in missing) else grey


class FrameCamera:
    """Scores one camera's frames in order, with bounded memory."""

    def __init__(self, params: FrameParams, runner: GraphRunner) -> None:
        self.params, self._runner = params, runner
        self._before: deque[NDArray[np.uint8]] = deque(maxlen=params.stack)
        self._held: FloatArray | None = None

    def __call__(self, frame: NDArray[np.uint8]) -> FrameScore:
        """Score the next frame, (h, w) grey or (h, w, 3) RGB, uint8, at about `params.fps` frames a second."""
        p, grey = self.params, fitted_to_cells(frame, self.params)
        if self._before and self._before[0].shape != grey.shape:
            self._before.clear()  # the camera changed its picture: a new start
            self._held = None
        self._before.append(grey)
        new = np.zeros([side // p.step for side in grey.shape], np.float32)
        if len(self._before) == p.stack:
            stacked = np.stack(self._before)[None].astype(np.float32)
            new = self._runner.run(GRAPH, {"frames": stacked})["heat"][0]
            held = new if self._held is None else self._held
            self._held = held + p.newest * (new - held)
        cells = new if self._held is None else self._held
        found = regions(cells, frame.shape[0] / p.height, frame.shape, p)
        return FrameScore(float(cells.max()), found, cells, float((new > 0).mean()))
