"""The ground's colour, on plates painted and lit by hand, and on real ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.data import ccpd
from zhsq.data import plates_cn as plate_crops
from zhsq.data.registry import DataSet
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.plate.grammar import Colour, colour_of
from zhsq.models.plate.locate import rectify

Light = tuple[float, float, float]
#: Shares of red, green and blue light that a paint returns.
BLUE, YELLOW, GREEN = (0.01, 0.06, 0.45), (0.75, 0.48, 0.02), (0.16, 0.6, 0.3)
WHITE, BLACK, RED = (0.85, 0.85, 0.85), (0.02, 0.02, 0.02), (0.55, 0.02, 0.02)


#: Digits by the corners that their strokes join: 0 1 at the top, 2 3 in the middle, 4 5 at the bottom, left first.
DIGITS = ("01 13 32 24 45", "01 13 23 35 45", "02 23 13 35", "01 02 23 35 45", "01 15", "13 35", "01 13 35 54 42 20 23")


def photo(ground: NDArray[np.floating] | Light, ink: Light, lamp: Light = (1, 1, 1), haze: float = 0.0) -> RGBImage:
    """A plate of 440 x 140 mm at 2 mm a pixel with 2 3 4 5 7 1 8, a little blurred, of a display's gamma.

    Characters are 45 x 90 mm, 12 mm apart, strokes 10 mm wide.
    """
    light = np.broadcast_to(np.asarray(ground, np.float32), (70, 220, 3)).copy()
    for place, digit in enumerate(DIGITS):
        corners = [(12 + 29 * place + 18 * (i % 2), 15 + 20 * (i // 2)) for i in range(6)]
        for one, other in digit.split():
            cv2.line(light, corners[int(one)], corners[int(other)], ink, 5)
    seen = np.clip(cv2.GaussianBlur(light, (0, 0), 1.0) * np.asarray(lamp) + haze, 0, 1)
    return np.asarray(np.round(255 * seen ** (1 / 2.2)), np.uint8)


def faded() -> NDArray[np.floating]:
    """A new-energy ground: white at the top, green at the bottom."""
    down = np.linspace(0, 1, 70)[:, None, None]
    return np.asarray(WHITE) * (1 - down) + np.asarray(GREEN) * down


@pytest.mark.parametrize(
    ("ground", "ink", "colour"),
    [
        (BLUE, WHITE, "blue"),
        (BLACK, WHITE, "black"),
        (YELLOW, BLACK, "yellow"),
        (GREEN, BLACK, "green"),
        (WHITE, BLACK, "white"),
        (WHITE, RED, "white"),
        (RED, RED, "unknown"),
    ],
)
def test_grounds_in_white_light(ground: Light, ink: Light, colour: Colour) -> None:
    assert colour_of(photo(ground, ink)) == colour


@pytest.mark.parametrize("lamp", [(1, 0.8, 0.45), (0.45, 0.8, 1), (0.6, 1, 0.7), (0.2, 0.2, 0.2)])
def test_a_blue_plate_is_blue_in_warm_cold_greenish_and_dim_light(lamp: Light) -> None:
    # White ink tells the lamp: blue light returned by the ground over that of ink is 0.45 / 0.85 whatever the lamp is.
    assert colour_of(photo(BLUE, WHITE, lamp)) == "blue"


@pytest.mark.parametrize("haze", [0.02, 0.05])
def test_a_blue_plate_is_blue_through_haze_and_a_black_one_never_is(haze: float) -> None:
    assert colour_of(photo(BLUE, WHITE, haze=haze)) == "blue"
    assert colour_of(photo(BLACK, WHITE, haze=haze)) == "black"


@pytest.mark.parametrize("lamp", [(1, 0.55, 0.0), (0.9, 0.6, 0.02), (0.01, 0.01, 0.01)])
def test_where_a_lamp_has_no_blue_or_there_is_no_light_black_is_not_claimed(lamp: Light) -> None:
    assert colour_of(photo(BLUE, WHITE, lamp)) != "black"
    assert colour_of(photo(BLACK, WHITE, lamp)) == "unknown"


def test_yellow_light_does_not_turn_a_white_on_blue_plate_yellow() -> None:
    assert colour_of(photo(BLUE, WHITE, (1, 0.7, 0.1))) != "yellow"


def test_a_ground_that_fades_to_white_is_green_even_overexposed() -> None:
    assert colour_of(photo(faded(), BLACK)) == "green"
    assert colour_of(photo(faded(), BLACK, haze=0.5)) == "green"
    assert colour_of(photo(WHITE, BLACK, haze=0.1)) == "white"


def test_a_yellow_and_green_ground_is_green() -> None:
    # GA 36-2018: a large new-energy plate is yellow behind province and office, green behind the serial.
    ground = np.empty((70, 220, 3))
    ground[:, :66], ground[:, 66:] = YELLOW, GREEN
    assert colour_of(photo(ground, BLACK)) == "green"


@pytest.mark.parametrize("scale", [24 / 70, 1.0, 3.0])
def test_the_size_of_a_crop_does_not_matter(scale: float) -> None:
    for ground, ink, colour in ((BLUE, WHITE, "blue"), (YELLOW, BLACK, "yellow"), (BLACK, WHITE, "black")):
        crop = cv2.resize(photo(ground, ink), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        assert colour_of(np.asarray(crop, np.uint8)) == colour


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 9, 3), (24, 94, 3)])
def test_pixels_without_strokes_say_nothing(shape: tuple[int, int, int]) -> None:
    assert colour_of(np.full(shape, (20, 60, 170), np.uint8)) == "unknown"


@pytest.mark.data
def test_real_blue_plates_are_blue_or_unknown(plates_cn: DataSet) -> None:
    found = [colour_of(decode_image(crop.path)) for crop in plate_crops.load(plates_cn)]
    # All 507 have an ordinary small vehicle's number. By night some look black, and must not be claimed to be.
    assert found.count("blue") >= 0.95 * len(found)
    assert len(found) - found.count("blue") - found.count("unknown") <= 0.01 * len(found)


@pytest.mark.data
def test_real_plates_set_upright_have_the_colour_of_their_label(ccpd_samples: DataSet) -> None:
    photos = ccpd.load(ccpd_samples)
    for each in photos:
        crop = rectify(decode_image(each.path), each.corners, 168, 48)
        assert colour_of(crop) == each.kind, each.path.name
    assert {each.kind for each in photos} == {"blue", "green"}
