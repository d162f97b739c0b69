"""Look again at a face that was found: its landmarks as the mean of several looks.

A detector's landmarks jitter by about a pixel, and alignment passes that on to the template. The face is cut out, scaled to
one size, and shown to the same detector as it is and mirrored; the landmarks of all looks are averaged. Errors of
independent looks fall with the root of their number; these are not independent, so the gain is less, and measured
(`benchmarks/face_steps.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.face.detect import Detector, Face
from zhsq.models.face.params import RefineParams
from zhsq.models.graph import FloatArray

#: Landmarks of a mirrored face in the order of the face itself: left and right change places.
MIRRORED = (1, 0, 2, 4, 3)


def refine(images: Sequence[RGBImage], faces: Sequence[Face], detector: Detector, params: RefineParams) -> list[Face]:
    """The faces with averaged landmarks; boxes and scores stay.

    Args:
        images: photos, (h, w, 3) uint8 RGB.
        faces: one found in each.
        detector: that found them.
        params: of the bundle.
    """
    cuts = [_Cut.of(image, face, params) for image, face in zip(images, faces, strict=True)]
    views = [view for cut in cuts for view in (cut.view, np.ascontiguousarray(cut.view[:, ::-1]))]
    found = detector.detect_many(views)
    refined = []
    for i, (face, cut) in enumerate(zip(faces, cuts, strict=True)):
        looks = [face.landmarks]
        for mirrored in (False, True):
            points = [cut.back(other.landmarks, mirrored) for other in found[2 * i + mirrored]]
            distances = [float(np.linalg.norm(each - face.landmarks, axis=1).mean()) for each in points]
            if distances and min(distances) <= params.tolerance * _extent(face):  # else another face, or none
                looks.append(points[int(np.argmin(distances))])
        refined.append(replace(face, landmarks=np.mean(looks, axis=0).astype(np.float32)))
    return refined


def _extent(face: Face) -> float:
    return float(np.ptp(face.landmarks, axis=0).max())


@dataclass(frozen=True)
class _Cut:
    """A face cut out of a photo: the square view (side, side, 3), its corner in the photo, photo pixels to a view pixel."""

    view: RGBImage
    corner: FloatArray
    scale: float

    @classmethod
    def of(cls, image: RGBImage, face: Face, params: RefineParams) -> _Cut:
        reach = max(2, round(params.reach * _extent(face)))
        left, top = np.round(face.landmarks.mean(axis=0) - reach / 2).astype(int).tolist()
        how = cv2.INTER_AREA if reach > params.side else cv2.INTER_LINEAR
        view = cv2.resize(_square(image, left, top, reach), (params.side, params.side), interpolation=how)
        return cls(np.asarray(view, dtype=np.uint8), np.array([left, top], dtype=np.float32), reach / params.side)

    def back(self, points: FloatArray, mirrored: bool) -> FloatArray:
        """Landmarks in the view as landmarks in the photo; a pixel's centre is its coordinate."""
        if mirrored:
            points = (points * (-1, 1) + (len(self.view) - 1, 0))[list(MIRRORED)]
        return np.asarray((points + 0.5) * self.scale - 0.5 + self.corner, dtype=np.float32)


def _square(image: RGBImage, left: int, top: int, side: int) -> RGBImage:
    """A square of the photo; black where it reaches beyond."""
    inside = image[max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)]
    above, before = min(max(-top, 0), side), min(max(-left, 0), side)
    below, behind = side - above - inside.shape[0], side - before - inside.shape[1]
    if not (above or before or below or behind):
        return inside
    padded = cv2.copyMakeBorder(inside, above, below, before, behind, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return np.asarray(padded, dtype=np.uint8)
