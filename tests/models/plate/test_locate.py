"""Anchors, decoding, suppression and the warp, by hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from zhsq.models.plate.locate import AnchorParams, anchors, decode, find, prepare, rectify, suppress

PARAMS = AnchorParams(
    mean_bgr=(104, 117, 123),
    multiple=32,
    max_side=64,
    min_sizes=((24, 48), (96, 192), (384, 768)),
    strides=(8, 16, 32),
    variances=(0.1, 0.2),
    corner_order=(2, 3, 0, 1),
    score=0.5,
    nms_iou=0.4,
    keep=20,
)


def test_input_is_blue_green_red_less_the_mean_padded_to_32() -> None:
    image = np.full((20, 40, 3), (223, 217, 204), np.uint8)  # the mean plus 100, in red, green, blue
    pixels, scale = prepare(image, PARAMS)
    assert pixels.shape == (1, 3, 32, 64)
    assert scale == 1
    assert np.all(pixels[0, :, :20, :40] == 100)
    assert np.all(pixels[0, :, 20:] == 0)
    assert np.all(pixels[0, :, :, 40:] == 0)


def test_a_large_photo_is_scaled_down() -> None:
    pixels, scale = prepare(np.zeros((100, 128, 3), np.uint8), PARAMS)
    assert scale == 0.5
    assert pixels.shape == (1, 3, 64, 64)


def test_anchors_run_over_strides_rows_columns_and_sizes() -> None:
    found = anchors(32, 64, PARAMS)
    assert len(found) == 2 * (4 * 8 + 2 * 4 + 1 * 2)
    assert found[:3].tolist() == [[4, 4, 24], [4, 4, 48], [12, 4, 24]]
    assert found[16].tolist() == [4, 12, 24]  # the second row
    assert found[64].tolist() == [8, 8, 96]  # the second stride
    assert found[-1].tolist() == [48, 16, 768]


def test_offsets_are_scaled_by_variance_anchor_and_photo() -> None:
    n = len(anchors(32, 32, PARAMS))
    loc, score, landmarks = np.zeros((n, 4), np.float32), np.zeros(n, np.float32), np.zeros((n, 8), np.float32)
    score[0] = 0.9  # centre (4, 4), side 24
    loc[0] = [10, 0, np.log(2) / 0.2, 0]  # centre moves by 10 x 0.1 x 24 = 24; twice as wide
    landmarks[0] = [10, 10, 0, 10, 0, 0, 10, 0]  # right-bottom, left-bottom, left-top, right-top
    (box,) = decode((loc, score, landmarks), (32, 32), 0.5, PARAMS)
    assert box.box == pytest.approx([(28 - 24) / 0.5, (4 - 12) / 0.5, (28 + 24) / 0.5, (4 + 12) / 0.5])
    assert box.corners == pytest.approx(np.array([[8, 8], [56, 8], [56, 56], [8, 56]]))
    assert box.score == pytest.approx(0.9)


def test_find_runs_the_network_and_takes_the_second_class_as_the_score() -> None:
    """A black photo of 32 x 32; the network's answer is made by hand: one anchor is sure, the others are not."""
    n = len(anchors(32, 32, PARAMS))
    conf = np.zeros((1, n, 2), np.float32)
    conf[0, :, 0] = 1
    conf[0, 1] = (0.2, 0.8)  # centre (4, 4), side 48
    asked = []

    def run(graph: str, pixels: np.ndarray) -> list[np.ndarray]:
        asked.append((graph, pixels.shape))
        return [np.zeros((1, n, 4), np.float32), conf, np.zeros((1, n, 8), np.float32)]

    (box,) = find(np.zeros((32, 32, 3), np.uint8), PARAMS, run)
    assert asked == [("locate", (1, 3, 32, 32))]
    assert box.score == pytest.approx(0.8)
    assert box.box == pytest.approx([-20, -20, 28, 28])


def test_of_two_overlapping_boxes_the_better_stays() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]], float)
    assert suppress(boxes, np.array([0.7, 0.9, 0.8]), 0.4) == [1, 2]
    assert suppress(boxes, np.array([0.7, 0.9, 0.8]), 0.9) == [1, 2, 0]


def test_a_drawn_quad_is_set_upright() -> None:
    """Four quarters of different colours, drawn in perspective, come back to their places."""
    plate = np.zeros((60, 192, 3), np.uint8)
    colours = {(15, 48): (255, 0, 0), (15, 144): (0, 255, 0), (45, 144): (0, 0, 255), (45, 48): (255, 255, 0)}
    plate[:30, :96], plate[:30, 96:], plate[30:, 96:], plate[30:, :96] = colours.values()
    corners = np.array([[60, 40], [210, 70], [200, 130], [50, 85]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array([[0, 0], [192, 0], [192, 60], [0, 60]], np.float32), corners)
    photo = cv2.warpPerspective(plate, matrix, (260, 180))
    upright = rectify(photo, corners, 192, 60)
    assert upright.shape == (60, 192, 3)
    for (y, x), colour in colours.items():
        assert np.abs(upright[y, x].astype(int) - colour).max() < 30
    mean_error = np.abs(upright.astype(int) - plate)[4:-4, 4:-4].mean()
    assert mean_error < 6
    turned = rectify(photo, corners[[1, 2, 3, 0]], 192, 60)
    assert np.abs(turned.astype(int) - plate)[4:-4, 4:-4].mean() > 50, "the order of the corners matters"
