"""The locator that ships finds plates in photos that no training has seen: drawn from a seed of their own."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.bundle import Bundle
from zhsq.models.plate.locate import CentreParams, find
from zhsq.models.zoo.shipped import FOLDER
from zhsq.training.locator.config import SceneConfig
from zhsq.training.locator.evaluate import quad_iou, runner
from zhsq.training.locator.scenes import Scene, Scenes


@pytest.fixture(scope="module")
def ours() -> Bundle:
    """The shipped bundle; a skip when it carries another locator."""
    if not (FOLDER / "plate-zhsq").is_dir():
        pytest.skip("plate-zhsq is not shipped")
    bundle = Bundle.load(FOLDER / "plate-zhsq")
    if "refine" not in bundle.spec.graphs:
        pytest.skip("plate-zhsq carries another locator")
    return bundle


def _found(bundle: Bundle, scene: Scene) -> list[bool]:
    """Of the plates of a photo that are seen whole, which were found at an overlap of 0.7."""
    run = runner(*(bundle.graph_path(name).read_bytes() for name in ("locate", "refine")))
    boxes = find(scene.image, CentreParams.model_validate(bundle.spec.params["locate"]), run)
    whole = scene.corners[scene.visible > 0.95]
    return [any(quad_iou(box.corners, quad) > 0.7 for box in boxes) for quad in whole]


def test_several_plates_of_one_photo_are_found_by_day_and_by_night(ours: Bundle, plain: SceneConfig) -> None:
    for night in (0.0, 1.0):
        gate = {"night": night, "rain": 0.0, "empty": 0.0, "width": (50, 130), "yaw": 35, "pitch": 20, "roll": 15}
        scenes = Scenes(plain.model_copy(update=gate), 77)
        found = [_found(ours, scenes.draw(960, 720)) for _ in range(24)]
        assert np.mean([hit for photo in found for hit in photo]) > 0.8
        assert sum(len(photo) >= 2 and all(photo) for photo in found) >= 4, "photos of several plates, all found"


def test_a_plain_wall_has_no_plate(ours: Bundle) -> None:
    run = runner(*(ours.graph_path(name).read_bytes() for name in ("locate", "refine")))
    params = CentreParams.model_validate(ours.spec.params["locate"])
    for level in (0, 90, 255):
        assert find(np.full((720, 960, 3), level, np.uint8), params, run) == []
