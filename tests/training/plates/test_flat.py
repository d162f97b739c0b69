"""Flat plates: ink in every box and nowhere else, in the colours of the class."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.plate.grammar import colour_of, form_of, random_plate
from zhsq.training.plates.flat import SCALE, draw
from zhsq.training.plates.glyphs import Alphabet
from zhsq.training.plates.layouts import RED, Box, layout_of
from zhsq.training.plates.synthesis import SHARES


def near(pixels: RGBImage, colour: tuple[int, int, int], reach: int = 48) -> NDArray[np.bool_]:
    return (np.abs(pixels.astype(int) - colour) <= reach).all(-1)


def cut(plate: RGBImage, box: Box) -> RGBImage:
    left, top, width, height = (round(side * SCALE) for side in box)
    return plate[top : top + height, left : left + width]


@pytest.mark.parametrize("plate_class", SHARES)
def test_every_box_of_every_class_holds_ink_of_its_colour(plate_class: str, alphabet: Alphabet) -> None:
    rng = np.random.default_rng(0)
    for choice in np.linspace(0, 1, 12):
        text = random_plate(plate_class, rng)
        layout = layout_of(plate_class, text, choice)
        plate = draw(text, layout, alphabet, rng)
        assert plate.shape == (round(layout.size[1] * SCALE), round(layout.size[0] * SCALE), 3)
        assert plate.dtype == np.uint8
        for place, (symbol, box) in enumerate(zip(text, layout.boxes, strict=True)):
            colour = RED if place in layout.red else layout.ink
            # The lightest symbols, a 1 and a 京, leave an eighth of their box inked; a smaller Chinese character less.
            assert near(cut(plate, box), colour).mean() > 0.07, f"{symbol} of {text}"


@pytest.mark.parametrize("plate_class", SHARES)
def test_no_ink_stands_between_characters_that_follow_each_other(plate_class: str, alphabet: Alphabet) -> None:
    rng = np.random.default_rng(1)
    for choice in np.linspace(0, 1, 6):
        text = random_plate(plate_class, rng)
        layout = layout_of(plate_class, text, choice)
        plate = draw(text, layout, alphabet, rng)
        for before, after in zip(layout.boxes, layout.boxes[1:], strict=False):
            left, gap = before[0] + before[2], after[0] - before[0] - before[2]
            if before[1] != after[1] or not 8 <= gap <= 20:  # another row, or the gap of the dot
                continue
            between = cut(plate, (left + 1, before[1] + 10, gap - 2, before[3] - 20))
            assert not near(between, layout.ink).any() and not near(between, RED).any(), text


@pytest.mark.parametrize(
    ("plate_class", "grounds"),
    [
        ("blue", {"blue"}),
        ("yellow", {"yellow"}),
        ("green_small", {"green"}),
        ("green_large", {"green", "yellow"}),
        ("police", {"white"}),
        ("trailer", {"yellow"}),
        ("hk_macau", {"black"}),
        ("embassy", {"black"}),
        ("consulate", {"black"}),
        ("military", {"white"}),
        ("armed_police", {"white"}),
    ],
)
def test_the_ground_is_what_the_grammar_sees_in_its_pixels(
    plate_class: str, grounds: set[str], alphabet: Alphabet
) -> None:
    rng = np.random.default_rng(2)
    for _ in range(8):
        text = random_plate(plate_class, rng)
        form = form_of(text)
        assert form is not None and grounds <= set(form.colours)
        plate = draw(text, layout_of(plate_class, text, float(rng.random())), alphabet, rng)
        assert colour_of(plate) in grounds, text


@pytest.mark.parametrize("plate_class", ["hk_macau", "embassy", "consulate"])
def test_a_black_ground_is_dark_and_its_ink_light(plate_class: str, alphabet: Alphabet) -> None:
    rng = np.random.default_rng(3)
    for _ in range(8):
        text = random_plate(plate_class, rng)
        layout = layout_of(plate_class, text, float(rng.random()))
        plate = draw(text, layout, alphabet, rng).astype(int)
        assert np.median(plate.max(-1)) < 60  # most of a plate is ground
        assert (cut(plate, layout.boxes[1]).min(-1) > 200).mean() > 0.07


def test_the_same_number_is_drawn_in_many_shades(alphabet: Alphabet) -> None:
    layout = layout_of("blue", "皖A12345", 0.0)
    grounds = {tuple(draw("皖A12345", layout, alphabet, np.random.default_rng(s))[40, 3]) for s in range(8)}
    assert len(grounds) == 8
    first, again = (draw("皖A12345", layout, alphabet, np.random.default_rng(5)) for _ in range(2))
    assert (first == again).all()


def test_a_number_that_is_too_long_for_the_layout_is_refused(alphabet: Alphabet) -> None:
    layout = layout_of("blue", "皖A12345", 0.0)
    with pytest.raises(ValueError, match="皖AD12345 has 8 symbols, the layout 7 boxes"):
        draw("皖AD12345", layout, alphabet, np.random.default_rng(0))
