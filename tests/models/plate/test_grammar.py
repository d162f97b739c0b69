"""GA 36-2018's composition of numbers: every class by example, near misses, and what holds for every text."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import get_args

import numpy as np
import pytest

from zhsq.models.plate.grammar import (
    ALNUM,
    FORMS,
    LENGTHS,
    LETTERS,
    PLACES,
    PROVINCES,
    SYMBOLS,
    PlateClass,
    classify,
    form_of,
    is_plate,
    normalise,
    propulsion,
    random_plate,
)

CLASSES: tuple[PlateClass, ...] = tuple(name for name in get_args(PlateClass) if name != "unknown")


def test_the_alphabet_is_31_provinces_10_digits_24_letters_and_7_marks() -> None:
    assert (len(SYMBOLS), len(set(SYMBOLS))) == (31 + 10 + 24 + 7, 72)
    assert "I" not in SYMBOLS
    assert "O" not in SYMBOLS
    assert {symbol for form in FORMS for allowed in form.places for symbol in allowed} == set(SYMBOLS)
    assert (min(LENGTHS), max(LENGTHS), PLACES) == (7, 8, 8)


@pytest.mark.parametrize(
    ("text", "plate_class"),
    [
        ("皖A12345", "blue"),
        ("京Q8K5Z0", "blue"),
        ("苏EAA001", "blue"),
        ("浙A1234A", "blue"),
        ("皖AD12345", "green_small"),
        ("粤BFA1234", "green_small"),
        ("沪AB12345", "green_small"),
        ("粤AKZ0001", "green_small"),
        ("苏E12345D", "green_large"),
        ("苏E12345K", "green_large"),
        ("鲁A0006警", "police"),
        ("川AA001警", "police"),
        ("冀BF023挂", "trailer"),
        ("黑A1234学", "learner"),
        ("粤ZF023港", "hk_macau"),
        ("粤ZF023澳", "hk_macau"),
        ("使133001", "embassy"),
        ("224001使", "embassy"),
        ("沪A0023领", "consulate"),
        ("沪22401领", "consulate"),
        ("粤2240A领", "consulate"),
        ("VA30093", "military"),
        ("QD12345", "military"),
        ("WJA0010", "armed_police"),
        ("WJ00101", "armed_police"),
        ("WJ京12345", "armed_police"),
        ("WJ粤8888X", "armed_police"),
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
        ("皖A1234567", "nine symbols"),
        ("皖AO2345", "the letter O is never used"),
        ("皖AI2345", "the letter I is never used"),
        ("皖AABC12", "three letters in a serial"),
        ("皖112345", "the office is a letter"),
        ("AA12345", "A is no army letter"),
        ("VA3009A", "an army number is digits"),
        ("皖AD1234A", "a mark at both ends of what must be digits"),
        ("皖ADA123A", "a letter beyond the fourth place of a new-energy number"),
        ("皖AL12345", "L marks no new energy"),
        ("皖A12345L", "L marks no new energy, at the end either"),
        ("皖A1234D5", "the mark is first or last"),
        ("鲁AABC1警", "three letters in a serial of four"),
        ("鲁A00061警", "five symbols before the mark"),
        ("警A00061", "the mark is last"),
        ("挂B00231", "the mark is last"),
        ("黑A12学4", "the mark is last"),
        ("京ZF023港", "Hong Kong plates are issued in Guangdong"),
        ("粤AF023港", "and by office Z"),
        ("使A33001", "an embassy's number is digits"),
        ("使13300使", "one mark, not two"),
        ("22400使1", "the mark is first or last"),
        ("沪A0A23领", "a consulate's number of 2007 is digits"),
        ("沪2A401领", "the mission's number is digits"),
        ("WJ京1234", "four symbols after the province"),
        ("WJAB123", "two letters"),
        ("皖皖12345", "two provinces"),
    ],
)
def test_what_is_outside_the_grammar_is_of_unknown_class(text: str, why: str) -> None:
    assert classify(text) == "unknown", why
    assert not is_plate(text), why


def test_a_serial_holds_no_two_or_one_letter_at_any_places() -> None:
    # Five places: 1 layout without a letter, 5 with one, 5 * 4 / 2 = 10 with two.
    layouts = ["".join(layout) for layout in itertools.product("1A", repeat=5)]
    accepted = [layout for layout in layouts if is_plate("皖A" + layout)]
    assert Counter(layout.count("A") for layout in accepted) == {0: 1, 1: 5, 2: 10}


def test_a_yellow_ground_makes_an_ordinary_number_a_yellow_plate() -> None:
    assert classify("皖A12345", "yellow") == "yellow"
    assert classify("皖A12345", "blue") == "blue"
    assert classify("冀BF023挂", "yellow") == "trailer"


@pytest.mark.parametrize(("marks", "found"), [("DABCE", "electric"), ("FGHJK", "other")])
def test_the_mark_tells_electric_from_other_new_energy(marks: str, found: str) -> None:
    for mark in marks:
        assert propulsion(f"皖A{mark}12345") == found
        assert propulsion(f"皖A12345{mark}") == found


def test_other_plates_say_nothing_of_propulsion() -> None:
    assert [propulsion(text) for text in ("皖AD1234", "粤ZF023港", "nonsense")] == [None, None, None]


def test_separators_and_case_do_not_matter() -> None:
    assert normalise(" 皖a·123 45 ") == "皖A12345"
    assert normalise("粤Z-F023.港") == "粤ZF023港"


def test_no_text_can_fit_two_forms() -> None:
    # Two forms of one length have a place at which no symbol is allowed by both.
    for one, other in itertools.combinations(FORMS, 2):
        if len(one.places) == len(other.places):
            pairs = zip(one.places, other.places, strict=True)
            assert any(not set(a) & set(b) for a, b in pairs), (one, other)


@pytest.mark.parametrize("plate_class", CLASSES)
def test_a_random_plate_fits_one_form_of_its_class_and_no_other(plate_class: PlateClass) -> None:
    rng = np.random.default_rng(4)
    composed = "blue" if plate_class == "yellow" else plate_class
    forms = [form for form in FORMS if form.plate_class == composed]
    seen = set()
    for _ in range(200):
        text = random_plate(plate_class, rng)
        fitting = [form for form in FORMS if form.accepts(text)]
        assert [form.plate_class for form in fitting] == [composed], text
        assert classify(text, "yellow" if plate_class == "yellow" else "unknown") == plate_class
        seen.add(fitting[0])
    assert seen == set(forms)


@pytest.mark.parametrize("plate_class", CLASSES)
def test_a_plate_with_one_symbol_that_its_place_forbids_is_not_of_that_form(plate_class: PlateClass) -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        text = random_plate(plate_class, rng)
        form = form_of(text)
        assert form is not None
        for place, allowed in enumerate(form.places):
            for forbidden in set(SYMBOLS + "IO") - set(allowed):
                assert not form.accepts(text[:place] + forbidden + text[place + 1 :])
        assert not form.accepts(text[:-1])
        assert not form.accepts(text + text[-1])


def test_random_plates_are_drawn_again_by_the_same_seed() -> None:
    first, second = (
        [random_plate(name, rng) for name in CLASSES for _ in range(5)]
        for rng in (np.random.default_rng(3), np.random.default_rng(3))
    )
    assert first == second


def test_random_blue_plates_hold_0_1_or_2_letters_equally_often_from_all_provinces() -> None:
    rng = np.random.default_rng(1)
    texts = [random_plate("blue", rng) for _ in range(3000)]
    counts = Counter(sum(symbol in LETTERS for symbol in text[2:]) for text in texts)
    # 1000 of 3000 each; the standard deviation of a binomial of 3000 and 1/3 is 26.
    assert all(abs(counts[letters] - 1000) < 130 for letters in (0, 1, 2))
    assert {text[0] for text in texts} == set(PROVINCES)
    assert {text[1] for text in texts} == set(LETTERS)
    assert {symbol for text in texts for symbol in text[2:]} == set(ALNUM)


def test_random_plates_follow_the_weights_of_provinces() -> None:
    rng = np.random.default_rng(2)
    drawn = Counter(random_plate("green_small", rng, {"皖": 3, "京": 1})[0] for _ in range(2000))
    # 1500 and 500; the standard deviation is sqrt(2000 * 3/4 * 1/4) = 19.
    assert set(drawn) == {"皖", "京"}
    assert abs(drawn["皖"] - 1500) < 97
    assert random_plate("embassy", rng, {"皖": 1}).strip("使").isdigit()


@pytest.mark.parametrize("weights", [{}, {"皖": 0.0}, {"皖": -1.0, "京": 2.0}, {"湾": 1.0}])
def test_weights_that_make_no_distribution_over_provinces_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        random_plate("blue", np.random.default_rng(0), weights)


def test_no_plate_can_be_drawn_of_the_unknown_class() -> None:
    with pytest.raises(ValueError, match="unknown"):
        random_plate("unknown", np.random.default_rng(0))
