"""Proportions of plates, against the millimetres of GA 36-2018 written out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from zhsq.models.plate.grammar import random_plate
from zhsq.training.plates.layouts import Box, Layout, layout_of
from zhsq.training.plates.synthesis import SHARES


def layouts(plate_class: str, plates: int = 12) -> list[tuple[str, Layout]]:
    """Numbers of every form of a class, each with every layout that it may have."""
    rng = np.random.default_rng(0)
    texts = [random_plate(plate_class, rng) for _ in range(plates)]
    return [(text, layout_of(plate_class, text, choice)) for text in texts for choice in (0.0, 0.3, 0.6, 0.99)]


def apart(a: Box, b: Box) -> bool:
    return a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]


def test_one_row_is_seven_characters_of_45_by_90_with_12_between_and_34_at_the_dot() -> None:
    layout = layout_of("blue", "皖A12345", 0.0)
    assert layout.size == (440, 140)
    # 15.5 + 45 + 12 = 72.5; + 45 + 34 = 151.5; then steps of 45 + 12 = 57.
    assert [box[0] for box in layout.boxes] == [15.5, 72.5, 151.5, 208.5, 265.5, 322.5, 379.5]
    assert {box[1:] for box in layout.boxes} == {(25, 45, 90)}
    assert 379.5 + 45 == 440 - 15.5  # as far from the right edge as from the left
    assert layout.dot == ((117.5 + 151.5) / 2, 70)


def test_new_energy_is_40_mm_longer_with_43_wide_characters_9_apart_and_49_at_the_sign() -> None:
    for plate_class, text in (("green_small", "皖AD12345"), ("green_large", "皖A12345D")):
        layout = layout_of(plate_class, text, 0.0)
        assert layout.size == (480, 140)
        # 15.5 + 45 + 9 = 69.5; + 43 + 49 = 161.5; then steps of 43 + 9 = 52.
        assert [box[0] for box in layout.boxes] == [15.5, 69.5, 161.5, 213.5, 265.5, 317.5, 369.5, 421.5]
        assert [box[2] for box in layout.boxes] == [45] + [43] * 7
        assert 421.5 + 43 == 480 - 15.5


def test_a_rear_plate_has_two_of_80_by_60_above_five_of_65_by_110() -> None:
    layout = layout_of("trailer", "皖A1234挂", 0.0)
    assert layout.size == (440, 220) and layout.two_rows
    assert layout.boxes[:2] == ((110, 15, 80, 60), (250, 15, 80, 60))
    # 27.5, then steps of 65 + 15 = 80.
    assert layout.boxes[2:] == tuple((left, 90, 65, 110) for left in (27.5, 107.5, 187.5, 267.5, 347.5))
    assert 347.5 + 65 == 440 - 27.5


@pytest.mark.parametrize("plate_class", SHARES)
def test_every_number_has_a_box_for_each_symbol_on_the_plate_and_apart(plate_class: str) -> None:
    for text, layout in layouts(plate_class):
        assert layout.plate_class == plate_class
        assert len(layout.boxes) == len(text)
        width, height = layout.size
        for left, top, w, h in layout.boxes:
            assert left >= 0 and top >= 0 and left + w <= width and top + h <= height
        assert all(apart(a, b) for a, b in itertools.combinations(layout.boxes, 2))
        # In reading order: rows downwards, in a row to the right.
        rows = [[b for b in layout.boxes if b[1] == top] for top in sorted({b[1] for b in layout.boxes})]
        if layout.two_rows:
            assert layout.boxes == tuple(box for row in rows for box in sorted(row))
        else:
            assert layout.boxes == tuple(sorted(layout.boxes))


def test_two_rows_leave_the_seam_free() -> None:
    found = [layout for _, layout in (*layouts("yellow"), *layouts("trailer")) if layout.two_rows]
    assert {layout.size for layout in found} == {(440, 220), (220, 140)}
    for layout in found:
        seam = layout.seam * layout.size[1]
        assert all(top + height <= seam for _, top, _, height in layout.boxes[:2])
        assert all(top >= seam for _, top, _, _ in layout.boxes[2:])


@pytest.mark.parametrize(
    ("plate_class", "text", "first", "red"),
    [
        ("blue", "皖A12345", 2, ""),
        ("police", "京A1234警", 1, "警"),  # the dot follows the province
        ("hk_macau", "粤Z1234港", 2, ""),
        ("embassy", "224578使", 3, "使"),  # of 2018: mission, car, mark
        ("embassy", "使224578", 4, "使"),  # of 2007: mark, mission, car
        ("consulate", "沪22478领", 4, "领"),  # of 2018: province and mission, car, mark
        ("consulate", "沪A1234领", 2, "领"),
        ("learner", "京A1234学", 2, ""),
    ],
)
def test_the_dot_parts_what_belongs_together_and_only_marks_are_red(
    plate_class: str, text: str, first: int, red: str
) -> None:
    layout = layout_of(plate_class, text, 0.0)
    before, after = layout.boxes[first - 1], layout.boxes[first]
    assert after[0] - before[0] - before[2] == 34
    assert layout.dot == (after[0] - 17, 70)
    assert [text[place] for place in layout.red] == list(red)


def test_new_energy_has_its_sign_in_place_of_the_dot() -> None:
    layout = layout_of("green_small", "皖AD12345", 0.0)
    # 15.5 + 45 + 9 + 43 = 112.5 to 161.5.
    assert layout.dot is None and layout.sign == ((112.5 + 161.5) / 2, 70)


def test_motorcycles_have_two_of_50_above_five_of_30_by_60() -> None:
    layout = layout_of("yellow", "皖A12345", 1.0)
    assert layout.boxes[:2] == ((45, 10, 50, 50), (125, 10, 50, 50))
    assert layout.boxes[2:] == tuple((left, 70, 30, 60) for left in (15, 55, 95, 135, 175))
    assert 175 + 30 == 220 - 15


@pytest.mark.parametrize("choice", [0.0, 1.0])
def test_any_choice_is_a_layout(choice: float) -> None:
    for plate_class in SHARES:
        assert layout_of(plate_class, random_plate(plate_class, np.random.default_rng(1)), choice).boxes
    with pytest.raises(KeyError):
        layout_of("unknown", "皖A12345", choice)
