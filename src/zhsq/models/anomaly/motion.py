"""What moves in a picture and how: features of windows from optical flow, one frame at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.models.anomaly.params import MOTION, AnomalyParams
from zhsq.models.graph import FloatArray


@dataclass(frozen=True)
class Moving:
    """The windows of one frame that move.

    Attributes:
        features: (n, 5) float32, see `params.MOTION`; n is 0 where nothing moves and in the first frame.
        places: (n, 2) int64, row and column of each window in the grid.
        flow: (rows, columns, 2) float32, mean flow across and down of what moves in each window, pixels a frame.
        grey: (h, w) uint8, the scaled frame.
    """

    features: FloatArray
    places: NDArray[np.int64]
    flow: FloatArray
    grey: NDArray[np.uint8]


class Motion:
    """Keeps the last `gap` frames of one camera."""

    def __init__(self, params: AnomalyParams) -> None:
        self.params = params
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._before: deque[NDArray[np.uint8]] = deque(maxlen=params.gap)

    def __call__(self, frame: NDArray[np.uint8]) -> Moving:
        """Features of one frame, in order.

        Args:
            frame: (h, w) grey or (h, w, 3) RGB, uint8.
        """
        p = self.params
        grey = scaled(frame, p.height, p.window)
        if self._before and self._before[0].shape != grey.shape:
            self._before.clear()  # the camera changed its picture: a new start
        gap = len(self._before)
        before = self._before[0] if gap else grey
        self._before.append(grey)
        if not gap:
            return Moving(
                np.empty((0, len(MOTION)), np.float32),
                np.empty((0, 2), np.int64),
                np.zeros((*grid(grey.shape, p), 2), np.float32),
                grey,
            )
        flow = self._flow.calc(before, grey, None) / gap
        across, down = np.ascontiguousarray(flow[..., 0]), np.ascontiguousarray(flow[..., 1])
        moving = (np.hypot(across, down) > p.still).astype(np.float32)
        share = self._windows(moving)
        mass = np.maximum(share, 1e-6)
        means = [self._windows(part * moving) / mass for part in (across, down)]
        squares = [self._windows(part * part * moving) / mass for part in (across, down)]
        spread = [np.sqrt(np.maximum(square - mean**2, 0)) for square, mean in zip(squares, means, strict=True)]
        rows, columns = np.nonzero(share >= p.least_moving)
        take = (rows, columns)
        height = rows * (p.step / p.height)
        features = np.stack([np.hypot(*means)[take], share[take], height, *(s[take] for s in spread)], axis=1)
        return Moving(features.astype(np.float32), np.stack(take, axis=1), np.stack(means, axis=-1), grey)

    def _windows(self, layer: FloatArray) -> FloatArray:
        """Means of every window: `window` pixels a side, every `step` pixels, whole windows only."""
        side, step = self.params.window, self.params.step
        means = cv2.boxFilter(layer, -1, (side, side), anchor=(0, 0))
        return np.asarray(means[: -side + 1 : step, : -side + 1 : step], dtype=np.float32)


def scaled(frame: NDArray[np.uint8], height: int, narrowest: int = 1) -> NDArray[np.uint8]:
    """The frame in grey at this height in its proportions, but at least `narrowest` pixels wide."""
    grey = frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    width = max(narrowest, round(grey.shape[1] * height / grey.shape[0]))
    if grey.shape != (height, width):
        way = cv2.INTER_AREA if grey.shape[0] > height else cv2.INTER_LINEAR
        grey = np.asarray(cv2.resize(grey, (width, height), interpolation=way), dtype=np.uint8)
    return grey


def grid(shape: tuple[int, ...], params: AnomalyParams) -> tuple[int, int]:
    """Rows and columns of windows in a scaled frame of this shape."""
    rows, columns = ((side - params.window) // params.step + 1 for side in shape[:2])
    return rows, columns
