"""What is expected of a plate's province."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.grammar import PROVINCES
from zhsq.models.plate.provinces import ProvincePrior
from zhsq.models.plate.types import COLUMN, COLUMNS, Character, PlateRead, table_of


def read(text: str, province: float, other: str = "") -> PlateRead:
    """A read that is `province` sure of its first character, the rest being `other`'s, and 0.98 of the others."""
    first = Character(text[0], province, ((other, 1 - province),) if other else ())
    return read_of(table_of([first, *(Character(s, 0.98) for s in text[1:])]), "blue")


def test_probabilities_are_those_of_bayes() -> None:
    counts = {"皖": 57, "苏": 3}
    heard = 0.5 * 60 / 80
    expected = {
        "皖": (1 - heard) / 31 + heard * 57 / 60,
        "苏": (1 - heard) / 31 + heard * 3 / 60,
        "赣": (1 - heard) / 31,
    }
    under = {"皖": 0.2, "苏": 0.3, "赣": 0.5}
    total = sum(under[p] * expected[p] for p in under)
    table = read("赣A12345", 0.5).table.copy()
    table[0] = 0
    for province, probability in under.items():
        table[0, COLUMN[province]] = probability
    found = ProvincePrior.of(counts).weigh(table)
    for province, probability in under.items():
        assert found[0, COLUMN[province]] == pytest.approx(probability * expected[province] / total, abs=1e-6)
    assert (found[1:] == table[1:]).all() and found.sum(axis=1) == pytest.approx(1, abs=1e-6)


def test_a_doubtful_province_becomes_the_one_that_is_expected_and_the_read_says_so() -> None:
    seen = read("赣A12345", 0.7, "皖")
    weighed = ProvincePrior.of({"皖": 400}).apply(seen)
    assert weighed.text == "皖A12345" and weighed.confidence > 0.8
    assert "the picture alone says 赣A12345" in weighed.warnings[0]


def test_a_visitor_whose_plate_is_clear_stays_one() -> None:
    seen = read("赣A12345", 0.999, "皖")
    weighed = ProvincePrior.of({"皖": 100_000}).apply(seen)
    assert weighed.text == "赣A12345" and weighed.warnings == seen.warnings
    assert weighed.table[0, COLUMN["皖"]] > seen.table[0, COLUMN["皖"]]


def test_few_plates_say_little_and_none_says_nothing() -> None:
    seen = read("赣A12345", 0.7, "皖")
    assert ProvincePrior.of({"皖": 1}).apply(seen).text == "赣A12345"
    for counts in ({}, {"V": 50}):
        left = ProvincePrior.of(counts).apply(seen)
        assert (left.text, left.confidence) == (seen.text, pytest.approx(seen.confidence))


def test_what_is_no_province_weighs_as_before() -> None:
    ratio = ProvincePrior.of({"皖": 500}).ratio
    assert ratio.shape == (COLUMNS,) and ratio[0] == ratio[COLUMN["V"]] == ratio[COLUMN["警"]] == 1
    # The mean over provinces stays, so that a province as such is no likelier than before.
    assert np.mean([ratio[COLUMN[p]] for p in PROVINCES]) == pytest.approx(1)


def test_texts_that_a_table_can_not_hold_are_left_as_they_are() -> None:
    prior = ProvincePrior.of({"皖": 500})
    for text in ("", "民A12345", "皖A1234567"):
        seen = read_of(table_of([Character(s, 0.98) for s in text]), "blue")
        seen = PlateRead(text, seen.characters, seen.confidence, seen.plate_class, seen.colour, (), seen.table)
        assert prior.apply(seen) is seen


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        ProvincePrior.of({"皖": -1})
