"""Protocol exact-match-v1 on a hand-made table."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from pydantic import ValidationError

from zhsq.metrics.intervals import wilson
from zhsq.protocols.plate_reading import (
    PlateReadingConfig,
    Readings,
    calibrate_accept,
    character_error_rate,
    evaluate,
    in_calibration,
)

CALIBRATION, HELD = (
    [f"{i}.jpg" for i in range(60) if in_calibration(f"{i}.jpg") is side][:3] for side in (True, False)
)


def table() -> Readings:
    """Three crops of the calibration split and three held out; one wrong, one unreadable."""
    return Readings(
        files=[*CALIBRATION, *HELD],
        truths=["皖A12345", "皖A12346", "京B00001", "京B00002", "京B00003", "皖AD12345"],
        reads=["皖A12345", "皖A12346", "京B00001", "京B00002", "京B00008", ""],
        classes=["blue"] * 5 + ["green_small"],
        confidences=np.array([0.9, 0.9, 0.9, 0.95, 0.6, 0.0]),
        unreadable=np.array([False] * 5 + [True]),
    )


def test_exact_match_and_cer_take_every_crop() -> None:
    figures = evaluate(table(), 0.7, PlateReadingConfig())
    exact = figures.metrics["exact_match"]
    assert exact.value == pytest.approx(4 / 6)
    assert (exact.low, exact.high) == wilson(4, 6)
    cer = figures.metrics["cer"]
    assert cer.value == pytest.approx((1 + 8) / 43)
    assert cer.low < cer.value < cer.high
    assert figures.details["unreadable_images"] == 1


def test_tables_by_position_province_and_class() -> None:
    details = evaluate(table(), 0.7, PlateReadingConfig()).details
    assert [(row["right"], row["n"]) for row in details["by_position"]] == [(5, 6)] * 6 + [(4, 6), (0, 1)]
    assert {key: (row["right"], row["n"]) for key, row in details["by_province"].items()} == {
        "皖": (2, 3),
        "京": (2, 3),
    }
    assert {key: (row["right"], row["n"]) for key, row in details["by_class"].items()} == {
        "blue": (4, 5),
        "green_small": (0, 1),
    }
    assert [failure["read"] for failure in details["failures"]] == ["京B00008", ""]


def test_a_threshold_is_judged_only_on_crops_it_did_not_come_from() -> None:
    accept = evaluate(table(), 0.7, PlateReadingConfig()).details["accept"]
    assert accept["n"] == 3
    assert accept["review_share"]["value"] == pytest.approx(2 / 3)
    assert accept["error_among_accepted"]["value"] == 0
    low = evaluate(table(), 0.5, PlateReadingConfig()).details["accept"]
    assert low["error_among_accepted"]["value"] == pytest.approx(1 / 2)
    assert accept["reject_curve"]["review"] == pytest.approx([0, 1 / 3, 2 / 3])
    assert accept["reject_curve"]["error"] == pytest.approx([2 / 3, 1 / 2, 0])


def test_no_error_still_leaves_doubt() -> None:
    estimate = character_error_rate(["皖A12345"] * 10, ["皖A12345"] * 10, resamples=10, seed=0)
    assert (estimate.value, estimate.low) == (0, 0)
    assert estimate.high == pytest.approx(wilson(0, 10)[1] / 7)


def test_the_bootstrap_is_seeded() -> None:
    first, again = (evaluate(table(), 0.7, PlateReadingConfig(seed=3)).metrics["cer"] for _ in range(2))
    assert first == again


def test_the_calibration_split_depends_on_the_bare_name() -> None:
    expected = int(hashlib.sha256(b"0000.jpg").hexdigest(), 16) % 5 == 0
    assert in_calibration("crops/0000.jpg") is in_calibration("elsewhere/0000.jpg") is expected
    assert 0.1 < np.mean([in_calibration(f"{i:04}.jpg") for i in range(1000)]) < 0.3


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


def test_a_split_that_cannot_be_parted_is_refused() -> None:
    with pytest.raises(ValueError, match="surest wrong"):
        calibrate_accept(np.array([0.9, 0.9]), np.array([True, False]))
    with pytest.raises(ValueError, match="no right read"):
        calibrate_accept(np.array([0.9]), np.array([False]))


def test_the_configuration_is_closed() -> None:
    with pytest.raises(ValidationError):
        PlateReadingConfig.model_validate({"resample": 5})
