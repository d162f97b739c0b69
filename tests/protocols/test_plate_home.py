"""Crops judged with what the calibration split's labels say of the provinces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.types import Character, PlateRead, table_of
from zhsq.protocols import plate_home
from zhsq.protocols.plate_accept import in_calibration
from zhsq.protocols.plate_reading import Readings

FILES = [f"{i:04d}.jpg" for i in range(200)]
ASIDE = [in_calibration(file) for file in FILES]


def doubtful(first: str, sure: float = 0.6, other: str = "皖") -> PlateRead:
    rest = [Character(s, 0.98) for s in "A12345"]
    return read_of(table_of([Character(first, sure, ((other, 0.99 - sure),)), *rest]), "blue")


def evaluate(truths: Sequence[str], reads: Sequence[PlateRead | None], accept: float = 0.5):
    def readings(chosen: Sequence[int], of: Sequence[PlateRead | None]) -> Readings:
        return Readings(
            files=[FILES[i] for i in chosen],
            truths=[truths[i] for i in chosen],
            reads=[read.text if read else "" for read in of],
            characters=[[c.confidence for c in read.characters] if read else [] for read in of],
            classes=["blue"] * len(chosen),
            read_classes=["blue"] * len(chosen),
            confidences=np.array([read.confidence if read else 0.0 for read in of]),
            unreadable=np.array([read is None for read in of]),
        )

    return plate_home.evaluate(FILES, truths, reads, readings, accept)


def test_provinces_come_from_the_crops_set_aside_and_only_the_others_are_judged() -> None:
    figures = evaluate(["皖A12345"] * 200, [doubtful("赣")] * 200)
    home = figures.details["home"]
    assert home["counts"] == {"皖": sum(ASIDE)} and home["n"] == 200 - sum(ASIDE)
    assert figures.metrics["home_exact_match"].value == 1.0 and home["exact_match_without"]["value"] == 0.0
    assert home["failures"] == [] and home["wrong_among_accepted"] == 0


def test_what_the_others_labels_say_of_the_provinces_is_not_used() -> None:
    truths = ["苏A12345" if aside else "皖A12345" for aside in ASIDE]
    figures = evaluate(truths, [doubtful("赣")] * 200)
    assert figures.metrics["home_exact_match"].value == 0.0
    assert {failure["read"] for failure in figures.details["home"]["failures"]} == {"赣A12345"}


def test_a_broken_image_counts_as_an_error_and_as_sent_to_a_person() -> None:
    first = ASIDE.index(False)
    reads: list[PlateRead | None] = [doubtful("皖", 0.98, "赣")] * 200
    reads[first] = None
    figures = evaluate(["皖A12345"] * 200, reads)
    n = 200 - sum(ASIDE)
    assert figures.metrics["home_exact_match"].value == pytest.approx((n - 1) / n)
    assert figures.metrics["home_review_share"].value == pytest.approx(1 / n)
    assert figures.metrics["home_error_among_accepted"].value == 0.0


def test_nothing_accepted_leaves_no_error_to_tell_and_few_crops_no_figure_at_all(monkeypatch) -> None:
    figures = evaluate(["皖A12345"] * 200, [doubtful("皖")] * 200, accept=1.1)
    assert "home_error_among_accepted" not in figures.metrics and figures.metrics["home_review_share"].value == 1.0
    monkeypatch.setattr(plate_home, "FEW", 1000)
    assert evaluate(["皖A12345"] * 200, [doubtful("皖")] * 200).metrics == {}
