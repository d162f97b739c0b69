"""Text metrics against tables worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics.text import align, aurc, by_position, cer, confusions, edit_distance, edits, exact, reject_curve


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        ("", "", 0),
        ("皖A12345", "皖A12345", 0),
        ("皖A12345", "", 7),
        ("", "皖A", 2),
        ("皖A12345", "皖A1234B", 1),  # one substitution
        ("皖AD14488", "皖AD1488", 1),  # one deletion
        ("皖A12345", "皖皖A12345", 1),  # one insertion
        ("kitten", "sitting", 3),  # the textbook's
        ("ab", "ba", 2),
    ],
)
def test_edit_distance(a: str, b: str, distance: int) -> None:
    assert edit_distance(a, b) == distance
    assert edit_distance(b, a) == distance


TRUTHS = ("皖A12345", "皖AD14488", "京B00001", "京B00002")
READS = ("皖A12345", "皖AD1488", "京B00007", "")


def test_exact_match_and_edits_are_per_plate() -> None:
    assert exact(TRUTHS, READS).tolist() == [True, False, False, False]
    assert edits(TRUTHS, READS).tolist() == [0, 1, 1, 7]


def test_cer_is_all_edits_over_all_characters() -> None:
    assert cer(TRUTHS, READS) == pytest.approx(9 / 29)
    assert cer(("A",), ("ABCD",)) == 3
    assert math.isnan(cer((), ()))


def test_sequences_of_different_length_are_refused() -> None:
    for metric in (exact, edits, cer, by_position, confusions):
        with pytest.raises(ValueError):
            metric(("A",), ())


def test_positions_are_counted_from_the_left() -> None:
    # 皖AD14488 read as 皖AD1488: the fourth 4 fell out, then 4 == 4 by luck, 8 == 8, and the last is missing.
    assert by_position(TRUTHS[1:2], READS[1:2]) == [(1, 1)] * 5 + [(0, 1), (1, 1), (0, 1)]
    assert by_position(TRUTHS, READS) == [(3, 4)] * 5 + [(2, 4), (2, 4), (0, 1)]
    assert by_position((), ()) == []


@pytest.mark.parametrize(
    ("truth", "read", "pairs"),
    [
        ("AB", "AB", ["AA", "BB"]),
        ("A1B", "A7B", ["AA", "17", "BB"]),
        ("A44", "A4", ["AA", "4_", "44"]),  # one of two equal characters is lost: which can't be told
        ("AB", "XAB", ["_X", "AA", "BB"]),
        ("AB", "", ["A_", "B_"]),
        ("", "", []),
    ],
)
def test_alignment_pairs_what_stayed_and_what_changed(truth: str, read: str, pairs: list[str]) -> None:
    assert [(a or "_") + (b or "_") for a, b in align(truth, read)] == pairs


def test_an_alignment_has_as_many_differences_as_there_are_edits() -> None:
    random = np.random.default_rng(0)
    for _ in range(200):
        truth, read = ("".join(random.choice(list("ABC"), random.integers(0, 8))) for _ in range(2))
        pairs = align(truth, read)
        assert "".join(a for a, _ in pairs) == truth and "".join(b for _, b in pairs) == read
        assert sum(a != b for a, b in pairs) == edit_distance(truth, read)


def test_confusions_count_what_was_taken_for_what() -> None:
    truths = ("皖A0", "皖A00", "京B1", "京B1")
    reads = ("皖AD", "皖AD0", "京B", "京B1")
    assert confusions(truths, reads) == [("0", "D", 2), ("1", "", 1)]


def test_the_area_under_the_reject_curve_by_hand() -> None:
    # From the surest: right, right, wrong, right. Errors among what is at least as sure: 0, 0, 1/3, 1/4.
    confidence, correct = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])
    assert aurc(confidence, correct) == pytest.approx((1 / 3 + 1 / 4) / 4)
    # Confidence that tells nothing: all are accepted together, at the share of wrong ones.
    assert aurc(np.full(4, 0.5), correct) == pytest.approx(1 / 4)
    assert aurc(confidence, np.ones(4, bool)) == 0
    assert math.isnan(aurc(np.zeros(0), np.zeros(0, bool)))


def test_reject_curve_by_hand() -> None:
    confidence = np.array([0.9, 0.2, 0.5, 0.5, 0.8])
    correct = np.array([True, False, False, True, True])
    curve = reject_curve(confidence, correct)
    assert curve.threshold.tolist() == [0.2, 0.5, 0.8, 0.9]
    assert curve.review.tolist() == [0, 0.2, 0.6, 0.8]  # those of equal confidence go together
    assert curve.error.tolist() == pytest.approx([2 / 5, 1 / 4, 0, 0])


def test_reject_curve_of_nothing_is_empty() -> None:
    curve = reject_curve(np.zeros(0), np.zeros(0, bool))
    assert curve.threshold.size == curve.review.size == curve.error.size == 0


def test_reject_curve_refuses_different_shapes() -> None:
    with pytest.raises(ValueError):
        reject_curve(np.zeros(2), np.zeros(3, bool))
