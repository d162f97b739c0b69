"""CCPD's rule on a hand-made table."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.protocols.plate_end_to_end import Photos, PlateEndToEndConfig, evaluate, right


def table() -> Photos:
    return Photos(
        files=["right.jpg", "loose.jpg", "edge.jpg", "wrong.jpg", "nothing.jpg", "broken.jpg"],
        kinds=["blue", "blue", "blue", "green", "green", "green"],
        truths=["皖A12345", "皖A12345", "皖A12345", "皖AD14488", "皖AD12345", "皖AD12345"],
        reads=["皖A12345", "皖A12345", "皖A12345", "皖AD1488", "", ""],
        ious=np.array([0.8, 0.65, 0.6, 0.9, 0.0, 0.0]),
        corner_ious=np.array([0.9, 0.9, 0.9, 0.9, 0.0, 0.0]),
        confidences=np.array([0.9, 0.9, 0.9, 0.4, 0.0, 0.0]),
        unreadable=np.array([False] * 5 + [True]),
    )


def test_a_read_counts_when_the_box_overlaps_by_more_than_0_6_and_every_character_is_right() -> None:
    assert right(table(), PlateEndToEndConfig()).tolist() == [True, True, False, False, False, False]
    metrics = evaluate(table(), PlateEndToEndConfig()).metrics
    assert metrics["exact_match"].value == pytest.approx(2 / 6)
    assert metrics["detection_iou_0.7"].value == pytest.approx(2 / 6)
    assert metrics["cer"].value == pytest.approx((1 + 8 + 8) / (21 + 24))


def test_failures_say_why() -> None:
    details = evaluate(table(), PlateEndToEndConfig()).details
    assert {failure["file"]: failure["reason"] for failure in details["failures"]} == {
        "edge.jpg": "box overlaps by 0.60 only",
        "wrong.jpg": "a character is wrong",
        "nothing.jpg": "no plate found",
        "broken.jpg": "image unreadable",
    }
    assert details["unreadable_images"] == 1
    assert details["by_kind"]["blue"]["value"] == pytest.approx(2 / 3)
    assert details["by_kind"]["green"]["n"] == 3
    assert details["mean_box_iou"] == pytest.approx(2.95 / 6)
