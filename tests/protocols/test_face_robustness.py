"""Robustness at a fixed threshold, on scores whose errors can be counted by eye."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.protocols.face_robustness import FaceRobustness, Step, evaluate
from zhsq.protocols.report import Figures

PEOPLE = np.array(["A", "B", "C", "D"])
#: Genuine: AA BB CC DD; impostors: A with B, C with D.
LEFT, RIGHT = np.array([0, 1, 2, 3, 0, 2]), np.array([0, 1, 2, 3, 1, 3])
#: 4 enrolled photos and 4 probes: 12 impostor comparisons. A quarter of them are 3.
CONFIG = FaceRobustness(fmr=0.25, resamples=200)


def scores() -> NDArray[np.float32]:
    """0.9 for one person; 0.01, 0.02 ... 0.12 for two."""
    matrix = np.zeros((4, 4), dtype=np.float32)
    matrix[~np.eye(4, dtype=bool)] = np.arange(1, 13, dtype=np.float32) / 100
    np.fill_diagonal(matrix, 0.9)
    return matrix


def figures(*degraded: Step, clean: NDArray[np.float32] | None = None) -> Figures:
    first = Step("clean", 0, "", scores() if clean is None else clean)
    return evaluate(CONFIG, clean=first, degraded=degraded, enrolled=PEOPLE, probes=PEOPLE, left=LEFT, right=RIGHT)


def test_the_threshold_lets_as_many_clean_impostors_in_as_the_rate_allows() -> None:
    found = figures()
    # 0.12, 0.11 and 0.10 may match; 0.09 may not.
    assert 0.09 < found.thresholds["fmr_clean"].value < 0.0901
    assert found.metrics["fmr_clean"].value == 3 / 12
    assert found.details["impostor_comparisons"] == 12 and found.details["false_matches_clean"] == 3
    assert "not for deployment" in found.thresholds["fmr_clean"].source


def test_impostors_that_tie_are_let_in_together_or_not_at_all() -> None:
    tied = np.full((4, 4), 0.5, dtype=np.float32)
    np.fill_diagonal(tied, 0.9)
    found = figures(clean=tied)
    assert found.metrics["fmr_clean"].value == 0
    assert found.metrics["fnmr_clean"].value == 0


def test_the_threshold_is_held_when_scores_fall_and_when_they_rise() -> None:
    fallen, risen = scores(), scores()
    fallen[0, 0] = 0.05  # below 0.09: one of four genuine pairs
    risen[~np.eye(4, dtype=bool)] = 0.5
    found = figures(Step("low_light", 3, "stops", fallen), Step("low_light", 4, "stops", risen))
    _, dark, darker = found.details["curves"]
    assert (dark["fnmr"], dark["fta"]) == (0.25, 0)
    assert (darker["fnmr"], darker["fmr"]) == (0, 1)
    assert found.thresholds["fmr_clean"].value == figures().thresholds["fmr_clean"].value
    assert any("FMR rises above 0.25" in note and "low_light 4" in note for note in found.notes)


def test_a_failure_to_acquire_is_a_non_match_in_every_rate() -> None:
    lost = scores()
    lost[:, 1] = -np.inf  # probe B: one genuine pair, and three impostor comparisons
    rejected = int((scores()[:, 1][[0, 2, 3]] > 0.095).sum())
    row = figures(Step("mask", 50, "%", lost)).details["curves"][1]
    assert (row["fnmr"], row["fta"], row["n"]) == (0.25, 0.25, 6)
    assert row["fmr"] == (3 - rejected) / 12


def test_an_enrolled_photo_that_is_not_acquired_fails_in_every_condition_and_is_no_failure_of_the_probe() -> None:
    lost = scores()
    lost[2] = -np.inf
    found = figures(Step("jpeg", 20, "quality", lost), clean=lost)
    assert [row["fnmr"] for row in found.details["curves"]] == [0.25, 0.25]
    assert [row["fta"] for row in found.details["curves"]] == [0, 0]
    assert found.details["enrolled_not_acquired"] == 1


def test_metrics_carry_the_level_where_a_condition_has_several() -> None:
    found = figures(Step("mask", 50, "%", scores()), Step("size", 32, "px", scores()), Step("size", 24, "px", scores()))
    assert set(found.metrics) == {"fmr_clean", "fnmr_clean", "fnmr_mask", "fnmr_size_32", "fnmr_size_24"}
    assert set(found.details["curves"][0]) >= {
        "condition", "level", "unit", "fnmr", "fnmr_low", "fnmr_high", "fmr", "fta", "eer", "n",
    }  # fmt: skip


def test_no_error_at_all_still_has_an_interval() -> None:
    # Wilson, 0 of 4 people: 1.96^2 / (4 + 1.96^2) = 3.8415 / 7.8415.
    none = figures().metrics["fnmr_clean"]
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(0.48989, abs=1e-4)
    blind = scores()
    np.fill_diagonal(blind, -1)
    every = figures(Step("mask", 50, "%", blind)).metrics["fnmr_mask"]
    assert (every.value, every.high) == (1, 1)
    assert every.low == pytest.approx(1 - 0.48989, abs=1e-4)


def test_the_interval_is_of_people_not_of_pairs() -> None:
    # Nine pairs of A match, the one of B fails: 0.1. A quarter of the resamples is of A alone, a quarter of B alone, so
    # the interval is everything; drawing pairs would give 0 to about 0.3.
    people = np.repeat(["A", "B"], [9, 1])
    matrix = np.where(people[:, None] == people[None], 0.9, 0.1).astype(np.float32)
    worse = matrix.copy()
    worse[9, 9] = 0.0
    pairs = np.arange(10)
    found = evaluate(
        CONFIG.model_copy(update={"fmr": 0.001}),
        clean=Step("clean", 0, "", matrix),
        degraded=[Step("rain", 10, "mm", worse)],
        enrolled=people,
        probes=people,
        left=np.append(pairs, 0),
        right=np.append(pairs, 9),
    )
    rain = found.metrics["fnmr_rain"]
    assert (rain.value, rain.low, rain.high) == (0.1, 0, 1)


def test_few_impostors_and_simulation_are_said() -> None:
    notes = " ".join(figures().notes)
    assert "simulated" in notes and "infrared" in notes
    assert "12 impostor comparisons give 3 expected false matches" in notes


def test_nan_scores_and_missing_kinds_are_refused() -> None:
    broken = scores()
    broken[0, 0] = np.nan
    with pytest.raises(ValueError, match="mask 50 are NaN"):
        figures(Step("mask", 50, "%", broken))
    clean = Step("clean", 0, "", scores())
    with pytest.raises(ValueError, match="genuine and impostor"):
        evaluate(CONFIG, clean=clean, degraded=[], enrolled=PEOPLE, probes=PEOPLE, left=LEFT[:4], right=RIGHT[:4])
