"""Text metrics against tables worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics.text import by_position, cer, edit_distance, edits, exact, reject_curve


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
    for metric in (exact, edits, cer, by_position):
        with pytest.raises(ValueError):
            metric(("A",), ())


def test_positions_are_counted_from_the_left() -> None:
    # 皖AD14488 read as 皖AD1488: the fourth 4 fell out, then 4 == 4 by luck, 8 == 8, and the last is missing.
    assert by_position(TRUTHS[1:2], READS[1:2]) == [(1, 1)] * 5 + [(0, 1), (1, 1), (0, 1)]
    assert by_position(TRUTHS, READS) == [(3, 4)] * 5 + [(2, 4), (2, 4), (0, 1)]
    assert by_position((), ()) == []


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
