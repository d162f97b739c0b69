"""Presentation-attack metrics against a table worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics import pad

BONA_FIDE = np.array([0.95, 0.9, 0.6, 0.3])
PRINT = np.array([0.7, 0.2, 0.1, 0.05])
REPLAY = np.array([0.8, 0.5])


def test_a_score_at_the_threshold_is_taken_for_bona_fide() -> None:
    # print: only .7 reaches .5; replay: .8 and .5 do; bona fide: only .3 does not.
    assert pad.apcer(PRINT, 0.5) == pytest.approx(1 / 4)
    assert pad.apcer(REPLAY, 0.5) == pytest.approx(1.0)
    assert pad.bpcer(BONA_FIDE, 0.5) == pytest.approx(1 / 4)
    assert pad.bpcer(BONA_FIDE, 0.3) == 0


def test_weights_count_a_presentation_as_often_as_it_was_drawn() -> None:
    # .7 drawn three times, .2 once, the others never: 3 of 4 pass.
    assert pad.apcer(PRINT, 0.5, np.array([3.0, 1.0, 0.0, 0.0])) == pytest.approx(3 / 4)
    assert math.isnan(pad.bpcer(BONA_FIDE, 0.5, np.zeros(4)))


def test_the_worst_kind_sets_the_threshold() -> None:
    # At most half of each kind may pass. print: .7 and .2 may, so the threshold lies just above .1.
    # replay: .8 may, .5 may not, so just above .5: the stricter of the two. Below it of bona fide: .3 only.
    value, threshold = pad.bpcer_at_apcer(BONA_FIDE, [PRINT, REPLAY], 0.5)
    assert threshold == np.nextafter(0.5, 1) and value == pytest.approx(1 / 4)
    assert max(pad.apcer(PRINT, threshold), pad.apcer(REPLAY, threshold)) <= 0.5
    # None may pass: just above .8. Below it: .6 and .3.
    value, threshold = pad.bpcer_at_apcer(BONA_FIDE, [PRINT, REPLAY], 0.0)
    assert threshold == np.nextafter(0.8, 1) and value == pytest.approx(1 / 2)


def test_equal_scores_pass_or_fail_together() -> None:
    # One of three may pass, but the two best are equal: none does.
    assert pad.threshold_at_apcer([np.array([0.9, 0.9, 0.1])], 1 / 3) == np.nextafter(0.9, 1)


def test_where_every_attack_may_pass_no_threshold_is_needed() -> None:
    assert pad.bpcer_at_apcer(BONA_FIDE, [PRINT], 1.0) == (0.0, -math.inf)


def test_a_kind_that_was_not_drawn_sets_no_threshold() -> None:
    weights = (np.ones(4), [np.ones(4), np.zeros(2)])
    # Without replay, half of print may pass: just above .1, and no bona fide score lies below it.
    assert pad.bpcer_at_apcer(BONA_FIDE, [PRINT, REPLAY], 0.5, weights) == (0.0, np.nextafter(0.1, 1))
