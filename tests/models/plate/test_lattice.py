"""Sums and maxima over every plate of the grammar."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.plate.grammar import FORMS, PLACES, SYMBOLS, is_plate
from zhsq.models.plate.lattice import condition, count, likeliest
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE, Character, codes_of, table_of


def rows(*places: dict[str, float]) -> np.ndarray:
    """A table from what each place may be; '' is none, and so are the places behind."""
    table = np.zeros((PLACES, COLUMNS))
    table[len(places) :, NONE] = 1
    for row, place in zip(table, places, strict=False):
        for symbol, probability in place.items():
            row[COLUMN[symbol] if symbol else NONE] = probability
    return table


def test_a_plate_behind_which_nothing_stands_is_sure() -> None:
    seen = condition(rows(*({s: 1.0} for s in "皖A12345")))
    assert seen.total == pytest.approx(1)
    assert seen.likelihood(codes_of("皖A12345")[None]) == pytest.approx(1)
    assert seen.likelihood(codes_of("皖A12346")[None]) == 0


def test_the_grammar_shares_out_what_it_forbids() -> None:
    # Place 2 can't be 0: of 0.6 on 0 and 0.3 on D and 0.1 on Q, 0.4 is left, 3/4 of it on D.
    places = [{"皖": 1.0}, {"0": 0.6, "D": 0.3, "Q": 0.1}, *({s: 1.0} for s in "12345")]
    seen = condition(rows(*places))
    assert seen.total == pytest.approx(0.4)
    assert seen.marginals[1, COLUMN["D"]] == pytest.approx(0.75)
    assert seen.marginals[1, COLUMN["0"]] == 0
    assert seen.likelihood(codes_of("皖D12345")[None]) == pytest.approx(0.75)


def test_a_place_is_told_by_another_place() -> None:
    # 8 places that end in a digit are a small new-energy plate: place 3 is a letter, however doubtful it looks.
    places = [{"皖": 1.0}, {"A": 1.0}, {"0": 0.7, "D": 0.3}, *({s: 1.0} for s in "12345")]
    seen = condition(rows(*places))
    assert seen.marginals[2, COLUMN["D"]] == pytest.approx(1)
    assert likeliest(rows(*places)) == "皖AD12345"


def test_sums_agree_with_listing_every_text() -> None:
    # Three places are open: 2 x 3 x 2 texts, listed one by one.
    open_places = {1: {"A": 0.5, "0": 0.5}, 2: {"D": 0.2, "1": 0.5, "B": 0.3}, 7: {"": 0.6, "5": 0.4}}
    fixed = "皖A012347"
    places = [open_places.get(i, {fixed[i]: 1.0}) for i in range(8)]
    table = rows(*places)
    total, by_text = 0.0, {}
    for a, p in open_places[1].items():
        for b, q in open_places[2].items():
            for c, r in open_places[7].items():
                text = fixed[0] + a + b + fixed[3:7] + c
                if is_plate(text):
                    by_text[text] = p * q * r
                    total += p * q * r
    assert len(by_text) > 1
    seen = condition(table)
    assert seen.total == pytest.approx(total)
    for text, probability in by_text.items():
        assert seen.likelihood(codes_of(text)[None])[0] == pytest.approx(probability / total)
    d = sum(p for text, p in by_text.items() if text[2] == "D") / total
    assert seen.marginals[2, COLUMN["D"]] == pytest.approx(d)
    assert likeliest(table) == max(by_text, key=lambda text: by_text[text])


def test_letters_of_a_serial_are_counted() -> None:
    # A blue serial holds two letters at most: with three places that look like B or 8, all three as B is no plate.
    places = [{"皖": 1.0}, {"A": 1.0}, *({"B": 0.9, "8": 0.1} for _ in range(3)), {"1": 1.0}, {"2": 1.0}]
    text = likeliest(rows(*places))
    assert is_plate(text) and sorted(text[2:5]) == ["8", "B", "B"]
    # Two B and an 8, three ways: 3 x 0.081; one B: 3 x 0.009; none: 0.001.
    assert condition(rows(*places)).total == pytest.approx(3 * 0.081 + 3 * 0.009 + 0.001)


def test_the_count_of_plates_is_the_sum_over_forms() -> None:
    # The forms share no text, so that each form's own count adds up: fixed places times serials of few letters.
    from math import comb, prod

    total = 0
    for form in FORMS:
        others = prod(len(allowed) for i, allowed in enumerate(form.places) if i not in form.free)
        n = len(form.free)
        total += others * sum(comb(n, k) * 24**k * 10 ** (n - k) for k in range(min(form.letters, n) + 1))
    assert count() == total


def test_of_an_impossible_table_nothing_is_said() -> None:
    seen = condition(rows({"1": 1.0}, {"2": 1.0}))
    assert seen.total == 0 and not seen.marginals.any()
    assert likeliest(rows({"1": 1.0}, {"2": 1.0})) == ""


def test_a_random_table_s_marginals_add_up_and_its_best_plate_beats_random_ones() -> None:
    rng = np.random.default_rng(3)
    table = rng.dirichlet(np.full(COLUMNS, 0.1), PLACES)
    seen = condition(table)
    assert seen.marginals.sum(axis=1) == pytest.approx(np.ones(PLACES))
    best = likeliest(table)
    assert is_plate(best)
    own = seen.likelihood(codes_of(best)[None])[0]
    for place in range(len(best)):
        for symbol in SYMBOLS:
            other = best[:place] + symbol + best[place + 1 :]
            if is_plate(other):
                assert seen.likelihood(codes_of(other)[None])[0] <= own


def test_a_table_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="table"):
        condition(np.zeros((7, COLUMNS)))


def test_a_listed_read_becomes_a_table_that_adds_up() -> None:
    characters = tuple(Character(s, 0.9, (("8", 0.3), ("民", 0.1))) for s in "皖A12345")
    table = table_of(characters)
    assert table.dtype == np.float32 and table.sum(axis=1) == pytest.approx(np.ones(8))
    assert table[0, COLUMN["皖"]] == pytest.approx(0.9)
    assert table[0, COLUMN["8"]] == pytest.approx(0.1)  # no more than what is left of 1
    assert table[7, NONE] == 1
