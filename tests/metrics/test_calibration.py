"""Reliability and ECE against tables worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics.calibration import expected_calibration_error, reliability

#: Two bins of a half each: three in the lower (one at its upper end), two in the upper.
CONFIDENCE = np.array([0.0, 0.2, 0.5, 0.6, 1.0])
RIGHT = np.array([False, True, False, True, True])


def test_predictions_fall_into_bins_that_are_open_below_and_closed_above() -> None:
    found = reliability(CONFIDENCE, RIGHT, bins=2)
    assert found.low.tolist() == [0, 0.5] and found.high.tolist() == [0.5, 1]
    assert found.n.tolist() == [3, 2] and found.right.tolist() == [1, 2]
    assert found.confidence == pytest.approx([0.7 / 3, 0.8])
    assert found.accuracy == pytest.approx([1 / 3, 1])


def test_the_error_is_the_gap_weighted_by_the_bin() -> None:
    # Lower bin: |1/3 - 0.7/3| = 0.1, weight 3/5. Upper: |1 - 0.8| = 0.2, weight 2/5.
    assert expected_calibration_error(CONFIDENCE, RIGHT, bins=2) == pytest.approx(0.1 * 3 / 5 + 0.2 * 2 / 5)


def test_an_empty_bin_has_no_mean_and_no_weight() -> None:
    found = reliability(np.array([0.9, 0.9]), np.array([True, False]), bins=2)
    assert found.n.tolist() == [0, 2]
    assert math.isnan(found.confidence[0]) and math.isnan(found.accuracy[0])
    assert expected_calibration_error(np.array([0.9, 0.9]), np.array([True, False]), bins=2) == pytest.approx(0.4)


def test_who_is_as_sure_as_right_has_no_error_and_nobody_none_at_all() -> None:
    assert expected_calibration_error(np.full(4, 0.75), np.array([True, True, True, False])) == 0
    assert math.isnan(expected_calibration_error(np.zeros(0), np.zeros(0, bool)))


def test_what_is_no_probability_is_refused() -> None:
    for wrong in (1.1, -0.1, math.nan):
        with pytest.raises(ValueError, match="outside"):
            reliability(np.array([wrong]), np.array([True]))
    with pytest.raises(ValueError, match="one length"):
        reliability(np.zeros(2), np.zeros(3, bool))
