"""Open-set rates by hand: four probes of enrolled people, five of others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.metrics.identification import Search


@pytest.fixture
def search() -> Search:
    """Person 3's own entry is not the best candidate, person 2's probe was not acquired."""
    return Search(
        gallery=10,
        mated=np.array([0.9, 0.6, -np.inf, 0.7]),
        first=np.array([True, True, False, False]),
        mated_people=np.array([0, 1, 2, 3]),
        other=np.array([0.5, 0.8, 0.3, 0.65, -np.inf]),
        other_people=np.array([4, 5, 6, 7, 8]),
    )


def test_fpir_counts_strangers_at_or_above_the_threshold(search: Search) -> None:
    assert search.fpir(0.65) == pytest.approx(2 / 5)
    assert search.fpir(0.66) == pytest.approx(1 / 5)


def test_fnir_counts_the_weak_the_not_acquired_and_those_whom_another_outscored(search: Search) -> None:
    assert search.fnir(0.65) == pytest.approx(3 / 4)  # only the first is named: 0.7 came second, 0.6 is too low
    assert search.fnir(0.5) == pytest.approx(2 / 4)
    assert search.rank_1() == pytest.approx(2 / 4)


def test_the_threshold_is_the_most_lenient_that_keeps_the_fpir(search: Search) -> None:
    for target, expected in ((0.2, 0.8), (0.39, 0.8), (0.4, 0.65), (0.6, 0.5)):
        assert search.threshold(target) == expected
        assert search.fpir(expected) <= target
    above_all = search.threshold(0.1)  # not even one of five is allowed
    assert above_all > 0.8 and search.fpir(above_all) == 0


def test_tied_strangers_are_let_in_together_or_not_at_all(search: Search) -> None:
    tied = Search(10, search.mated, search.first, search.mated_people, np.array([0.5, 0.5, 0.4, 0.1]), np.arange(4))
    assert tied.threshold(0.25) > 0.5
    assert tied.threshold(0.5) == 0.5


def test_a_person_drawn_twice_counts_twice(search: Search) -> None:
    times = np.zeros(9, dtype=np.int64)
    times[[0, 1, 5, 7]] = 2, 1, 1, 3
    assert search.fnir(0.65, times) == pytest.approx(1 / 3)  # person 1 is missed: 1 of 2 + 1
    assert search.threshold(0.5, times) == 0.8  # strangers: 0.8 once, 0.65 three times
    assert search.threshold(0.75, times) == 0.8
    assert search.rank_1(times) == 1
    assert math.isnan(search.fnir(0.65, np.zeros(9, dtype=np.int64)))


def test_only_keeps_the_chosen_strangers(search: Search) -> None:
    part = search.only(search.other_people % 2 == 0)
    assert part.other.tolist() == [0.5, 0.3, -np.inf]
    assert part.fnir(0.5) == search.fnir(0.5)
