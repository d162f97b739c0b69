"""Scenes: seeded, corners where the plates are, perspective by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.plate.locate import rectify
from zhsq.training.locator.config import SceneConfig
from zhsq.training.locator.scenes import Scenes, homography


def test_the_same_seed_draws_the_same_scenes_and_another_does_not(plain: SceneConfig) -> None:
    first, again, other = (Scenes(plain, seed) for seed in (3, 3, 4))
    for _ in range(3):
        a, b, c = (scenes.draw(128, 96) for scenes in (first, again, other))
        assert a.image.shape == (96, 128, 3)
        assert np.array_equal(a.image, b.image)
        assert np.array_equal(a.corners, b.corners)
        assert not np.array_equal(a.image, c.image)


def test_scenes_have_none_to_four_plates_by_day_and_by_night_of_many_classes(plain: SceneConfig) -> None:
    scenes = Scenes(plain, 1)
    drawn = [scenes.draw(160, 160) for _ in range(60)]
    assert {len(scene.corners) for scene in drawn} == {0, 1, 2, 3, 4}
    assert {scene.night for scene in drawn} == {False, True}
    assert len({name for scene in drawn for name in scene.classes}) >= 6
    for scene in drawn:
        assert len(scene.classes) == len(scene.visible) == len(scene.corners)
        assert np.all((scene.visible >= 0) & (scene.visible <= 1))


def test_a_plate_stands_where_its_corners_say(plain: SceneConfig) -> None:
    """By day, seen from the front: set upright by its corners, a blue plate is blue, and what is around it is not so."""
    config = plain.model_copy(
        update={"night": 0.0, "rain": 0.0, "empty": 0.0, "yaw": 20, "pitch": 10, "roll": 10, "width": (120, 200)}
    )
    scenes = Scenes(config, 2)
    tried = 0
    inside, whole = [], []
    while tried < 12:
        scene = scenes.draw(400, 400)
        for quad, name, seen in zip(scene.corners, scene.classes, scene.visible, strict=True):
            if name != "blue" or seen < 0.97:
                continue
            tried += 1
            wider = quad.mean(0) + (quad - quad.mean(0)) * 1.6
            for corners, kept in ((quad, inside), (wider, whole)):
                pixels = rectify(scene.image, corners, 80, 26).astype(float)
                kept.append(float((pixels[..., 2] > pixels[..., 0] + 25).mean()))
    assert np.median(inside) > 0.5
    assert np.median(whole) < np.median(inside) - 0.15


def test_a_plane_turned_by_60_degrees_is_half_as_wide() -> None:
    """From far away: cos 60 = 1/2. The middle comes to its place, and nothing changes across the turn."""
    matrix = homography(np.array([50, 20], np.float32), 2.0, (np.pi / 3, 0, 0), 1e6, np.array([300, 200], np.float32))
    corners = np.array([[0, 0, 1], [100, 0, 1], [100, 40, 1], [0, 40, 1], [50, 20, 1]], float)
    seen = corners @ matrix.T.astype(float)
    seen = seen[:, :2] / seen[:, 2:]
    assert seen == pytest.approx(np.array([[250, 160], [350, 160], [350, 240], [250, 240], [300, 200]]), abs=0.1)


def test_what_is_near_is_larger() -> None:
    """A square of 100 turned by 90 degrees about the vertical less a little, 200 away: its near edge is the taller."""
    matrix = homography(np.array([50, 50], np.float32), 1.0, (np.pi / 3, 0, 0), 200.0, np.zeros(2, np.float32))
    corners = np.array([[0, 0, 1], [0, 100, 1], [100, 0, 1], [100, 100, 1]], float) @ matrix.T.astype(float)
    seen = corners[:, :2] / corners[:, 2:]
    # The left edge lies 50 x sin 60 = 43.3 behind the middle (200 / 243.3 of its size), the right one before it.
    left, right = seen[1, 1] - seen[0, 1], seen[3, 1] - seen[2, 1]
    assert sorted((left, right)) == pytest.approx([100 * 200 / 243.3, 100 * 200 / 156.7], rel=1e-3)
