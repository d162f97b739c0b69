"""Overlaps worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.metrics.detection import box_iou, polygon_iou


def test_box_iou_by_hand() -> None:
    a = np.array([[0, 0, 10, 10], [0, 0, 0, 0]])
    b = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [5, 5, 15, 15], [10, 0, 20, 10], [2, 2, 4, 4]])
    expected = [1, 50 / 150, 25 / 175, 0, 4 / 100]
    assert box_iou(a, b)[0] == pytest.approx(expected)
    assert box_iou(a, b)[1].tolist() == [0] * 5
    assert box_iou(b, a).shape == (5, 2)


def test_boxes_without_overlap_on_both_axes_do_not_multiply_to_one() -> None:
    assert box_iou(np.array([[0, 0, 1, 1]]), np.array([[5, 5, 6, 6]]))[0, 0] == 0


def test_polygon_iou_of_a_square_and_its_diamond_is_half() -> None:
    square = np.array([[0, 0], [2, 0], [2, 2], [0, 2]])
    diamond = np.array([[1, 0], [2, 1], [1, 2], [0, 1]])
    assert polygon_iou(square, diamond) == pytest.approx(0.5)
    assert polygon_iou(square, square) == pytest.approx(1)
    assert polygon_iou(square, square + 5) == 0
    assert polygon_iou(square, square + np.array([1, 0])) == pytest.approx(1 / 3)
    assert polygon_iou(square[::-1], diamond) == pytest.approx(0.5), "the direction around does not matter"
    assert polygon_iou(square * 0, square * 0) == 0
