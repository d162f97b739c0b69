"""Text and ground together."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from zhsq.models.plate.grammar import FORMS, Colour, classify, colours_agree, judge, random_plate


def test_a_ground_that_does_not_go_with_the_text_is_seen() -> None:
    assert not colours_agree("皖A12345", "green")
    assert not colours_agree("皖AD12345", "blue")
    assert colours_agree("皖AD12345", "unknown")
    assert colours_agree("nonsense", "blue")


@pytest.mark.parametrize(
    ("text", "colour", "plate_class"),
    [
        ("皖A12345", "blue", "blue"),
        ("皖A12345", "yellow", "yellow"),
        ("皖AD12345", "green", "green_small"),
        ("苏E12345D", "green", "green_large"),
        ("苏E12345D", "yellow", "green_large"),
        ("鲁A0006警", "white", "police"),
        ("黑A1234学", "yellow", "learner"),
        ("黑A1234学", "blue", "learner"),
        ("粤ZF023港", "black", "hk_macau"),
        ("224001使", "black", "embassy"),
    ],
)
def test_grounds_of_the_standard_agree(text: str, colour: Colour, plate_class: str) -> None:
    verdict = judge(text, colour)
    assert (verdict.plate_class, verdict.finding, verdict.agrees) == (plate_class, "agrees", True)


@pytest.mark.parametrize(
    ("text", "colour", "plate_class", "zh", "en"),
    [
        ("皖A12345", "green", "blue", "漏读", "lost"),
        ("皖A12345", "black", "blue", "港、澳、领", "港, 澳 or 领"),
        ("皖A12345", "white", "blue", "警", "警"),
        ("皖AD12345", "blue", "green_small", "多读", "too many"),
        ("皖AD12345", "yellow", "green_small", "多读", "too many"),
        ("苏E12345D", "blue", "green_large", "多读", "too many"),
        ("皖AD12345", "white", "green_small", "有误", "wrong"),
        ("鲁A0006警", "blue", "police", "有误", "wrong"),
        ("粤ZF023港", "blue", "hk_macau", "有误", "wrong"),
        ("冀BF023挂", "green", "trailer", "有误", "wrong"),
        ("VA30093", "black", "military", "有误", "wrong"),
    ],
)
def test_a_disagreement_says_what_probably_happened(
    text: str, colour: Colour, plate_class: str, zh: str, en: str
) -> None:
    verdict = judge(text, colour)
    assert (verdict.plate_class, verdict.finding, verdict.agrees) == (plate_class, "disagrees", False)
    assert zh in verdict.reason_zh
    assert en in verdict.reason_en
    assert colour in verdict.reason_en


def test_nothing_disagrees_with_an_unknown_ground_or_a_text_that_is_no_plate() -> None:
    unseen, outside, empty = judge("皖A12345", "unknown"), judge("皖A1234", "green"), judge("", "blue")
    assert (unseen.plate_class, unseen.finding, unseen.agrees) == ("blue", "colour_unknown", True)
    assert (outside.plate_class, outside.finding, outside.agrees) == ("unknown", "not_a_plate", True)
    assert "皖A1234" in outside.reason_en
    assert (empty.finding, empty.reason_en) == ("not_a_plate", "nothing was read")


def test_for_every_form_and_ground_the_verdict_is_that_of_class_and_colours() -> None:
    rng = np.random.default_rng(6)
    for form in FORMS:
        for colour in get_args(Colour):
            text = random_plate(form.plate_class, rng)
            verdict = judge(text, colour)
            assert verdict.plate_class == classify(text, colour)
            assert verdict.agrees == (colour == "unknown" or colour in form.colours) == colours_agree(text, colour)
            assert verdict.reason_zh
            assert verdict.reason_en
