"""Tables of characters and back."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE, Character, characters_of, codes_of, table_of


def test_what_is_missing_is_spread_over_what_was_not_listed() -> None:
    row = table_of([Character("A", 0.6, (("4", 0.2),))])[0]
    assert (row[COLUMN["A"]], row[COLUMN["4"]]) == (pytest.approx(0.6), pytest.approx(0.2))
    assert row[COLUMN["B"]] == pytest.approx(0.2 / (COLUMNS - 2)) == row[NONE]


def test_a_symbol_of_no_plate_leaves_its_place_unread() -> None:
    row = table_of([Character("民", 0.9, (("A", 0.05),))])[0]
    assert row[COLUMN["A"]] == pytest.approx(0.05)
    assert row[COLUMN["B"]] == pytest.approx(0.95 / (COLUMNS - 1))


def test_more_characters_than_places_are_left_out() -> None:
    table = table_of([Character(s, 1.0) for s in "皖A1234567"])
    assert "".join(c.symbol for c in characters_of(table, table.argmax(axis=1))) == "皖A123456"


def test_characters_come_back_from_their_table() -> None:
    given = tuple(Character(s, 0.8, (("B", 0.15), ("D", 0.01))) for s in "皖A12345")
    table = table_of(given)
    back = characters_of(table, table.argmax(axis=1))
    assert [c.symbol for c in back] == [c.symbol for c in given]
    assert back[0].confidence == pytest.approx(0.8)
    assert back[0].alternatives[:2] == (("B", pytest.approx(0.15)), ("D", pytest.approx(0.01)))


def test_codes_are_padded_with_none_and_refuse_other_symbols() -> None:
    assert codes_of("皖A")[1:].tolist() == [COLUMN["A"], 0, 0, 0, 0, 0, 0]
    with pytest.raises(ValueError, match="O"):
        codes_of("皖O12345")


def test_a_table_is_read_by_the_grammar_when_its_best_symbols_are_no_plate() -> None:
    # Place 2 is a 0 by 0.7 and a D by 0.3: only D makes a plate.
    characters = [Character(s, 0.99) for s in "皖012345"]
    characters[1] = Character("0", 0.7, (("D", 0.29),))
    read = read_of(table_of(characters), "blue")
    assert (read.text, read.plate_class) == ("皖D12345", "blue")
    assert read.confidence == pytest.approx(0.29) and "a character was chosen by the grammar" in read.warnings


def test_what_fits_no_plate_stays_as_it_was_read() -> None:
    table = table_of([Character(s, 1.0) for s in "A1"])
    read = read_of(table, "blue")
    assert (read.text, read.plate_class) == ("A1", "unknown") and "not a plate by GA 36-2018" in read.warnings


def test_an_end_that_is_not_sure_is_the_weakest_place() -> None:
    table = table_of([Character(s, 0.99) for s in "皖A12345"])
    table[7] = 0
    table[7, NONE], table[7, COLUMN["D"]] = 0.55, 0.45
    assert read_of(table, "unknown").confidence == pytest.approx(0.55)


def test_nothing_is_read_as_nothing() -> None:
    read = read_of(table_of([]), "unknown")
    assert (read.text, read.confidence, read.warnings) == ("", 0.0, ())
    assert np.array_equal(read.table, table_of([]))
