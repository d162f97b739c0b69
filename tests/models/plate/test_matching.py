"""A read against registered plates: match, ambiguous, unknown."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from zhsq.models.plate.grammar import classify
from zhsq.models.plate.matching import likelihood, match
from zhsq.models.plate.types import Character, PlateRead


def read(
    text: str, confidences: dict[int, float] | None = None, rivals: dict[int, tuple[str, float]] | None = None
) -> PlateRead:
    characters = tuple(
        Character(s, (confidences or {}).get(i, 0.99), ((rivals or {})[i],) if i in (rivals or {}) else ())
        for i, s in enumerate(text)
    )
    return PlateRead(text, characters, min((c.confidence for c in characters), default=0), classify(text), "blue")


def test_a_sure_read_of_a_registered_plate_matches() -> None:
    found = match(read("皖A12345"), ["皖B99999", "皖A·12345"], accept=0.9, margin=1.0)
    assert (found.decision, found.plate) == ("match", "皖A·12345")
    assert found.candidates[0][1] == pytest.approx(0.99**7)


def test_one_weak_character_makes_it_ambiguous_however_high_the_mean() -> None:
    found = match(read("皖A12345", {5: 0.6}), ["皖A12345"], accept=0.9, margin=1.0)
    assert (found.decision, found.plate) == ("ambiguous", None)


def test_a_close_second_makes_it_ambiguous() -> None:
    doubtful = read("皖A1234B", {6: 0.91}, {6: ("8", 0.5)})
    both = ["皖A1234B", "皖A12348"]
    assert match(doubtful, both, accept=0.9, margin=1.0).decision == "ambiguous"  # ln(0.91 / 0.5) = 0.6
    assert match(doubtful, both, accept=0.9, margin=0.5).decision == "match"
    assert match(doubtful, ["皖A1234B"], accept=0.9, margin=1.0).decision == "match"


def test_the_same_plate_registered_twice_is_no_rival_of_itself() -> None:
    assert match(read("皖A12345"), ["皖A12345", "皖a·12345"], accept=0.9, margin=1.0).decision == "match"


def test_a_near_miss_of_a_registered_plate_goes_to_review_not_through_the_gate() -> None:
    found = match(read("皖A1234B", {6: 0.6}, {6: ("8", 0.35)}), ["皖A12348"], accept=0.9, margin=1.0)
    assert found.decision == "ambiguous"
    assert [plate for plate, _ in found.candidates] == ["皖A12348"]


def test_a_sure_read_of_another_plate_is_unknown_though_a_registered_one_is_similar() -> None:
    found = match(read("皖A1234B", {6: 0.97}, {6: ("8", 0.02)}), ["皖A12348"], accept=0.9, margin=1.0)
    assert found.decision == "unknown"


def test_a_stranger_is_unknown() -> None:
    assert match(read("皖A12345"), ["京B98765"], accept=0.9, margin=1.0).decision == "unknown"
    assert match(read("皖A12345"), [], accept=0.9, margin=1.0).decision == "unknown"


def test_another_length_is_no_candidate() -> None:
    assert match(read("皖A1234"), ["皖A12345"], accept=0.5, margin=0.0).decision == "unknown"
    assert likelihood(read("皖A12345"), "皖AD12345") == (-math.inf, 0.0)


def test_seven_characters_on_a_green_ground_never_open_a_gate() -> None:
    lost = replace(read("皖AD1488"), colour="green")
    assert match(lost, ["皖AD1488"], accept=0.9, margin=1.0).decision == "ambiguous"
    whole = replace(read("皖AD14488"), colour="green")
    assert match(whole, ["皖AD14488"], accept=0.9, margin=1.0).decision == "match"


def test_nothing_read_is_unknown() -> None:
    assert match(read(""), ["皖A12345", ""], accept=0.0, margin=0.0).decision == "unknown"


def test_a_registered_text_that_is_no_plate_never_opens_a_gate() -> None:
    assert match(read("AA12345"), ["AA12345"], accept=0.9, margin=1.0).decision == "ambiguous"


def test_likelihood_adds_logarithms_and_floors_what_was_not_listed() -> None:
    total, weakest = likelihood(read("皖A12345", {6: 0.5}), "皖A12346", floor=0.001)
    assert total == pytest.approx(6 * math.log(0.99) + math.log(0.001))
    assert weakest == 0.001
