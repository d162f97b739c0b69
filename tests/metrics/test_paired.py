"""Tests for two systems on the same trials, against tables worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics import paired
from zhsq.metrics.verification import auc


def test_discordant_trials_are_counted_on_both_sides() -> None:
    first, second = np.array([1, 1, 0, 0, 1], bool), np.array([1, 0, 1, 1, 1], bool)
    assert paired.discordant(first, second) == (2, 1)


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (9, 1, 2 * (1 + 10) / 2**10),  # 2 P(X <= 1) of ten throws
        (0, 5, 2 / 2**5),
        (0, 6, 2 / 2**6),
        (3, 3, 1.0),
        (0, 0, 1.0),
    ],
)
def test_mcnemar_is_the_two_sided_binomial_tail_of_the_discordant_trials(gained: int, lost: int, p: float) -> None:
    assert paired.mcnemar_exact(gained, lost) == pytest.approx(p)
    assert paired.mcnemar_exact(lost, gained) == pytest.approx(p)


def test_the_interval_of_a_paired_difference_is_bonett_and_prices() -> None:
    # n = 100, 8 gained, 2 lost: cells 9/102 and 3/102, difference 6/102, variance (12/102 - (6/102)^2) / 102
    centre, half = 6 / 102, 1.959964 * math.sqrt((12 / 102 - (6 / 102) ** 2) / 102)
    assert paired.paired_rate_interval(8, 2, 100) == pytest.approx((centre - half, centre + half), abs=1e-6)


def test_no_discordant_trial_leaves_room_for_what_was_not_seen() -> None:
    low, high = paired.paired_rate_interval(0, 0, 100)
    assert low == -high and 0.02 < high < 0.03
    assert paired.paired_rate_interval(0, 0, 0) == (-1, 1)
    assert paired.paired_rate_interval(5, 0, 5)[1] == 1  # holds the difference itself


def test_delong_of_three_and_three_by_hand() -> None:
    positive = np.array([1, 1, 1, 0, 0, 0], bool)
    first = np.array([4, 3, 1, 2, 0, 0.5])
    second = np.array([4, 3, 2.5, 2, 0, 0.5])
    # Placements of the positives: first 1, 1, 2/3; second all 1: differences 0, 0, 1/3, variance 1/27.
    # Of the negatives: first 2/3, 1, 1; second all 1: the same. Variance of the difference 2 (1/27) / 3 = 2/81.
    found = paired.delong(first, second, positive)
    assert found.difference == pytest.approx(1 / 9)
    assert found.error == pytest.approx(math.sqrt(2) / 9)
    assert found.p == pytest.approx(math.erfc(0.5))  # z = 1 / sqrt(2)


def test_delongs_difference_is_that_of_the_areas_with_ties_and_failures() -> None:
    random = np.random.default_rng(0)
    positive = random.random(300) < 0.4
    first, second = (np.round(random.normal(size=300) + positive, 1) for _ in range(2))
    first[::17] = -np.inf
    found = paired.delong(first, second, positive)
    assert found.difference == pytest.approx(auc(second, positive) - auc(first, positive))


def test_delong_rejects_about_one_true_hypothesis_in_twenty() -> None:
    random = np.random.default_rng(1)
    positive = np.arange(120) < 60
    shared = random.normal(size=(400, 120)) + positive
    noise = random.normal(size=(2, 400, 120))
    p = [paired.delong(s + a, s + b, positive).p for s, a, b in zip(shared, *noise, strict=True)]
    assert 0.02 <= np.mean(np.array(p) < 0.05) <= 0.085  # 0.05 +- 3 standard errors


def test_delong_of_the_same_scores_shows_nothing_and_needs_both_kinds() -> None:
    positive = np.array([1, 1, 0, 0], bool)
    scores = np.arange(4.0)
    assert paired.delong(scores, scores, positive) == paired.Delong(0.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="two trials of each kind"):
        paired.delong(scores, scores, np.array([1, 0, 0, 0], bool))


def test_clustered_delong_is_delong_when_each_trial_is_its_own_and_is_not_fooled_by_copies() -> None:
    random = np.random.default_rng(2)
    positive = np.arange(60) < 25
    first, second = (random.normal(size=60) + positive for _ in range(2))
    plain, alone = paired.delong(first, second, positive), paired.delong(first, second, positive, np.arange(60))
    assert alone.error == pytest.approx(plain.error)
    assert alone.p > plain.p  # Student's t of 24 degrees
    # Each frame four times over holds no more than once: the error stays, while the plain one halves.
    copied = [np.repeat(x, 4) for x in (first, second, positive, np.arange(60))]
    assert paired.delong(*copied).error == pytest.approx(plain.error)
    assert paired.delong(*copied[:3]).error == pytest.approx(plain.error / 2, rel=0.05)


def test_clustered_delong_claims_nothing_of_a_kind_in_one_cluster() -> None:
    positive = np.arange(40) < 20
    random = np.random.default_rng(3)
    found = paired.delong(random.normal(size=40), positive + 0.0, positive, np.arange(40) // 20)
    assert found.p == 1 and math.isnan(found.error)


def test_a_bootstraps_p_is_twice_the_smaller_tail_and_never_zero() -> None:
    values = np.concatenate([np.full(97, 1.0), [-1.0, -1.0], [np.nan]])
    assert paired.bootstrap_p(values) == pytest.approx(2 * 3 / 100)
    assert paired.bootstrap_p(np.ones(99)) == pytest.approx(2 / 100)
    assert paired.bootstrap_p(np.zeros(99)) == 1.0


def test_sign_flips_of_few_gaps_are_counted_exactly_and_zeros_do_not_matter() -> None:
    assert paired.sign_flip_p(np.array([1, 1, 1, 1, 1, 0, 0])) == 2 / 2**5
    # Sums of +-3 +-1 +-1: 5, 3, 3, 1 and their negatives; the observed 3 - 1 + 1 = 3 is reached by 6 of 8.
    assert paired.sign_flip_p(np.array([3.0, -1.0, 1.0])) == 6 / 8
    assert paired.sign_flip_p(np.zeros(9)) == 1


def test_sign_flips_of_many_gaps_are_drawn_and_p_is_never_zero() -> None:
    assert paired.sign_flip_p(np.ones(40)) == 1 / 10_000
    balanced = np.tile([1.0, -1.0], 20)
    assert paired.sign_flip_p(balanced) == 1


def test_holm_multiplies_the_smallest_most_and_keeps_the_order() -> None:
    # sorted 0.01 x 3, 0.03 x 2, 0.04 x 1 -> 0.03, 0.06, max(0.06, 0.04)
    assert paired.holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert paired.holm([0.5, 0.9]).tolist() == [1.0, 1.0]
    assert paired.holm([]).tolist() == []
