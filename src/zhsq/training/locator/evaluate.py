"""How well plates are found on synthetic photos that no choice of weights has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from zhsq.models.plate.locate_centres import CentreParams, find
from zhsq.training.hooks import Progress
from zhsq.training.locator.scenes import Scenes

Floats = NDArray[np.float32]
#: Photos are so wide and tall, and plates so many times as large as in the scenes that are trained on: 31 to 322 px.
PHOTO = (960, 720)
SCALE = 1.4
#: Plates of which less is seen, or that are narrower, count neither as found nor as missed.
_SEEN, _NARROWEST = 0.9, 30
_BANDS = ((30, 60), (60, 100), (100, 160), (160, 1000))


@dataclass
class Figures:
    """What was found of what could be.

    Attributes:
        overlaps: per plate, the best overlap (IoU of the quadrangles) of anything found; 0 when nothing was.
        tags: per plate, what it counts under: its class, day or night, its width.
        false_boxes: boxes that overlap no plate at all, over all photos.
        photos: how many.
    """

    overlaps: list[float] = field(default_factory=list)
    tags: list[tuple[str, ...]] = field(default_factory=list)
    false_boxes: int = 0
    photos: int = 0

    def summary(self) -> dict[str, float]:
        """Shares found at an overlap of 0.5, 0.7 and 0.8, mean overlap of those found, false boxes a photo."""
        return {**_rates(self.overlaps), "false_boxes_per_photo": self.false_boxes / max(1, self.photos)}

    def table(self) -> dict[str, dict[str, float]]:
        """The same for each tag, with the number of plates."""
        names = sorted({tag for tags in self.tags for tag in tags})
        chosen = {name: [o for o, t in zip(self.overlaps, self.tags, strict=True) if name in t] for name in names}
        return {name: {"n": float(len(some)), **_rates(some)} for name, some in chosen.items()}


def _rates(overlaps: Sequence[float]) -> dict[str, float]:
    values = np.array(overlaps)
    if not len(values):
        return {}
    hit = values[values > 0.5]
    return {
        "found_0.5": float((values > 0.5).mean()),
        "found_0.7": float((values > 0.7).mean()),
        "found_0.8": float((values > 0.8).mean()),
        "overlap": float(hit.mean()) if len(hit) else 0.0,
    }


def evaluate(
    locate: bytes, refine: bytes, params: CentreParams, scenes: Scenes, count: int, progress: Progress
) -> Figures:
    """Look for the plates of `count` drawn photos, as the deployed pipeline does."""
    run = runner(locate, refine)
    figures = Figures()
    for done in range(count):
        scene = scenes.draw(*PHOTO, SCALE)
        found = [box.corners for box in find(scene.image, params, run)]
        figures.photos += 1
        figures.false_boxes += sum(not any(quad_iou(f, plate) > 0.1 for plate in scene.corners) for f in found)
        for plate, name, seen in zip(scene.corners, scene.classes, scene.visible, strict=True):
            wide = float(np.linalg.norm(plate[1] + plate[2] - plate[0] - plate[3])) / 2
            if seen < _SEEN or wide < _NARROWEST:
                continue
            band = next(f"width {a}..{b}" for a, b in _BANDS if a <= wide < b)
            figures.overlaps.append(max((quad_iou(f, plate) for f in found), default=0.0))
            figures.tags.append((name, "night" if scene.night else "day", band))
        progress(done + 1, count, "validation")
    return figures


def runner(locate: bytes, refine: bytes, threads: int = 1) -> Callable[[str, Floats], Sequence[Floats]]:
    """The two graphs as `zhsq.models.plate.locate.Run`, in this process."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    sessions = {
        name: onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        for name, graph in (("locate", locate), ("refine", refine))
    }

    def run(name: str, pixels: Floats) -> Sequence[Floats]:
        session = sessions[name]
        outputs: Sequence[Floats] = session.run(None, {session.get_inputs()[0].name: pixels})
        return outputs

    return run


def quad_iou(a: Floats, b: Floats) -> float:
    """Intersection over union of two convex quadrangles, (4, 2) each."""
    common, _ = cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))
    union = cv2.contourArea(a.astype(np.float32)) + cv2.contourArea(b.astype(np.float32)) - common
    return float(common / union) if union > 0 else 0.0
