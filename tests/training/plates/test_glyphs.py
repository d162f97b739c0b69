"""Letterforms: our own strokes, and how an alphabet puts a symbol into its box."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from zhsq.models.plate.grammar import DIGITS, LETTERS, SYMBOLS
from zhsq.training.plates import fonts, strokes
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.glyphs import Alphabet, alphabets


def ink(symbol: str, **choices: float) -> np.ndarray:
    return strokes.mask(symbol, **choices) > 127


PLAIN = DIGITS + LETTERS
HANZI = "".join(symbol for symbol in SYMBOLS if symbol not in PLAIN)


def test_every_digit_and_letter_is_drawn_and_fills_its_box() -> None:
    for symbol in PLAIN:
        drawn = ink(symbol)
        assert drawn.shape == (360, 180)
        rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
        # 90 mm at 4 px: all the height but rounded ends; the 1 is narrow, the J and Y nearly fill the width.
        assert rows[0] <= 6 and rows[-1] >= 353, symbol
        assert symbol == "1" or np.ptp(columns) >= 135, symbol


def test_every_chinese_character_of_plates_is_drawn_and_nearly_fills_its_box() -> None:
    assert len(HANZI) == 38
    for symbol in HANZI:
        drawn = ink(symbol, weight=6.5)
        rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
        assert np.ptp(rows) >= 300 and np.ptp(columns) >= 130, symbol
        assert 0.12 < drawn.mean() < 0.6, symbol


@pytest.mark.parametrize(("symbols", "weight"), [(PLAIN, 11.0), (HANZI, 6.5)])
def test_no_two_symbols_look_the_same(symbols: str, weight: float) -> None:
    drawn = {symbol: ink(symbol, weight=weight) for symbol in symbols}
    for a, b in itertools.combinations(symbols, 2):
        common = (drawn[a] & drawn[b]).sum() / (drawn[a] | drawn[b]).sum()
        assert common < 0.9, f"{a} and {b} share {common:.2f} of their ink"


def test_strokes_of_a_chinese_character_move_by_themselves_and_stay_in_the_box() -> None:
    plain = strokes.mask("皖", 6.5)
    one, same, other = (strokes.mask("皖", 6.5, wobble=1.5, rng=np.random.default_rng(s)) for s in (1, 1, 2))
    assert (one == same).all() and (one != other).any() and (one != plain).any()
    assert 0.75 < (one > 127).sum() / (plain > 127).sum() < 1.25
    letter = strokes.mask("A", wobble=1.5, rng=np.random.default_rng(1))
    assert (letter == strokes.mask("A")).all()  # how digits and letters are drawn is known well


def test_a_nine_is_a_six_turned_by_half() -> None:
    six, nine = ink("6"), ink("9")
    assert (six[::-1, ::-1] != nine).mean() < 0.03  # but for the rounding of edges
    assert (six != nine).mean() > 0.3


def test_a_heavier_pen_leaves_more_ink_and_a_flag_makes_the_one_wider() -> None:
    assert ink("H", weight=13.0).sum() > 1.3 * ink("H", weight=8.5).sum()
    # A bare 1 is its stem: 11 mm of 4 px.
    assert abs(int(np.ptp(np.flatnonzero(ink("1", flag=0.0).any(0)))) - 44) <= 4
    assert np.ptp(np.flatnonzero(ink("1", flag=10.0).any(0))) > 60


def test_what_is_not_drawn_is_refused() -> None:
    for symbol in "IO中":
        with pytest.raises(KeyError):
            strokes.mask(symbol)


def test_a_symbol_fills_the_box_that_it_is_given(alphabet: Alphabet) -> None:
    for symbol in SYMBOLS:
        for width, height in ((22, 45), (40, 30), (16, 34)):
            drawn = alphabet.mask(symbol, width, height)
            assert drawn.shape == (height, width) and drawn.dtype == np.uint8
            assert drawn.max() > 200, symbol
            assert 0.04 < (drawn > 127).mean() < 0.9, symbol


def test_a_bend_moves_ink_the_same_way_each_time(alphabet: Alphabet) -> None:
    plain = alphabet.mask("8", 60, 120)
    bent = [Alphabet(alphabet.chinese, None, bend=0.07, seed=seed).mask("8", 60, 120) for seed in (1, 1, 2)]
    assert (bent[0] == bent[1]).all()
    assert (bent[0] != bent[2]).any() and (bent[0] != plain).any()


def test_alphabets_differ_and_the_same_seed_makes_the_same(small: SynthesisConfig) -> None:
    first, again, other = (alphabets(fonts.SMALL_CHINESE, (), np.random.default_rng(s), 5, 0.5) for s in (3, 3, 4))
    assert len({letters.chinese is None for letters in first}) == 2  # some in our strokes, some in the font
    assert all(letters.latin is None for letters in first)  # without a Latin face there are only our strokes
    weights = [letters.weight for letters in first]
    assert weights == [letters.weight for letters in again] != [letters.weight for letters in other]
    assert len(set(weights)) == 5 and all(8 <= weight <= 12.5 for weight in weights)
    assert all((a.mask("京", 22, 45) == b.mask("京", 22, 45)).all() for a, b in zip(first, again, strict=True))
