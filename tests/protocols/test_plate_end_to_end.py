"""The rules for photos on hand-made tables: CCPD's two, several plates in a photo, and text alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zhsq.protocols.plate_end_to_end import (
    Photos,
    PlateEndToEndConfig,
    by_overlap,
    by_text,
    evaluate,
    protocol_of,
    right,
)


def table() -> Photos:
    return Photos(
        files=["right.jpg", "loose.jpg", "edge.jpg", "wrong.jpg", "nothing.jpg", "broken.jpg"],
        kinds=["blue", "blue", "blue", "green", "green", "green"],
        truths=["皖A12345", "皖A12345", "皖A12345", "皖AD14488", "皖AD12345", "皖AD12345"],
        reads=["皖A12345", "皖A12345", "皖A12345", "皖AD1488", "", ""],
        quads=["皖A12345", "皖A12345", None, "皖AD1488", "皖AD12345", ""],
        ious=np.array([0.8, 0.65, 0.6, 0.9, 0.0, 0.0]),
        corner_ious=np.array([0.9, 0.9, np.nan, 0.9, 0.0, 0.0]),
        confidences=np.array([0.9, 0.9, 0.9, 0.4, 0.0, 0.0]),
        unreadable=np.array([False] * 5 + [True]),
        unmatched=2,
    )


def test_by_the_paper_a_read_counts_when_the_box_overlaps_by_more_than_0_6_and_every_character_is_right() -> None:
    assert right(table(), PlateEndToEndConfig()).tolist() == [True, True, False, False, False, False]
    metrics = evaluate(table(), PlateEndToEndConfig()).metrics
    assert metrics["exact_match"].value == pytest.approx(2 / 6)
    assert metrics["detection_iou_0.7"].value == pytest.approx(2 / 6)
    assert metrics["cer"].value == pytest.approx((1 + 8 + 8) / (21 + 24))


def test_by_the_repository_of_2019_the_box_does_not_count() -> None:
    figures = evaluate(table(), PlateEndToEndConfig())
    assert figures.metrics["exact_match_text"].value == pytest.approx(3 / 6)
    assert set(figures.details["rules"]) == {
        "exact_match",
        "exact_match_text",
        "detection_iou_0.7",
        "exact_match_quad",
    }
    assert "2018" in figures.details["rules"]["exact_match"] and "2019" in figures.details["rules"]["exact_match_text"]


def test_the_reader_alone_is_judged_where_corners_are_labelled() -> None:
    figures = evaluate(table(), PlateEndToEndConfig())
    assert figures.metrics["exact_match_quad"].value == pytest.approx(3 / 5)
    assert figures.details["quads"]["n"] == 5
    assert [row["file"] for row in figures.details["quads"]["failures"]] == ["wrong.jpg", "broken.jpg"]
    assert figures.details["mean_corner_iou"] == pytest.approx(2.7 / 5)
    without = evaluate(replace(table(), quads=[None] * 6), PlateEndToEndConfig())
    assert "exact_match_quad" not in without.metrics and "quads" not in without.details


def test_failures_say_why() -> None:
    figures = evaluate(table(), PlateEndToEndConfig())
    details = figures.details
    assert {failure["file"]: failure["reason"] for failure in details["failures"]} == {
        "edge.jpg": "box overlaps by 0.60 only",
        "wrong.jpg": "a character is wrong",
        "nothing.jpg": "no plate found",
        "broken.jpg": "image unreadable",
    }
    assert details["unreadable_images"] == 1
    assert details["sightings_unmatched"] == 2
    assert details["by_kind"]["blue"]["value"] == figures.metrics["exact_match_blue"].value == pytest.approx(2 / 3)
    assert details["by_kind"]["green"]["n"] == 3
    assert details["mean_box_iou"] == pytest.approx(2.95 / 6)


def test_without_labelled_places_no_overlap_is_stated() -> None:
    config = PlateEndToEndConfig(id="plate-text-v1")
    photos = replace(table(), ious=np.full(6, np.nan), corner_ious=np.full(6, np.nan), quads=[None] * 6)
    assert right(photos, config).tolist() == [True, True, True, False, False, False]
    figures = evaluate(photos, config)
    assert set(figures.metrics) == {"exact_match", "cer", "exact_match_blue", "exact_match_green"}
    assert not any("iou" in key for key in figures.details)
    assert all("iou" not in row for row in figures.details["failures"])
    assert {row["reason"] for row in figures.details["failures"]} == {
        "a character is wrong",
        "no plate found",
        "image unreadable",
    }


def test_the_protocol_follows_from_the_labels() -> None:
    assert protocol_of(["a", "b"], [True, True]) == "ccpd-v1"
    assert protocol_of(["a", "a", "b"], [True, True, True]) == "plate-multi-v1"
    assert protocol_of(["a", "b"], [True, False]) == "plate-text-v1"
    assert protocol_of(["a", "a"], [False, False]) == "plate-text-v1"


def test_plates_take_the_sighting_of_best_overlap_once() -> None:
    # Both plates overlap the first sighting best; the second plate does so more, and the first takes what is left.
    assert by_overlap(np.array([[0.7, 0.1, 0.0], [0.8, 0.0, 0.0]])) == [1, 0]
    assert by_overlap(np.array([[0.7, 0.0], [0.8, 0.0]])) == [None, 0]
    assert by_overlap(np.zeros((2, 0))) == [None, None]


def test_plates_take_the_sighting_of_nearest_text_and_the_better_one_when_equal() -> None:
    assert by_text(["皖A12345", "京B00001"], ["京B00007", "皖A12345"]) == [1, 0]
    assert by_text(["皖A12345"], ["皖A12349", "皖A12348"]) == [0]
    assert by_text(["皖A12345", "京B00001"], ["皖A12345"]) == [0, None]
    assert by_text(["皖A12345"], []) == [None]
