"""The locator of centres and corners: its input, peaks, the closer look, by hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pydantic import TypeAdapter

from zhsq.models.plate.locate import AnchorParams, CentreParams, find, graphs
from zhsq.models.plate.locate_centres import REFINE_SIZE, cut, decode, expected, moved, prepare

PARAMS = CentreParams(stride=8, sides=(64, 128), heat=0.2, score=0.5, rounds=1, nms_iou=0.3, keep=4)


def _maps(rows: int, columns: int, plates: dict[tuple[int, int], tuple[float, list[float]]]) -> list[np.ndarray]:
    heat, corners = np.zeros((1, 1, rows, columns), np.float32), np.zeros((1, 8, rows, columns), np.float32)
    for (row, column), (score, quad) in plates.items():
        heat[0, 0, row, column], corners[0, :, row, column] = score, quad
    return [heat, corners]


QUAD = [-2.0, -1.0, 2.0, -1.0, 2.0, 1.0, -2.0, 1.0]


def test_parameters_tell_the_locators_apart() -> None:
    """A bundle's parameters are read as one kind or the other by their fields."""
    read = TypeAdapter(AnchorParams | CentreParams).validate_python
    assert read(PARAMS.model_dump(mode="json")) == PARAMS
    assert graphs(PARAMS) == {"locate": 2, "refine": 1}
    anchored = AnchorParams(
        mean_bgr=(1, 2, 3),
        multiple=32,
        max_side=64,
        min_sizes=((24,),),
        strides=(8,),
        variances=(0.1, 0.2),
        corner_order=(0, 1, 2, 3),
        score=0.5,
        nms_iou=0.4,
        keep=20,
    )
    assert read(anchored.model_dump(mode="json")) == anchored
    assert graphs(anchored) == {"locate": 3}


def test_input_is_red_green_blue_and_grey_where_the_photo_ends() -> None:
    pixels, scale = prepare(np.full((20, 40, 3), (1, 2, 3), np.uint8), 64)
    assert (pixels.shape, scale) == ((1, 3, 32, 64), 1.0)
    assert pixels[0, :, 19, 39].tolist() == [1, 2, 3]
    assert np.all(pixels[0, :, 20:] == 127.5)
    assert np.all(pixels[0, :, :, 40:] == 127.5)


def test_a_large_photo_is_scaled_to_the_side_asked_for() -> None:
    pixels, scale = prepare(np.zeros((96, 128, 3), np.uint8), 64)
    assert scale == 0.5
    assert pixels.shape == (1, 3, 64, 64)
    assert np.all(pixels[0, :, :48] == 0)
    assert np.all(pixels[0, :, 48:] == 127.5)


def test_a_peak_gives_corners_in_pixels_of_the_photo() -> None:
    """Cell (row 3, column 5) of stride 8 in a photo seen at half its size: centre (5.5, 3.5) x 16 = (88, 56)."""
    heat, corners = _maps(8, 8, {(3, 5): (0.9, QUAD)})
    (plate,) = decode(heat[0, 0], corners[0], 0.5, PARAMS)
    assert plate.corners == pytest.approx(np.array([[56, 40], [120, 40], [120, 72], [56, 72]]))
    assert plate.box == pytest.approx([56, 40, 120, 72])
    assert plate.score == pytest.approx(0.9)


def test_neighbours_of_a_peak_and_cold_cells_are_no_plates() -> None:
    heat, corners = _maps(8, 16, {(3, 5): (0.9, QUAD), (3, 6): (0.8, QUAD), (3, 12): (0.7, QUAD), (6, 1): (0.1, QUAD)})
    found = decode(heat[0, 0], corners[0], 1.0, PARAMS)
    assert [round(plate.score, 1) for plate in found] == [0.9, 0.7]


def test_of_peaks_whose_boxes_overlap_the_hottest_stays() -> None:
    """Two cells apart, four wide: they share half of each, 2 of 6 cells together, IoU 1/3 > 0.3."""
    heat, corners = _maps(8, 16, {(3, 5): (0.8, QUAD), (3, 7): (0.9, QUAD)})
    (plate,) = decode(heat[0, 0], corners[0], 1.0, PARAMS)
    assert plate.score == pytest.approx(0.9)


def test_the_crop_shows_the_plate_in_its_middle_at_any_size() -> None:
    """A white plate on black, drawn in perspective, small and large: in the crop it fills the expected corners."""
    shape = np.array([[0.2, 0.3], [0.8, 0.4], [0.78, 0.62], [0.22, 0.55]], np.float32)
    for side in (100, 200, 1200):
        photo = np.zeros((side, side, 3), np.uint8)
        corners = shape * side
        cv2.fillConvexPoly(photo, np.round((corners - 0.5) * 256).astype(np.int32), (255, 255, 255), cv2.LINE_AA, 8)
        crop = cut(photo, corners)
        assert crop.shape == (REFINE_SIZE[1], REFINE_SIZE[0], 3)
        left, top, right, low = *expected()[0], *expected()[2]
        inside = crop[int(top) + 3 : int(low) - 2, int(left) + 3 : int(right) - 2]
        assert inside.min() > 200
        assert crop[: int(top) - 2].max() < 60
        assert crop[:, int(right) + 4 :].max() < 60


def test_corners_move_in_shares_of_the_plate() -> None:
    corners = np.array([[10, 20], [110, 20], [110, 60], [10, 60]], np.float32)
    assert moved(corners, np.zeros(8, np.float32)) == pytest.approx(corners, abs=1e-3)
    moves = np.array([0.1, -0.25, 0, 0, 0, 0, 0, 0.5], np.float32)  # of 100 x 40
    assert moved(corners, moves) == pytest.approx(
        np.array([[20, 10], [110, 20], [110, 60], [10, 80]], np.float32), abs=1e-3
    )


def test_the_closer_look_moves_corners_and_turns_down_what_is_no_plate() -> None:
    """Two peaks of heat 0.81; the closer look gives 1.0 and 0.16: scores 0.9 and 0.36, of which one reaches 0.5."""
    maps = _maps(8, 8, {(2, 2): (0.81, QUAD), (6, 5): (0.81, QUAD)})
    said = np.zeros((2, 9), np.float32)
    said[0, 0], said[:, 8] = 0.25, (1.0, 0.16)  # the first plate's left-top goes right by a quarter of its 32 pixels

    def run(graph: str, pixels: np.ndarray) -> list[np.ndarray]:
        assert pixels.shape == {"locate": (1, 3, 64, 64), "refine": (2, 3, 64, 128)}[graph]
        return maps if graph == "locate" else [said]

    (plate,) = find(np.zeros((64, 64, 3), np.uint8), PARAMS, run)
    assert plate.score == pytest.approx(0.9)
    assert plate.corners == pytest.approx(np.array([[12, 12], [36, 12], [36, 28], [4, 28]]), abs=1e-3)


def test_a_photo_without_plates_is_looked_at_once_more_in_more_detail() -> None:
    looked = []

    def run(graph: str, pixels: np.ndarray) -> list[np.ndarray]:
        looked.append((graph, pixels.shape[2:]))
        return _maps(pixels.shape[2] // 8, pixels.shape[3] // 8, {})

    assert find(np.zeros((128, 256, 3), np.uint8), PARAMS, run) == []
    assert looked == [("locate", (32, 64)), ("locate", (64, 128))]
    looked.clear()
    assert find(np.zeros((64, 32, 3), np.uint8), PARAMS, run) == []
    assert looked == [("locate", (64, 32))], "a small photo has no more detail"
