"""What the networks are asked to say, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zhsq.models.plate.locate_centres import moved
from zhsq.training.locator.batches import (
    FinderBatches,
    RefinerBatches,
    finder_target,
    jittered,
    moves_to,
)
from zhsq.training.locator.config import SceneConfig
from zhsq.training.locator.evaluate import quad_iou
from zhsq.training.locator.module import focal_loss
from zhsq.training.locator.pool import Kept, draw_pool, view
from zhsq.training.locator.scenes import Scenes

PLATE = np.array([[[20, 36], [84, 36], [84, 56], [20, 56]]], np.float32)  # centre (52, 46): column 6, row 5


def _nothing(*_: object) -> None:
    pass


@pytest.fixture(scope="module")
def pool(plain: SceneConfig) -> list[Kept]:
    return draw_pool(Scenes(plain.model_copy(update={"empty": 0.0}), 5), 12, 192, _nothing)


def test_heat_is_one_at_the_centre_and_falls_faster_across_the_plate_than_along_it() -> None:
    heat, care, corners, weight = finder_target(PLATE, np.ones(1, np.float32), 128)
    assert heat.shape == care.shape == weight.shape == (1, 16, 16)
    assert heat[0, 5, 6] == 1
    assert (heat == 1).sum() == 1
    assert heat[0, 5, 8] > heat[0, 7, 6]
    assert np.all(care == 1)
    # The cell's centre is (52, 44), (6.5, 5.5) in cells; left-top is (2.5, 4.5), right-bottom (10.5, 7).
    assert corners[[0, 1, 4, 5], 5, 6] == pytest.approx([-4, -1, 4, 1.5])
    assert weight[0, 5, 6] == pytest.approx(1 / np.sqrt(8 * 2.5))
    assert weight[0, 15, 15] == 0


def test_a_plate_half_seen_is_neither_right_nor_wrong_and_one_unseen_is_background() -> None:
    for visible, cared in ((0.5, 0), (0.0, 1)):
        heat, care, _, weight = finder_target(PLATE, np.array([visible], np.float32), 128)
        assert heat.max() == 0
        assert weight.max() == 0
        assert care[0, 5, 6] == cared
        assert care[0, 14, 14] == 1


def test_a_plate_that_the_view_cuts_is_not_asked_for() -> None:
    heat, care, _, _ = finder_target(PLATE - np.array([50, 0], np.float32), np.ones(1, np.float32), 128)
    assert heat.max() == 0
    assert care[0, 5, 0] == 0


def test_a_view_moves_corners_as_it_moves_the_picture() -> None:
    """A bright square on black: its corners in the view are where the view is bright."""
    import cv2

    image = np.zeros((192, 192, 3), np.uint8)
    image[80:120, 60:140] = 255
    _, stream = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, 100))
    square = np.array([[[60, 80], [140, 80], [140, 120], [60, 120]]], np.float32)
    kept = Kept(stream.tobytes(), square, np.ones(1, np.float32), np.zeros((0, 4, 2), np.float32))
    rng = np.random.default_rng(0)
    for _ in range(8):
        seen, corners = view(kept, 192, rng)
        bright = np.argwhere(seen[..., 1] > 190)
        (left, top), (right, low) = corners[0, 0], corners[0, 2]
        if left < 0 or top < 0 or right > 192 or low > 192:
            continue
        assert bright[:, 1].min() == pytest.approx(left, abs=1.1)
        assert bright[:, 0].min() == pytest.approx(top, abs=1.1)
        assert bright[:, 1].max() + 1 == pytest.approx(right, abs=1.1)
        assert bright[:, 0].max() + 1 == pytest.approx(low, abs=1.1)


def test_the_moves_asked_of_the_refiner_lead_from_the_guess_to_the_plate() -> None:
    rng = np.random.default_rng(1)
    quad = np.array([[100, 50], [220, 70], [214, 120], [96, 92]], np.float32)
    for _ in range(20):
        guess = jittered(quad, rng)
        assert quad_iou(guess, quad) > 0.3
        assert moved(guess, moves_to(guess, quad)) == pytest.approx(quad, abs=0.05)


def test_batches_have_the_shapes_that_the_networks_take_and_depend_on_the_seed(pool: list[Kept]) -> None:
    photos, heat, care, corners, weight = next(iter(FinderBatches(pool, 128, 4, 1)))
    assert (photos.shape, photos.dtype) == ((4, 3, 128, 128), torch.uint8)
    assert heat.shape == care.shape == weight.shape == (4, 1, 16, 16)
    assert corners.shape == (4, 8, 16, 16)
    crops, moves, counts, plates = next(iter(RefinerBatches(pool, 16, 1)))
    assert (crops.shape, crops.dtype) == ((16, 3, 64, 128), torch.uint8)
    assert (moves.shape, counts.shape) == ((16, 8), (16,))
    assert 0 < plates.mean() < 1
    assert torch.equal(crops, next(iter(RefinerBatches(pool, 16, 1)))[0])
    assert not torch.equal(crops, next(iter(RefinerBatches(pool, 16, 2)))[0])


def test_overlap_of_quadrangles_by_hand() -> None:
    square = np.array([[0, 0], [2, 0], [2, 2], [0, 2]], np.float32)
    assert quad_iou(square, square + np.array([1, 0], np.float32)) == pytest.approx(1 / 3)
    assert quad_iou(square, square + 5) == 0


def test_the_focal_loss_of_two_cells_by_hand() -> None:
    """A centre said with p = 1/2 and a cell of background said with 1/2: 1/4 ln 2 each; 1/16 of it where heat is 1/2."""
    logits, heat, care = torch.zeros(1, 1, 1, 3), torch.tensor([[[[1.0, 0.0, 0.5]]]]), torch.ones(1, 1, 1, 3)
    ln2 = float(np.log(2))
    assert float(focal_loss(logits, heat, care)) == pytest.approx(0.25 * ln2 * (1 + 1 + 1 / 16))
    care[..., 1] = 0
    assert float(focal_loss(logits, heat, care)) == pytest.approx(0.25 * ln2 * (1 + 1 / 16))
