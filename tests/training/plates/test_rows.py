"""Two rows become one: the upper row's characters come first, each in its own colour."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from zhsq.models.plate.rows import join_rows
from zhsq.training.plates.layouts import layout_of

COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255), (120, 60, 20))


def planted(size: tuple[float, float], boxes: tuple[tuple[float, float, float, float], ...]) -> np.ndarray:
    """A grey plate at 1 px per mm with a block of colour in place of each character."""
    plate = np.full((int(size[1]), int(size[0]), 3), 128, np.uint8)
    for (left, top, width, height), colour in zip(boxes, COLOURS, strict=True):
        plate[round(top) : round(top + height), round(left) : round(left + width)] = colour
    return plate


def order(row: np.ndarray) -> list[tuple[int, int, int]]:
    """Planted colours along a row of pixels, from left to right, each as often as it stands there."""
    named = [next((c for c in COLOURS if np.abs(pixel.astype(int) - c).max() < 30), None) for pixel in row]
    return [colour for colour, _ in itertools.groupby(named) if colour is not None]


@pytest.mark.parametrize(
    ("plate_class", "text", "choice"),
    [("trailer", "皖A1234挂", 0.0), ("yellow", "皖A12345", 0.5), ("yellow", "皖A12345", 0.99)],
    ids=["trailer", "rear", "motorcycle"],
)
def test_the_upper_row_stands_before_the_lower(plate_class: str, text: str, choice: float) -> None:
    layout = layout_of(plate_class, text, choice)
    assert layout.two_rows
    plate = planted(layout.size, layout.boxes)
    joined = join_rows(plate)
    height = plate.shape[0]
    assert joined.shape == (height, 4 * height, 3) and joined.dtype == np.uint8
    # Three quarters down, both parts show characters: the upper part's end at its lower edge, the lower part's fill it.
    assert order(joined[round(height * 0.7)]) == list(COLOURS)


def test_only_the_middle_of_the_upper_row_is_kept() -> None:
    plate = np.full((100, 200, 3), 128, np.uint8)
    plate[:35, :30] = (255, 0, 0)  # beside the upper row there are bolts and car, no characters
    plate[:35, 90:110] = (0, 255, 0)
    joined = join_rows(plate)
    assert order(joined[40]) == [(0, 255, 0)]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 1), (12, 56)])
def test_the_smallest_crops_are_joined_too(size: tuple[int, int]) -> None:
    height, width = size
    assert join_rows(np.zeros((height, width, 3), np.uint8)).shape == (height, 4 * height, 3)
