"""Bands and decisions, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.deploy.parity.decisions import Answer, Band, Bands, compare_answers, log_odds, moved
from zhsq.deploy.parity.result import Parity
from zhsq.deploy.parity.scores import GraphScores
from zhsq.tracking.gates.config import GatesConfig

BAND = Band(0.1, "cosine", "int8")
NAMES = ["a", "b", "c", "d", "e"]


def scored(scores: list[float]) -> Answer:
    return Answer.by_score("match", NAMES, scores, 0.5, BAND)


def parity(*decisions, graphs=(), max_in_band: float = 0.25) -> Parity:
    return Parity("r", "o", "five names", 5, tuple(graphs), decisions, max_in_band)


def test_a_decision_that_flips_outside_the_band_is_counted_and_named() -> None:
    #                       clear above, clear below, in the band, in the band, nothing found
    ours, theirs = scored([0.9, 0.2, 0.55, 0.45, math.nan]), scored([0.3, 0.25, 0.45, 0.40, math.nan])
    found = compare_answers(ours, theirs)
    assert (found.n, found.agree, found.in_band, found.in_band_agree) == (3, 2, 2, 1)
    assert found.examples == ("a: True became False",)
    assert found.max_error == pytest.approx(0.6)
    (failure,) = parity(found).failures
    assert "2 of 3 decisions equal" in failure and "a: True became False" in failure


def test_a_face_that_only_one_side_finds_differs_however_near_its_score_is() -> None:
    found = compare_answers(scored([0.9, 0.2, 0.9, 0.2, 0.9]), scored([0.9, 0.2, 0.9, 0.2, math.nan]))
    assert (found.n, found.agree) == (5, 4)


def test_what_changes_when_an_edge_is_moved_by_the_band_lies_in_it() -> None:
    ours = Answer.by_moved_edges("faces", NAMES, [1, 1, 2, 0, 1], [[1, 2, 2, 0, 1], [1, 1, 2, 0, 0]], BAND)
    theirs = Answer.by_moved_edges("faces", NAMES, [1, 2, 2, 0, 0], [], BAND)
    found = compare_answers(ours, theirs)
    assert (found.n, found.agree, found.in_band, found.in_band_agree) == (3, 3, 2, 0)
    assert math.isnan(found.max_error) and found.outcomes == 3
    assert parity(found).passes(), "of two in the band of five, a share above a quarter is not sure"


def test_a_band_that_surely_holds_too_much_refuses() -> None:
    names = [str(i) for i in range(100)]
    ours = Answer.by_score("match", names, np.linspace(0.45, 0.55, 100).tolist(), 0.5, BAND)
    (failure,) = parity(compare_answers(ours, ours)).failures
    assert "100 in the band" in failure and "at most 25 %" in failure.replace("25%", "25 %")


def test_an_error_of_scores_refuses_with_its_limit() -> None:
    graph = GraphScores("embed", 8, 0.2, 0.02, "vector", "fp32", 0.001)
    (failure,) = parity(graphs=[graph]).failures
    assert failure == "graph embed (fp32): error 2.0e-02 of the scale of vector, 8 real inputs; needs <= 0.001"


def test_log_odds_are_moved_there_and_back() -> None:
    assert log_odds(0.5) == pytest.approx(0)
    assert log_odds(0.9) == pytest.approx(math.log(9))
    assert moved(0.9, -math.log(9)) == pytest.approx(0.5)
    assert moved(moved(0.997, 0.25), -0.25) == pytest.approx(0.997)
    assert np.isfinite(log_odds([0.0, 1.0])).all()


def test_a_decision_is_held_to_the_coarsest_graph_that_it_rests_on() -> None:
    limits = GatesConfig.load().parity
    bands = Bands(limits, {"detect": "fp32", "embed": "int8"})
    assert bands.of("probability", ["detect"]).precision == "fp32"
    band = bands.of("cosine", ["detect", "embed"])
    assert (band.precision, band.width) == ("int8", limits.int8.band["cosine"])


def test_coarser_precisions_have_wider_limits_for_the_same_units() -> None:
    limits = GatesConfig.load().parity
    for finer, coarser in ((limits.fp32, limits.fp16), (limits.fp16, limits.int8)):
        assert finer.max_rel < coarser.max_rel
        assert finer.band.keys() == coarser.band.keys()
        assert all(finer.band[unit] < coarser.band[unit] for unit in finer.band)
