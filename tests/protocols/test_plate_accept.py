"""How the threshold of plates is chosen, and on which crops it is judged."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from zhsq.metrics.intervals import wilson
from zhsq.protocols.plate_accept import (
    ACCEPT_PROTOCOL,
    ERROR_PROTOCOL,
    NOT_BLIND,
    Accept,
    calibrate_accept,
    calibrate_error,
    in_calibration,
)


def test_the_calibration_split_depends_on_the_bare_name() -> None:
    expected = int(hashlib.sha256(b"0000.jpg").hexdigest(), 16) % 5 == 0
    assert in_calibration("crops/0000.jpg") is in_calibration("elsewhere/0000.jpg") is expected
    assert 0.1 < np.mean([in_calibration(f"{i:04}.jpg") for i in range(1000)]) < 0.3


def test_a_threshold_out_of_a_calibration_split_is_judged_outside_of_it() -> None:
    files = [f"{i}.jpg" for i in range(50)]
    accept = Accept(0.9, ACCEPT_PROTOCOL, "plates_cn")
    assert accept.judged(files).tolist() == [not in_calibration(file) for file in files]
    assert accept.split.startswith("all but")
    assert accept.notes == (NOT_BLIND,)


def test_a_threshold_from_elsewhere_is_judged_on_every_crop() -> None:
    accept = Accept(0.9, ERROR_PROTOCOL, "synthetic")
    assert accept.judged([f"{i}.jpg" for i in range(50)]).all()
    assert (accept.split, accept.notes) == ("all", ())
    assert Accept(0.9, ACCEPT_PROTOCOL, "a site's own crops").notes == ()


def test_the_threshold_lies_above_the_surest_wrong_read() -> None:
    confidences = np.array([0.99, 0.95, 0.9, 0.8, 0.7, 0.3])
    correct = np.array([True, True, True, True, False, False])
    assert calibrate_accept(confidences, correct) == 0.8  # half-way is 0.75; the 2 % quantile of the right ones is 0.8
    assert calibrate_accept(np.append(confidences, 0.6), np.append(correct, True)) == 0.75


def test_without_errors_two_percent_of_right_reads_go_to_review() -> None:
    confidences = np.linspace(0.6, 1.0, 101)
    assert calibrate_accept(confidences, np.ones(101, bool)) == pytest.approx(0.608)


def test_the_threshold_is_never_below_a_half() -> None:
    assert calibrate_accept(np.array([0.2, 0.3]), np.array([True, True])) == 0.5
    confidences = np.full(5000, 0.4)
    confidences[:4000] = 0.6
    assert calibrate_error(confidences, np.ones(5000, bool)) == 0.6


def test_a_split_that_cannot_be_parted_is_refused() -> None:
    with pytest.raises(ValueError, match="surest wrong"):
        calibrate_accept(np.array([0.9, 0.9]), np.array([True, False]))
    with pytest.raises(ValueError, match="no right read"):
        calibrate_accept(np.array([0.9]), np.array([False]))


def test_the_error_is_kept_at_the_upper_end_of_its_interval() -> None:
    # 10,000 right reads at 0.90 to 1, and 5 wrong ones at 0.95, 0.7, 0.6, 0.6 and 0.6.
    confidences = np.append(np.linspace(0.9, 1, 10_000), [0.95, 0.7, 0.6, 0.6, 0.6])
    correct = np.arange(10_005) < 10_000
    # By hand: all 5 wrong of 10,005 can't vouch for 0.1 %; 2 of 10,002 do, above 0.6.
    assert wilson(5, 10_005)[1] > 0.001 > wilson(2, 10_002)[1]
    assert calibrate_error(confidences, correct) == 0.7
    # For 0.05 % 1 of 10,001 is not enough, so the threshold passes the wrong one at 0.95; 5,000 right ones alone don't
    # vouch for so little either.
    assert wilson(1, 10_001)[1] > 0.0005 and wilson(0, 5_000)[1] > 0.0005
    with pytest.raises(ValueError, match="keeps the wrong ones"):
        calibrate_error(confidences, correct, most=0.0005)


def test_no_error_on_a_small_split_proves_little() -> None:
    assert wilson(0, 3838)[1] <= 0.001 < wilson(0, 3837)[1]
    assert calibrate_error(np.ones(3838), np.ones(3838, bool)) == 1
    with pytest.raises(ValueError, match="3837 reads"):
        calibrate_error(np.ones(3837), np.ones(3837, bool))
