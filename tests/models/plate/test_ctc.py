"""CTC decoding and the grammar's choice, on frames small enough to be followed by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from zhsq.models.plate.ctc import constrain, decode, likelihood
from zhsq.models.plate.types import Character


def test_repeats_are_joined_blanks_dropped_and_the_surest_frame_counts() -> None:
    #                  blank  A    B
    frames = np.array(
        [
            [0.1, 0.7, 0.2],  # A
            [0.05, 0.9, 0.05],  # A again: the same character, surer here
            [0.8, 0.1, 0.1],  # blank
            [0.2, 0.6, 0.2],  # A after a blank: another one
            [0.1, 0.3, 0.6],  # B
        ]
    )
    found = decode(frames, ("A", "B"))
    assert [(c.symbol, c.confidence) for c in found] == [("A", 0.9), ("A", 0.6), ("B", 0.6)]
    # Rivals come from the character's own frames, at their best: B was 0.2 beside the first A.
    assert [c.alternatives for c in found] == [(("B", 0.2),), (("B", 0.2),), (("A", 0.3),)]


def test_only_blanks_read_nothing() -> None:
    assert decode(np.array([[0.9, 0.05, 0.05]] * 3), ("A", "B")) == ()


def test_no_frames_read_nothing() -> None:
    assert decode(np.zeros((0, 3)), ("A", "B")) == ()


def test_a_blank_at_the_end_of_the_classes_is_supported() -> None:
    assert [c.symbol for c in decode(np.array([[0.2, 0.7, 0.1]]), ("A", "B"), blank=2)] == ["B"]


def test_an_alphabet_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="alphabet of 3"):
        decode(np.zeros((2, 3)), ("A", "B", "C"))


def test_the_likelihood_of_a_text_is_the_sum_over_the_ways_to_spell_it() -> None:
    #                  blank  A    B
    frames = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.4, 0.4, 0.2]])
    paths = list(itertools.product(range(3), repeat=3))
    for said in ([1], [2], [1, 2], [1, 1], [1, 2, 1]):
        spelt = [p for p in paths if [c for c, _ in itertools.groupby(p) if c] == said]
        by_hand = sum(np.prod([frames[t, c] for t, c in enumerate(path)]) for path in spelt)
        assert likelihood(frames, np.array([said]), 0)[0] == pytest.approx(by_hand)
    # 'AA' in three frames is A, blank, A and nothing else; in two frames it can't be spelt.
    assert likelihood(frames, np.array([[1, 1], [1, 2]]), 0)[0] == pytest.approx(0.3 * 0.1 * 0.4)
    assert likelihood(frames[:2], np.array([[1, 1]]), 0)[0] == 0


def read(*places: dict[str, float]) -> tuple[Character, ...]:
    found = []
    for place in places:
        (symbol, confidence), *others = place.items()
        found.append(Character(symbol, confidence, tuple(others)))
    return tuple(found)


def text(characters: tuple[Character, ...]) -> str:
    return "".join(character.symbol for character in characters)


TAIL = ({"1": 0.9}, {"2": 0.9}, {"3": 0.9}, {"4": 0.9}, {"5": 0.9})


def test_a_plate_is_left_as_it_is_even_if_another_symbol_is_close() -> None:
    characters = read({"皖": 0.51, "鄂": 0.49}, {"A": 0.9}, *TAIL)
    assert constrain(characters) == (characters, False)


def test_the_grammar_takes_the_likeliest_symbol_that_may_stand_there() -> None:
    characters, changed = constrain(read({"A": 0.5, "D": 0.3, "皖": 0.2}, {"4": 0.6, "A": 0.4}, *TAIL))
    assert changed
    assert text(characters) == "皖A12345"
    assert characters[1].confidence == 0.4, "the confidence is that of the symbol chosen, not of the one refused"
    assert characters[1].alternatives == (("4", 0.6),)


def test_the_likeliest_form_wins() -> None:
    # An eighth symbol makes it new energy: D at the third place (0.4) or at the last (0.3).
    places = ({"皖": 0.9}, {"A": 0.9}, {"0": 0.5, "D": 0.4}, *TAIL[:4], {"0": 0.6, "D": 0.3})
    assert text(constrain(read(*places))[0]) == "皖AD12340"  # 0.4 x 0.6 = 0.24 for small, 0.5 x 0.3 = 0.15 for large
    places = (*places[:2], {"0": 0.7, "D": 0.1}, *places[3:])
    assert text(constrain(read(*places))[0]) == "皖A01234D"  # 0.1 x 0.6 = 0.06 against 0.7 x 0.3 = 0.21


def test_no_symbol_is_invented() -> None:
    characters = read({"A": 0.9}, {"4": 0.9}, *TAIL)
    assert constrain(characters) == (characters, False)
