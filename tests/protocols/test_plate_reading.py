"""Protocol exact-match-v1 on a hand-made table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from zhsq.metrics.intervals import wilson
from zhsq.protocols.plate_accept import ACCEPT_PROTOCOL, Accept, in_calibration
from zhsq.protocols.plate_reading import PlateReadingConfig, Readings, by_character, character_error_rate, evaluate

CALIBRATION, HELD = (
    [f"{i}.jpg" for i in range(60) if in_calibration(f"{i}.jpg") is side][:3] for side in (True, False)
)


def at(value: float, protocol: str = ACCEPT_PROTOCOL) -> Accept:
    return Accept(value, protocol, "plates_cn")


def table() -> Readings:
    """Three crops of the calibration split and three held out; one wrong, one unreadable."""
    return Readings(
        files=[*CALIBRATION, *HELD],
        truths=["皖A12345", "皖A12346", "京B00001", "京B00002", "京B00003", "皖AD12345"],
        reads=["皖A12345", "皖A12346", "京B00001", "京B00002", "京B00008", ""],
        characters=[[0.9] * 7, [0.9] * 7, [0.9] * 7, [0.95] * 7, [0.9] * 6 + [0.6], []],
        classes=["blue"] * 5 + ["green_small"],
        read_classes=["blue", "yellow", "blue", "blue", "blue", "unknown"],
        confidences=np.array([0.9, 0.9, 0.9, 0.95, 0.6, 0.0]),
        unreadable=np.array([False] * 5 + [True]),
    )


def test_exact_match_and_cer_take_every_crop() -> None:
    figures = evaluate(table(), at(0.7), PlateReadingConfig())
    exact = figures.metrics["exact_match"]
    assert exact.value == pytest.approx(4 / 6)
    assert (exact.low, exact.high) == wilson(4, 6)
    cer = figures.metrics["cer"]
    assert cer.value == pytest.approx((1 + 8) / 43)
    assert cer.low < cer.value < cer.high
    assert figures.details["unreadable_images"] == 1


def test_tables_by_position_province_and_class() -> None:
    details = evaluate(table(), at(0.7), PlateReadingConfig()).details
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
    # Held out: right at 0.95, wrong at 0.6, nothing read at 0.
    figures = evaluate(table(), at(0.7), PlateReadingConfig())
    accept = figures.details["accept"]
    assert (accept["n"], accept["accepted"], accept["wrong_among_accepted"]) == (3, 1, 0)
    review, error = (figures.metrics[name] for name in ("review_share", "error_among_accepted"))
    assert (review.value, review.low, review.high) == (pytest.approx(2 / 3), *wilson(2, 3))
    assert (error.value, error.low, error.high) == (0, *wilson(0, 1))
    low = evaluate(table(), at(0.5), PlateReadingConfig())
    assert low.metrics["error_among_accepted"].value == pytest.approx(1 / 2)
    assert accept["reject_curve"]["review"] == pytest.approx([0, 1 / 3, 2 / 3])
    assert accept["reject_curve"]["error"] == pytest.approx([2 / 3, 1 / 2, 0])
    assert figures.metrics["aurc"].value == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_a_threshold_from_elsewhere_is_judged_on_every_crop() -> None:
    figures = evaluate(table(), at(0.7, "synthetic-validation-v1"), PlateReadingConfig())
    assert figures.details["accept"]["n"] == 6
    assert figures.details["accept"]["split"] == "all"
    assert figures.metrics["review_share"].value == pytest.approx(2 / 6)


def test_without_a_crop_accepted_no_error_among_them_is_stated() -> None:
    metrics = evaluate(table(), at(0.99), PlateReadingConfig()).metrics
    assert metrics["review_share"].value == 1
    assert "error_among_accepted" not in metrics


def test_each_of_several_classes_has_a_metric_and_one_alone_has_none() -> None:
    figures = evaluate(table(), at(0.7), PlateReadingConfig())
    assert figures.metrics["exact_match_blue"].value == pytest.approx(4 / 5)
    assert figures.metrics["exact_match_green_small"].value == 0
    assert "class_match" not in figures.metrics
    alone = evaluate(replace(table(), classes=["blue"] * 6), at(0.7), PlateReadingConfig())
    assert not [name for name in alone.metrics if name.startswith("exact_match_")]


def test_the_class_read_is_judged_where_the_labels_name_one() -> None:
    figures = evaluate(replace(table(), classes_labelled=True), at(0.7), PlateReadingConfig())
    assert figures.metrics["class_match"].value == pytest.approx(4 / 6)  # one blue taken for yellow, one not read


def test_confusions_are_of_reads_not_of_silence() -> None:
    details = evaluate(table(), at(0.7), PlateReadingConfig()).details
    assert details["confusions"] == [{"truth": "3", "read": "8", "n": 1}]
    assert details["nothing_read"] == 1


def test_a_character_is_judged_by_position_where_lengths_agree() -> None:
    readings = replace(table(), reads=[*table().reads[:3], "京B0002", "京B00008", ""])
    readings = replace(readings, characters=[[1.0000001] * len(read) for read in readings.reads])
    confidence, right = by_character(readings)
    assert confidence.shape == right.shape == (6, 8)
    assert right[0].tolist() == [1] * 7 + [-1]
    assert right[3].tolist() == [-1] * 8  # a character was lost: no partner
    assert right[4].tolist() == [1] * 6 + [0, -1]
    assert right[5].tolist() == [-1] * 8
    assert confidence[3, :6].tolist() == [1] * 6  # float32's excess is cut off
    assert np.isnan(confidence[3, 6:]).all() and np.isnan(confidence[5]).all()


def test_calibration_is_by_hand() -> None:
    figures = evaluate(table(), at(0.7), PlateReadingConfig(bins=2))
    # 35 characters, all above a half: 27 at 0.9, 7 at 0.95 and one at 0.6, which is wrong.
    mean = (27 * 0.9 + 7 * 0.95 + 0.6) / 35
    calibration = figures.details["calibration"]
    assert calibration["characters"] == 35
    assert calibration["reads_of_another_length"] == 1
    (row,) = calibration["bins"]
    assert (row["from"], row["to"], row["n"], row["right"]) == (0.5, 1, 35, 34)
    assert row["confidence"] == pytest.approx(mean)
    assert (row["low"], row["high"]) == wilson(34, 35)
    ece = figures.metrics["ece"]
    assert ece.value == pytest.approx(34 / 35 - mean)
    assert ece.low <= ece.value <= ece.high


def test_provinces_are_found_where_they_stand() -> None:
    truths = ["WJ皖12345", "使014578", "粤Z1234港", "VA12345", "皖A12345", "皖A12346"]
    details = evaluate(replace(table(), truths=truths), at(0.7), PlateReadingConfig(resamples=5)).details
    assert {key: row["n"] for key, row in details["by_province"].items()} == {"皖": 3, "-": 2, "粤": 1}


def test_no_error_still_leaves_doubt() -> None:
    estimate = character_error_rate(["皖A12345"] * 10, ["皖A12345"] * 10, resamples=10, seed=0)
    assert (estimate.value, estimate.low) == (0, 0)
    assert estimate.high == pytest.approx(wilson(0, 10)[1] / 7)


def test_the_bootstrap_is_seeded() -> None:
    first, again = (evaluate(table(), at(0.7), PlateReadingConfig(seed=3)).metrics["cer"] for _ in range(2))
    assert first == again


def test_the_configuration_is_closed() -> None:
    with pytest.raises(ValidationError):
        PlateReadingConfig.model_validate({"resample": 5})
