"""Verification metrics against tables worked out by hand, and against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics import verification as v
from zhsq.metrics.intervals import identity_weights, wilson

# Sorted by score:   .9 g | .8 g | .7 i | .6 g | .5 i | .4 i
SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
GENUINE = np.array([True, True, False, True, False, False])


def test_the_roc_of_six_trials() -> None:
    thresholds, fmr, tar = v.roc(SCORES, GENUINE)
    np.testing.assert_allclose(thresholds[1:], SCORES)
    np.testing.assert_allclose(fmr, [0, 0, 0, 1 / 3, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(tar, [0, 1 / 3, 2 / 3, 2 / 3, 1, 1, 1])


def test_auc_eer_and_tar_of_six_trials() -> None:
    # Pairs (genuine, impostor) in the right order: .9 and .8 beat all three, .6 beats two: 8 of 9.
    assert v.auc(SCORES, GENUINE) == pytest.approx(8 / 9)
    # FMR meets FNMR at 1/3 both (threshold .7).
    assert v.eer(SCORES, GENUINE) == pytest.approx(1 / 3)
    assert v.tar_at_far(SCORES, GENUINE, 0.0) == (pytest.approx(2 / 3), 0.8)
    assert v.tar_at_far(SCORES, GENUINE, 0.34) == (pytest.approx(1.0), 0.6)


def test_ties_count_half() -> None:
    assert v.auc(np.array([0.5, 0.5]), np.array([True, False])) == pytest.approx(0.5)


def test_a_failure_to_acquire_never_matches() -> None:
    scores, genuine = np.array([-math.inf, 0.9, 0.2]), np.array([True, True, False])
    assert v.tar_at_far(scores, genuine, 0.0)[0] == pytest.approx(0.5)
    assert v.tar_at_far(scores, genuine, 1.0)[0] == pytest.approx(0.5)
    assert v.auc(scores, genuine) == pytest.approx(0.5)  # one win, one loss: it lies below every score


def test_the_best_threshold_lies_between_the_classes() -> None:
    assert v.best_threshold(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])) == pytest.approx(0.5)
    # All impostors: nothing may be accepted.
    assert v.best_threshold(np.array([0.1, 0.2]), np.array([False, False])) > 0.2


def test_fold_accuracy_takes_the_threshold_from_the_other_fold() -> None:
    # Fold 0 separates at 0.5, fold 1 at 0.7; judged by the other's threshold each makes a known number of errors.
    scores = np.array([0.4, 0.6, 0.65, 0.75])
    genuine = np.array([False, True, False, True])
    folds = np.array([0, 0, 1, 1])
    mean, per_fold, thresholds = v.fold_accuracy(scores, genuine, folds)
    np.testing.assert_allclose(thresholds, [0.7, 0.5])
    assert per_fold == [0.5, 0.5]
    assert mean == 0.5


def test_agrees_with_scikit_learn_on_random_trials() -> None:
    from sklearn.metrics import roc_auc_score, roc_curve

    random = np.random.default_rng(1)
    genuine = random.random(500) < 0.4
    scores = np.round(random.normal(genuine * 1.0, 1.0), 1)  # rounded: many ties
    assert v.auc(scores, genuine) == pytest.approx(roc_auc_score(genuine, scores))
    fpr, tpr, thresholds = roc_curve(genuine, scores, drop_intermediate=False)
    ours = v.roc(scores, genuine)
    np.testing.assert_allclose(ours[1], fpr)
    np.testing.assert_allclose(ours[2], tpr)
    np.testing.assert_allclose(ours[0][1:], thresholds[1:])


def test_a_weight_of_two_is_a_trial_twice() -> None:
    random = np.random.default_rng(2)
    scores, genuine = random.random(40), random.random(40) < 0.5
    folds, times = np.arange(40) % 4, random.integers(0, 3, 40)
    again = np.repeat(np.arange(40), times)
    weights = times.astype(float)
    for metric in (v.auc, v.eer):
        assert metric(scores, genuine, weights) == pytest.approx(metric(scores[again], genuine[again]))
    weighted, repeated = v.tar_at_far(scores, genuine, 0.1, weights), v.tar_at_far(scores[again], genuine[again], 0.1)
    assert weighted[0] == pytest.approx(repeated[0])
    assert v.fold_accuracy(scores, genuine, folds, weights)[0] == pytest.approx(
        v.fold_accuracy(scores[again], genuine[again], folds[again])[0], abs=0.05
    )


def test_wilson_s_interval_of_known_cases() -> None:
    assert wilson(0, 10) == (0.0, pytest.approx(0.2775, abs=1e-4))
    assert wilson(8, 10) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)


def test_identity_weights_draw_people_not_pairs() -> None:
    left, right = np.array(["a", "a", "b"]), np.array(["a", "b", "b"])
    weights = identity_weights(left, right, resamples=50, seed=0)
    np.testing.assert_array_equal(weights[:, 0] + weights[:, 2], np.full(50, 2.0))  # two people drawn in all
    np.testing.assert_array_equal(weights[:, 1], weights[:, 0] * weights[:, 2])
