"""Look again at a face that was found, upright, in one size, and mirrored too: steadier landmarks.

A detector's landmarks jitter by a pixel or two with the face's size, place and tilt in the photo, and alignment passes
that on to the template. So the face is cut out, turned upright, scaled to one size, and shown to the same detector as it is
and mirrored; its landmarks become the mean of these looks, and a further round starts from them.
`benchmarks/face_refine.py` measures how steady landmarks and templates are, on faces outside every test set.
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
    """The faces with steadier landmarks; boxes and scores stay. A face that isn't found again stays as it is.

    Args:
        images: photos, (h, w, 3) uint8 RGB.
        faces: one found in each.
        detector: that found them.
        params: of the bundle.
    """
    refined = list(faces)
    for _ in range(params.rounds):
        cuts = [_Cut.of(image, face, params) for image, face in zip(images, refined, strict=True)]
        views = [view for cut in cuts for view in (cut.view, np.ascontiguousarray(cut.view[:, ::-1]))]
        found = detector.detect_many(views)
        for i, (face, cut) in enumerate(zip(refined, cuts, strict=True)):
            looks = []
            for mirrored in (False, True):
                points = [cut.back(other.landmarks, mirrored) for other in found[2 * i + mirrored]]
                distances = [float(np.linalg.norm(each - face.landmarks, axis=1).mean()) for each in points]
                if distances and min(distances) <= params.tolerance * _extent(face):  # else another face, or none
                    looks.append(points[int(np.argmin(distances))])
            if looks:
                refined[i] = replace(face, landmarks=np.mean(looks, axis=0).astype(np.float32))
    return refined


def _extent(face: Face) -> float:
    return float(np.ptp(face.landmarks, axis=0).max())


@dataclass(frozen=True)
class _Cut:
    """A face cut out upright: the square view (side, side, 3), and the affine map (2, 3) from its pixels to the photo's."""

    view: RGBImage
    matrix: FloatArray

    @classmethod
    def of(cls, image: RGBImage, face: Face, params: RefineParams) -> _Cut:
        left_eye, right_eye, _, left_mouth, right_mouth = face.landmarks.astype(np.float64)
        across = (right_eye - left_eye) + (right_mouth - left_mouth)
        angle = float(np.arctan2(across[1], across[0]))
        scale = params.side / (params.reach * max(_extent(face), 1.0))
        # Linear sampling skips pixels when it shrinks by more than half: the photo is shrunk by area first.
        before = min(1.0, 2 * scale)
        if before < 1:
            shape = (max(1, round(image.shape[1] * before)), max(1, round(image.shape[0] * before)))
            image = np.asarray(cv2.resize(image, shape, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
        turn = np.array([(cosine, sine), (-sine, cosine)])
        middle = face.landmarks.astype(np.float64).mean(axis=0)
        shift = (params.side - 1) / 2 - turn @ middle
        forth = np.hstack([turn, shift[:, None]])
        # The shrunk photo's pixel (x, y) is the photo's ((x + 0.5) / before - 0.5, ...): a pixel's centre is its coordinate.
        offset = np.full(2, 0.5 / before - 0.5)
        shrunk = np.hstack([turn / before, (turn @ offset + shift)[:, None]])
        view = cv2.warpAffine(image, shrunk, (params.side, params.side), flags=cv2.INTER_LINEAR)
        return cls(np.asarray(view, dtype=np.uint8), np.asarray(cv2.invertAffineTransform(forth), dtype=np.float32))

    def back(self, points: FloatArray, mirrored: bool) -> FloatArray:
        """Landmarks in the view as landmarks in the photo."""
        if mirrored:
            points = (points * (-1, 1) + (len(self.view) - 1, 0))[list(MIRRORED)]
        return np.asarray(points @ self.matrix[:, :2].T + self.matrix[:, 2], dtype=np.float32)
