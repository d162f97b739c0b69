"""A read against registered plates: match, ambiguous, unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.grammar import Colour, classify
from zhsq.models.plate.index import PlateIndex
from zhsq.models.plate.matching import MESSAGES, PlateMatch, match
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE, Character, PlateRead, table_of


def read(
    text: str,
    confidences: dict[int, float] | None = None,
    rivals: dict[int, tuple[str, float]] | None = None,
    colour: Colour = "blue",
) -> PlateRead:
    """A read with confidence 0.99 at every place but those given, and a rival at those given; places count from 0."""
    characters = tuple(
        Character(s, (confidences or {}).get(i, 0.99), ((rivals or {})[i],) if i in (rivals or {}) else ())
        for i, s in enumerate(text)
    )
    weakest = min((c.confidence for c in characters), default=0.0)
    return PlateRead(text, characters, weakest, classify(text), colour, (), table_of(characters))


def decide(
    seen: PlateRead, registered: list[str], accept: float = 0.9, margin: float = 1.0, **more: Confusion
) -> PlateMatch:
    return match(seen, PlateIndex(registered), accept=accept, margin=margin, **more)


def test_a_sure_read_of_a_registered_plate_matches() -> None:
    found = decide(read("皖A12345"), ["皖B99999", "皖A·12345"])
    assert (found.decision, found.plate, found.reason) == ("match", "皖A·12345", "registered")
    # 0.99 at seven places, and of the 0.01 at each some lies on symbols that make plates, so a little more than 0.99^7.
    assert 0.99**7 < found.candidates[0].likelihood < 1


def test_one_weak_character_makes_it_ambiguous_however_high_the_mean() -> None:
    found = decide(read("皖A12345", {5: 0.6}, {5: ("9", 0.35)}), ["皖A12345"])
    assert (found.decision, found.plate, found.reason) == ("ambiguous", None, "weak-character")
    weakest = found.candidates[0].weakest
    assert (weakest.place, weakest.symbol, weakest.read) == (6, "4", "4")
    # Of the 0.05 not listed, what lies on the 8 other digits and 24 letters is possible there too: 32 of 71 columns.
    assert weakest.probability == pytest.approx(0.6 / (0.95 + 0.05 * 32 / 71), abs=0.001)


def test_a_close_second_makes_it_ambiguous() -> None:
    doubtful = read("皖A1234B", {6: 0.75}, {6: ("8", 0.24)})
    both = ["皖A1234B", "皖A12348"]
    # ln(0.75 / 0.24) = 1.14
    assert decide(doubtful, both, accept=0.7, margin=1.2).decision == "ambiguous"
    assert decide(doubtful, both, accept=0.7, margin=1.0).decision == "match"
    assert decide(doubtful, both, accept=0.8, margin=1.0).reason == "weak-character"


def test_doubt_of_one_character_alone_counts_whether_or_not_the_other_plate_is_registered() -> None:
    doubtful = read("皖A1234B", {6: 0.75}, {6: ("8", 0.24)})
    assert decide(doubtful, ["皖A1234B"], accept=0.7, margin=1.2).reason == "weak-character"
    assert decide(doubtful, ["皖A1234B"], accept=0.7, margin=1.0).decision == "match"


def test_the_same_plate_registered_twice_is_no_rival_of_itself() -> None:
    assert decide(read("皖A12345"), ["皖A12345", "皖a·12345"]).decision == "match"


def test_a_near_miss_of_a_registered_plate_goes_to_review_not_through_the_gate() -> None:
    found = decide(read("皖A1234B", {6: 0.6}, {6: ("8", 0.35)}), ["皖A12348"])
    assert (found.decision, found.reason) == ("ambiguous", "other-plate-fits")
    assert [candidate.plate for candidate in found.candidates] == ["皖A12348"]
    weakest = found.candidates[0].weakest
    assert (weakest.place, weakest.symbol, weakest.read) == (7, "8", "B")


def test_a_sure_read_of_another_plate_is_unknown_though_a_registered_one_is_similar() -> None:
    found = decide(read("皖A1234B", {6: 0.97}, {6: ("8", 0.02)}), ["皖A12348"])
    assert (found.decision, found.reason) == ("unknown", "not-registered")


def test_a_stranger_is_unknown() -> None:
    assert decide(read("皖A12345"), ["京B98765"]).decision == "unknown"
    assert decide(read("皖A12345"), []).reason == "none-fits"


def test_a_plate_of_another_length_is_no_candidate() -> None:
    assert decide(read("皖A12345"), ["皖AD12345"], accept=0.5, margin=0.0).decision == "unknown"
    assert decide(read("皖AD12345", colour="green"), ["皖A12345"], accept=0.5, margin=0.0).decision == "unknown"


def test_seven_characters_on_a_green_ground_never_open_a_gate() -> None:
    lost = read("皖AD1488", colour="green")
    found = decide(lost, ["皖AD1488"])
    assert (found.decision, found.reason) == ("ambiguous", "lost-character")
    assert decide(read("皖AD14488", colour="green"), ["皖AD14488"]).decision == "match"


@pytest.mark.parametrize("place", range(8))
def test_a_green_plate_that_lost_a_character_anywhere_is_shown_for_review(place: int) -> None:
    whole = "皖AD14238"
    lost = read(whole[:place] + whole[place + 1 :], colour="green")
    found = decide(lost, [whole, "皖BD77777"])
    assert found.decision == "ambiguous" and found.candidates[0].plate == whole
    weakest = found.candidates[0].weakest
    assert (weakest.place, weakest.symbol, weakest.read) == (place + 1, whole[place], "")


def test_a_lost_character_of_two_alike_counts_both_ways_of_losing_it() -> None:
    # 44 or 4 4: the gap may be before or behind the one that is left; 1238 has one place for it.
    twins = decide(read("皖AD1488", colour="green"), ["皖AD14488"]).candidates[0].likelihood
    single = decide(read("皖AD1238", colour="green"), ["皖AD12398"]).candidates[0].likelihood
    assert twins == pytest.approx(2 * single, rel=0.05)


def test_a_blue_plate_that_lost_a_character_is_shown_for_review() -> None:
    found = decide(read("皖A1345"), ["皖A12345"])
    assert (found.decision, found.candidates[0].plate) == ("ambiguous", "皖A12345")
    assert decide(read("皖A135"), ["皖A12345"]).decision == "unknown", "two are lost: too little is left"


def test_nothing_read_is_unknown() -> None:
    assert decide(read(""), ["皖A12345"], accept=0.0, margin=0.0).reason == "nothing-read"


def test_a_read_that_is_no_plate_never_opens_a_gate() -> None:
    longer = read("皖AD123456")  # nine characters: the first eight are a plate
    found = decide(longer, ["皖AD12345"], accept=0.5, margin=0.0)
    assert (found.decision, found.plate, found.reason) == ("ambiguous", None, "not-a-plate")


def learned(said: str, truth: str, share: float) -> Confusion:
    """A confusion model by which `said` is `truth` in so many cases, and all else is what it seems."""
    matrix = np.eye(COLUMNS)
    row = COLUMN[said] if said else NONE
    matrix[row, row] = 1 - share
    matrix[row, COLUMN[truth] if truth else NONE] = share
    return Confusion(matrix)


def test_what_the_reader_is_known_to_confuse_is_a_rival_though_it_was_sure() -> None:
    sure, both = read("皖A1234B"), ["皖A1234B", "皖A12348"]
    assert decide(sure, both).decision == "match"
    assert decide(sure, both, confusion=learned("B", "8", 0.1)).decision == "match"  # ln(0.9 / 0.1) = 2.2
    assert decide(sure, both, confusion=learned("B", "8", 0.4)).decision == "ambiguous"  # ln(0.6 / 0.4) = 0.4


def test_a_registered_plate_that_the_reader_is_known_to_misread_goes_to_review() -> None:
    sure = read("皖A1234B")
    assert decide(sure, ["皖A12348"]).decision == "unknown"
    found = decide(sure, ["皖A12348"], confusion=learned("B", "8", 0.4))
    assert (found.decision, found.reason) == ("ambiguous", "other-plate-fits")


def test_a_lost_last_character_is_a_confusion_with_none() -> None:
    found = decide(read("皖AD1234"), ["皖AD12345"], confusion=learned("", "5", 0.3))
    assert found.decision == "ambiguous"
    weakest = found.candidates[0].weakest
    assert (weakest.place, weakest.symbol, weakest.read) == (8, "5", "")
    assert weakest.probability == pytest.approx(0.3, abs=0.01)


def test_every_reason_has_its_words_in_both_languages() -> None:
    for english, chinese in MESSAGES.values():
        assert english.isascii() and any("一" <= c <= "鿿" for c in chinese)


def test_a_colour_that_is_not_seen_contradicts_nothing() -> None:
    unknown = replace(read("皖A12345"), colour="unknown")
    assert decide(unknown, ["皖A12345"]).decision == "match"
