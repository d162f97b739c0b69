"""GA 36-2018: every class by example, and what is not a plate."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.plate.grammar import classify, colour_of, colours_agree, is_plate, normalise, propulsion


@pytest.mark.parametrize(
    ("text", "plate_class"),
    [
        ("皖A12345", "blue"),
        ("京Q8K5Z0", "blue"),
        ("皖AD12345", "green_small"),
        ("粤BFA1234", "green_small"),
        ("沪AB12345", "green_small"),
        ("苏E12345D", "green_large"),
        ("苏E12345K", "green_large"),
        ("鲁A0006警", "police"),
        ("冀BF023挂", "trailer"),
        ("黑A1234学", "learner"),
        ("粤ZF023港", "hk_macau"),
        ("粤ZF023澳", "hk_macau"),
        ("使133001", "embassy"),
        ("沪A0023领", "consulate"),
        ("VA30093", "military"),
        ("WJA0010", "armed_police"),
        ("WJ京12345", "armed_police"),
    ],
)
def test_every_class_is_told_by_its_text(text: str, plate_class: str) -> None:
    assert classify(text) == plate_class
    assert is_plate(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("皖A1234", "six symbols"),
        ("皖A123456", "eight symbols without a new-energy mark"),
        ("皖AO2345", "the letter O is never used"),
        ("皖AI2345", "the letter I is never used"),
        ("皖112345", "the office is a letter"),
        ("AA12345", "A is no army letter"),
        ("皖AD1234A", "a mark at both ends of what must be digits"),
        ("皖AL12345", "L marks no new energy"),
        ("京ZF023港", "Hong Kong plates are issued in Guangdong"),
        ("使A33001", "an embassy's number is digits"),
        ("皖皖12345", "two provinces"),
    ],
)
def test_what_is_outside_the_grammar_is_of_unknown_class(text: str, why: str) -> None:
    assert classify(text) == "unknown", why
    assert not is_plate(text)


def test_a_yellow_ground_makes_an_ordinary_number_a_yellow_plate() -> None:
    assert classify("皖A12345", "yellow") == "yellow"
    assert classify("皖A12345", "blue") == "blue"
    assert classify("冀BF023挂", "yellow") == "trailer"


@pytest.mark.parametrize(
    ("text", "found"), [("皖AD12345", "electric"), ("皖AF12345", "other"), ("苏E12345B", "electric")]
)
def test_the_mark_tells_electric_from_other_new_energy(text: str, found: str) -> None:
    assert propulsion(text) == found


def test_an_ordinary_plate_says_nothing_of_propulsion() -> None:
    assert propulsion("皖AD1234") is None


def test_a_ground_that_does_not_go_with_the_text_is_seen() -> None:
    assert not colours_agree("皖A12345", "green")
    assert not colours_agree("皖AD12345", "blue")
    assert colours_agree("皖AD12345", "unknown")
    assert colours_agree("nonsense", "blue")


def test_separators_and_case_do_not_matter() -> None:
    assert normalise(" 皖a·123 45 ") == "皖A12345"


@pytest.mark.parametrize(
    ("ground", "ink", "colour"),
    [
        ((20, 60, 170), (255, 255, 255), "blue"),
        ((235, 185, 20), (10, 10, 10), "yellow"),
        ((110, 205, 150), (10, 10, 10), "green"),
        ((240, 240, 240), (200, 20, 20), "white"),
        ((20, 20, 20), (240, 240, 240), "black"),
        ((150, 20, 20), (150, 20, 20), "unknown"),
    ],
)
def test_the_ground_is_told_from_the_ink(ground: tuple[int, int, int], ink: tuple[int, int, int], colour: str) -> None:
    crop = np.empty((24, 94, 3), np.uint8)
    crop[:] = ground
    crop[6:18, 5:90:4] = ink  # about an eighth of the plate is ink
    assert colour_of(crop) == colour
