"""The presentation-attack protocol on twelve presentations, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.metrics.intervals import wilson
from zhsq.protocols.face_pad import FacePad, evaluate
from zhsq.protocols.report import Figures, ThresholdRef

POINTS = {"live": ThresholdRef(value=0.5, source="a"), "strict": ThresholdRef(value=0.9, source="b")}
NO_FACE = -np.inf
SCORES = np.array([0.95, 0.8, 0.4, NO_FACE, 0.6, 0.2, 0.1, NO_FACE, 0.92, 0.7, 0.3, 0.1])
KINDS = np.array(["bona-fide"] * 4 + ["print"] * 4 + ["replay"] * 4)
PEOPLE = np.array(["a", "b", "c", "d"] * 3)


def _evaluate(scores: np.ndarray = SCORES, people: np.ndarray = PEOPLE) -> Figures:
    return evaluate(FacePad(resamples=50), scores=scores, kinds=KINDS, people=people, points=POINTS)


def test_errors_are_shares_of_the_answered_and_the_worst_kind_leads() -> None:
    metrics = _evaluate().metrics
    assert metrics["apcer_print"].value == pytest.approx(1 / 3)  # .6 of .6 .2 .1
    assert metrics["apcer_replay"].value == pytest.approx(2 / 4)  # .92 and .7
    assert metrics["apcer"] == metrics["apcer_replay"]
    assert (metrics["apcer"].low, metrics["apcer"].high) == wilson(2, 4)
    assert metrics["bpcer"].value == pytest.approx(1 / 3)  # .4 of .95 .8 .4


def test_the_second_operating_point_is_named() -> None:
    metrics = _evaluate().metrics
    assert metrics["apcer_print_at_strict"].value == 0
    assert metrics["apcer_at_strict"].value == pytest.approx(1 / 4)  # .92
    assert metrics["bpcer_at_strict"].value == pytest.approx(2 / 3)  # .8 and .4


def test_non_responses_are_counted_and_no_error() -> None:
    figures = _evaluate()
    assert figures.metrics["apnrr"].value == pytest.approx(1 / 4)  # of print; replay has none
    assert figures.metrics["bpnrr"].value == pytest.approx(1 / 4)
    assert figures.details["presentations"] == {"bona-fide": 4, "print": 4, "replay": 4}
    assert figures.details["without_response"] == {"bona-fide": 1, "print": 1, "replay": 0}


def test_bpcer10_allows_one_attack_in_ten_of_the_worst_kind() -> None:
    figures = _evaluate()
    # None of four may pass, so just above .92: only .95 is left of .95 .8 .4.
    assert figures.metrics["bpcer10"].value == pytest.approx(2 / 3)
    assert figures.thresholds["bpcer10"].value == np.nextafter(0.92, 1)
    assert "not for deployment" in figures.thresholds["bpcer10"].source


def test_several_presentations_of_one_person_are_said() -> None:
    assert _evaluate().notes == ()
    assert "too narrow" in _evaluate(people=np.array(["a", "a", "c", "d"] * 3)).notes[0]


def test_nan_and_a_kind_without_any_face_are_refused() -> None:
    with pytest.raises(ValueError, match="1 scores are NaN"):
        _evaluate(np.where(np.arange(12) == 5, np.nan, SCORES))
    with pytest.raises(ValueError, match=r"none in: \['replay'\]"):
        _evaluate(np.where(np.arange(12) >= 8, NO_FACE, SCORES))
