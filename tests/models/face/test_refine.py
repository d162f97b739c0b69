"""Refined landmarks: where further looks land, and what they may not change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.build import compose
from zhsq.models.face.detect import Face
from zhsq.models.face.params import RefineParams
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.face.refine import refine
from zhsq.runtime.onnx import OnnxRunner

PARAMS = RefineParams(side=160, reach=3.0, tolerance=0.18, rounds=1)
POINTS = np.array([(100, 100), (140, 100), (120, 120), (104, 140), (136, 140)], np.float32)
FACE = Face((80.0, 70.0, 160.0, 170.0), 0.9, POINTS)


class Marks:
    """A detector that finds the five dots of `drawn`: two above, one between, two below; the picture's left first."""

    def __init__(self, also: tuple[Face, ...] = ()) -> None:
        self.also = also

    def detect_many(self, images: list[np.ndarray]) -> list[list[Face]]:
        return [[*self.also, self._find(image)] for image in images]

    def _find(self, image: np.ndarray) -> Face:
        grey = image[..., 0].astype(np.float64)
        count, labels = cv2.connectedComponents((grey > 0).astype(np.uint8))
        rows, columns = np.indices(grey.shape)
        found = []
        for label in range(1, count):
            mass = grey * (labels == label)
            found.append(((mass * columns).sum() / mass.sum(), (mass * rows).sum() / mass.sum()))
        found.sort(key=lambda point: point[1])
        ordered = [*sorted(found[:2]), found[2], *sorted(found[3:])]
        return Face((0, 0, 1, 1), 0.9, np.array(ordered, np.float32))


def drawn(size: int = 300) -> np.ndarray:
    image = np.zeros((size, size, 3), np.uint8)
    for x, y in POINTS.astype(int):
        image[y - 4 : y + 5, x - 4 : x + 5] = 255
    return image


def test_further_looks_at_the_same_points_agree_to_a_fraction_of_a_pixel() -> None:
    (found,) = refine([drawn()], [FACE], Marks(), PARAMS)
    np.testing.assert_allclose(found.landmarks, POINTS, atol=0.35)
    assert (found.box, found.score) == (FACE.box, FACE.score)


def test_a_wrong_first_look_is_put_right_by_the_next_two() -> None:
    off = replace(FACE, landmarks=POINTS + np.array([3, -3], np.float32))
    (found,) = refine([drawn()], [off], Marks(), PARAMS)
    np.testing.assert_allclose(found.landmarks, POINTS, atol=0.35)


def test_what_one_look_misses_and_the_mirror_image_misses_the_other_way_cancels() -> None:
    class Leaning(Marks):
        """Sees everything two view pixels too far to the right: in the mirrored view that is to the left."""

        def _find(self, image: np.ndarray) -> Face:
            found = super()._find(image)
            return replace(found, landmarks=found.landmarks + np.array([2, 0], np.float32))

    (found,) = refine([drawn()], [FACE], Leaning(), PARAMS)
    np.testing.assert_allclose(found.landmarks, POINTS, atol=0.35)


def test_a_tilted_face_is_turned_upright_before_it_is_looked_at() -> None:
    matrix = cv2.getRotationMatrix2D((120.0, 120.0), 35, 1.0)
    tilted = np.asarray(cv2.warpAffine(drawn(), matrix, (300, 300)), np.uint8)
    points = (POINTS @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    seen: list[Face] = []

    class Watching(Marks):
        def _find(self, image: np.ndarray) -> Face:
            seen.append(super()._find(image))
            return seen[-1]

    (found,) = refine([tilted], [replace(FACE, landmarks=points)], Watching(), PARAMS)
    np.testing.assert_allclose(found.landmarks, points, atol=0.5)
    for face in seen:
        left, right = face.landmarks[:2]
        assert abs(right[1] - left[1]) < 1, "the eyes are level in the view"


def test_a_large_face_is_shrunk_by_area_and_lands_where_it_is() -> None:
    large = np.asarray(cv2.resize(drawn(), None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC), np.uint8)
    points = (POINTS + 0.5) * 8 - 0.5
    (found,) = refine([large], [replace(FACE, landmarks=points)], Marks(), PARAMS)
    np.testing.assert_allclose(found.landmarks, points, atol=2.5)  # a third of one of the eight


def test_another_face_nearby_is_not_taken_for_this_one() -> None:
    stranger = Face((0, 0, 1, 1), 0.99, POINTS / 4)
    (found,) = refine([drawn()], [FACE], Marks(also=(stranger,)), PARAMS)
    np.testing.assert_allclose(found.landmarks, POINTS, atol=0.35)
    far = replace(FACE, landmarks=POINTS + np.array([9, 0], np.float32))  # further off than 0.18 of 40 pixels
    (kept,) = refine([drawn()], [far], Marks(), PARAMS)
    np.testing.assert_array_equal(kept.landmarks, far.landmarks)


@pytest.mark.parametrize("shift", [(-90, -90), (150, 150)])
def test_a_face_at_the_edge_of_the_photo_is_looked_at_too(shift: tuple[int, int]) -> None:
    image = np.roll(drawn(), shift, axis=(1, 0))
    moved = replace(FACE, landmarks=POINTS + np.array(shift, np.float32))
    (found,) = refine([image], [moved], Marks(), PARAMS)
    np.testing.assert_allclose(found.landmarks, moved.landmarks, atol=0.35)


@pytest.mark.data
def test_real_landmarks_move_by_little_and_a_mirrored_photo_gives_mirrored_ones(
    face_bundle: Bundle, face_photo: bytes, tmp_path: Path
) -> None:
    assert FacePipeline(face_bundle, OnnxRunner(face_bundle)).params.refine is None
    bundle = compose(tmp_path, "refined", "yunet", {"mobilefacenet": 1.0}, refine=True)
    pipeline = FacePipeline(bundle, OnnxRunner(bundle))
    image = decode_image(face_photo)
    first, found = pipeline.detect(image)[0], pipeline.choose(image, "central")
    moved = np.linalg.norm(found.landmarks - first.landmarks, axis=1)
    assert 0 < moved.max() < 6
    mirrored = pipeline.choose(np.ascontiguousarray(image[:, ::-1]), "central").landmarks
    back = (mirrored * (-1, 1) + (image.shape[1] - 1, 0))[[1, 0, 2, 4, 3]]
    plain = pipeline.detect(np.ascontiguousarray(image[:, ::-1]))[0].landmarks
    plain_back = (plain * (-1, 1) + (image.shape[1] - 1, 0))[[1, 0, 2, 4, 3]]
    gap, gap_before = (
        np.linalg.norm(a - b, axis=1).mean() for a, b in ((back, found.landmarks), (plain_back, first.landmarks))
    )
    assert gap < max(gap_before, 1.0)
