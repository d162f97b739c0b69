"""Evidence that gathers on what moves: it goes along with the flow, so that an object is judged over its way.

A walker whose flow is wrong in one frame is right in the next; who rides is fast in all of them. A mean over time at a
fixed place would mix the rider with whoever walked there before, and one over the frame's highest score would mix
different people. Only earlier frames are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from zhsq.models.anomaly.params import AnomalyParams, FrameParams
from zhsq.models.graph import FloatArray


@dataclass(frozen=True)
class Region:
    """Where evidence stands out: box x1 y1 x2 y2 in pixels of the frame (ends exclusive), and its highest evidence."""

    box: tuple[int, int, int, int]
    score: float


@dataclass(frozen=True)
class FrameScore:
    """A frame's evidence.

    Attributes:
        score: the highest evidence of any window, or cell of a model of whole frames, >= 0; higher is more unusual.
        regions: where evidence stands out, strongest first.
        heat: (ceil(h / step), ceil(w / step)) float32, evidence on cells of the scaled frame.
        moving: share of windows that move, 0..1; of a model of whole frames, of cells less usual than half of the normal ones.
    """

    score: float
    regions: tuple[Region, ...]
    heat: FloatArray
    moving: float


class Evidence:
    """One camera's evidence, a value a window; 0 where nothing moves."""

    def __init__(self, params: AnomalyParams) -> None:
        self.params = params
        self._held: FloatArray | None = None

    def __call__(self, scores: FloatArray, flow: FloatArray) -> FloatArray:
        """Take in one frame.

        Args:
            scores: (rows, columns) float32, >= 0; NaN where a window does not move.
            flow: (rows, columns, 2) float32, pixels a frame.

        Returns:
            (rows, columns) float32, >= 0: an exponential mean along the way of what moves.
        """
        p, held = self.params, self._held
        if held is None or held.shape != scores.shape:
            held = np.zeros_like(scores)
        rows, columns = np.mgrid[0 : scores.shape[0], 0 : scores.shape[1]].astype(np.float32)
        # What comes in at the edge brings the edge's own evidence: it has not been seen elsewhere.
        came = cv2.remap(
            held,
            columns - flow[..., 0] / p.step,
            rows - flow[..., 1] / p.step,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        still = np.isnan(scores)
        gained = came + p.newest * (np.where(still, 0, scores) - came)
        self._held = np.where(still, 0, gained).astype(np.float32)
        return self._held


def heat(evidence: FloatArray, shape: tuple[int, int], params: AnomalyParams) -> FloatArray:
    """Evidence on square cells that tile the frame: the mean of the windows over each.

    Args:
        evidence: (rows, columns) of windows.
        shape: height and width of the scaled frame.

    Returns:
        (ceil(h / step), ceil(w / step)) float32.
    """
    across = params.window // params.step
    rows, columns = (-(-side // params.step) for side in shape)
    total, windows = np.zeros((rows, columns), np.float32), np.zeros((rows, columns), np.float32)
    for down in range(across):
        for right in range(across):
            place = (slice(down, down + evidence.shape[0]), slice(right, right + evidence.shape[1]))
            part = total[place]
            part += evidence[: part.shape[0], : part.shape[1]]
            windows[place] += 1
    return np.asarray(total / np.maximum(windows, 1), np.float32)


def regions(
    cells: FloatArray, scale: float, shape: tuple[int, ...], params: AnomalyParams | FrameParams
) -> tuple[Region, ...]:
    """Connected cells with at least `params.region` of evidence, strongest first.

    Args:
        cells: of `heat`.
        scale: pixels of the frame in one of the scaled frame.
        shape: of the frame, height first.
    """
    above = (cells >= max(params.region, 1e-6)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8)
    step, found = params.step * scale, []
    for label in range(1, count):
        x, y, w, h = (int(value) for value in stats[label][:4])
        box = (round(x * step), round(y * step), round((x + w) * step), round((y + h) * step))
        inside = (box[0], box[1], min(box[2], shape[1]), min(box[3], shape[0]))
        found.append(Region(inside, float(cells[labels == label].max())))
    return tuple(sorted(found, key=lambda region: -region.score))
