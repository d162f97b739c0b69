"""RBDC and TBDC by hand; regions and tracks of masks."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.metrics.anomaly_regions import Matches, match_regions, rbdc, regions_of_mask, tbdc, tracks_of


def boxes(*rows: tuple[int, int, int, int]) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(-1, 4)


A, B, ELSEWHERE = (0, 0, 10, 10), (20, 20, 30, 30), (50, 50, 60, 60)
#: Frame 0: A is found at .9, something false at .6. Frame 1: B is found at .7, something false at .8.
TRUTH = [boxes(A), boxes(B)]
FOUND = [boxes(A, ELSEWHERE), boxes(ELSEWHERE, B)]
SCORES = [np.array([0.9, 0.6]), np.array([0.8, 0.7])]


def swept(truth: list[float], false: list[float], frames: int) -> Matches:
    return Matches(np.array(truth), np.zeros(len(truth), int), np.sort(false), np.zeros(len(false), int), frames)


def test_matches_hold_the_best_score_of_each_region_and_the_false_ones() -> None:
    matches = match_regions(TRUTH, FOUND, SCORES)
    assert matches.truth.tolist() == [0.9, 0.7] and matches.truth_frames.tolist() == [0, 1]
    assert matches.false.tolist() == [0.6, 0.8] and matches.false_frames.tolist() == [0, 1]


def test_rbdc_by_hand() -> None:
    # (false a frame, found): (0, 0), .9 -> (0, 1/2), .8 -> (1/2, 1/2), .7 -> (1/2, 1), .6 -> (1, 1).
    assert rbdc(match_regions(TRUTH, FOUND, SCORES)) == pytest.approx(0.5 * 0.5 + 0.5 * 1)


def test_tbdc_by_hand() -> None:
    matches = match_regions(TRUTH, FOUND, SCORES)
    assert tbdc(matches, np.array([0, 1])) == pytest.approx(0.75)  # a track each: as RBDC
    assert tbdc(matches, np.array([0, 0])) == pytest.approx(1.0)  # one track, found at .9 by half of its regions
    # By 60 % it needs both: (0, 0), .8 -> (1/2, 0), .7 -> (1/2, 1), .6 -> (1, 1).
    assert tbdc(matches, np.array([0, 0]), alpha=0.6) == pytest.approx(0.5)


@pytest.mark.parametrize(("regions", "needed"), [(1, 1), (10, 1), (11, 2), (30, 3), (31, 4)])
def test_a_track_needs_a_tenth_of_its_regions(regions: int, needed: int) -> None:
    # One false region a frame at .5: what is found above it counts fully, what is not counts nothing.
    for count, expected in ((needed, 1.0), (needed - 1, 0.0)):
        matches = swept([0.9] * count + [-np.inf] * (regions - count), [0.5], 1)
        assert tbdc(matches, np.zeros(regions, int)) == expected


def test_overlap_counts_from_a_tenth_on() -> None:
    scores = [np.array([0.5])]
    assert match_regions([boxes(A)], [boxes((0, 0, 10, 100))], scores).truth.tolist() == [0.5]
    below = match_regions([boxes(A)], [boxes((0, 0, 10, 101))], scores)
    assert below.truth.tolist() == [-np.inf] and below.false.tolist() == [0.5]


def test_one_detection_may_find_two_regions_and_a_second_of_one_region_is_not_false() -> None:
    matches = match_regions([boxes(A, (10, 0, 20, 10))], [boxes((0, 0, 20, 10), A)], [np.array([0.4, 0.6])])
    assert matches.truth.tolist() == [0.6, 0.4] and not len(matches.false)
    assert rbdc(matches) == pytest.approx(1.0)


def test_what_is_found_after_one_false_region_a_frame_is_worth_nothing() -> None:
    assert rbdc(swept([0.7], [0.9, 0.8], 1)) == 0.0
    # Flat after the last point: one of two is found before, the other never.
    assert rbdc(swept([0.9, -np.inf], [0.8], 4)) == pytest.approx(0.5)
    assert rbdc(swept([-np.inf], [], 3)) == 0.0


def test_equal_scores_come_together() -> None:
    # (0, 0) to (1/2, 1) by a trapezoid, then flat: 1/4 + 1/2.
    assert rbdc(swept([0.5], [0.5], 2)) == pytest.approx(0.75)
    # A constant scorer that passes one false region a frame in its only step earns nothing.
    assert rbdc(swept([0.5], [0.5] * 3, 2)) == 0.0


def test_without_true_regions_there_is_no_figure() -> None:
    matches = match_regions([boxes(), boxes()], [boxes(A), boxes()], [np.array([0.5]), np.empty(0)])
    assert np.isnan(rbdc(matches)) and np.isnan(tbdc(matches, np.empty(0, int)))
    with pytest.raises(ValueError):
        match_regions([boxes()], [], [])


def test_a_frame_drawn_twice_counts_twice() -> None:
    matches = match_regions(TRUTH, FOUND, SCORES)
    double = match_regions([*TRUTH, TRUTH[1]], [*FOUND, FOUND[1]], [*SCORES, SCORES[1]])
    assert rbdc(matches, np.array([1, 2])) == pytest.approx(rbdc(double))
    assert tbdc(matches, np.array([0, 1]), times=np.array([1, 2])) == pytest.approx(tbdc(double, np.array([0, 1, 2])))
    assert np.isnan(rbdc(match_regions([boxes(A), boxes()], FOUND, SCORES), np.array([0, 2])))


def test_it_is_fast() -> None:
    random = np.random.default_rng(0)
    found = []
    for _ in range(1000):
        corners = random.integers(0, 200, (20, 2))
        found.append(np.concatenate([corners, corners + 24], axis=1))
    truth = [frame[:2] + 3 for frame in found]
    start = time.perf_counter()
    matches = match_regions(truth, found, [random.random(20) for _ in range(1000)])
    assert tbdc(matches, np.arange(2000) // 100) > 0 and rbdc(matches) > 0
    assert time.perf_counter() - start < 2


def test_regions_of_a_mask() -> None:
    mask = np.zeros((20, 30), bool)
    mask[2:6, 3:8] = True
    mask[6, 8] = True  # touches the corner: the same region
    mask[10:12, 20:25] = True  # 10 pixels
    mask[15:18, 0:3] = True  # 9 pixels: a speck
    assert regions_of_mask(mask).tolist() == [[3, 2, 9, 7], [20, 10, 25, 12]]
    assert len(regions_of_mask(mask, least_area=9)) == 3
    empty = regions_of_mask(np.zeros((4, 4), bool))
    assert empty.shape == (0, 4) and empty.dtype == np.int64


def test_tracks_follow_the_highest_overlap_and_end_where_it_ends() -> None:
    clip = [
        boxes((0, 0, 10, 10), (100, 0, 110, 10)),
        boxes((101, 0, 111, 10), (2, 0, 12, 10)),  # in another order
        boxes((4, 0, 14, 10), (3, 0, 13, 10)),  # two over one: the second overlaps more, the first is new; 1 has ended
        boxes(),
        boxes((4, 0, 14, 10)),  # hidden for a frame: another track
    ]
    assert [track.tolist() for track in tracks_of(clip)] == [[0, 1], [1, 0], [2, 0], [], [3]]


def test_a_link_needs_the_least_overlap() -> None:
    clip = [boxes((0, 0, 10, 10)), boxes((5, 0, 15, 10))]  # IoU 1/3
    assert tracks_of(clip)[1].tolist() == [0]
    assert tracks_of(clip, least_iou=0.4)[1].tolist() == [1]
