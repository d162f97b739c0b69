"""Pixel metrics by hand and against scikit-learn; what the bins lose is said."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.metrics.anomaly_pixels import (
    counts_auroc,
    criterion_auroc,
    criterion_scores,
    frame_counts,
    pixel_auroc,
    pixel_counts,
    stretched,
)


def drawn(frames: int = 20, seed: int = 0) -> tuple[list[np.ndarray], list[np.ndarray]]:
    random = np.random.default_rng(seed)
    masks = [random.random((24, 36)) < 0.1 for _ in range(frames)]
    return [random.normal(mask, 1.0) for mask in masks], masks


def test_by_hand() -> None:
    # .35 beats .1 and not .4, .8 beats both: 3 of 4 pairs.
    maps, masks = [np.array([[0.1, 0.4], [0.35, 0.8]])], [np.array([[False, False], [True, True]])]
    assert pixel_auroc(maps, masks) == pytest.approx(3 / 4)
    assert pixel_counts(maps, masks).error == 0.0


def test_ties_count_half_and_the_two_zeros_are_one() -> None:
    assert pixel_auroc([np.array([[0.0, -0.0]])], [np.array([[False, True]])]) == 0.5


def test_order_holds_across_signs_and_magnitudes() -> None:
    values = np.array([[-1e30, -2.0, -1.0, -1e-30, 0.0, 1e-30, 1.0, 2.0, 1e30]])
    for i in range(1, 9):
        assert pixel_auroc([values], [np.arange(9)[None] >= i]) == 1.0


def test_it_agrees_with_scikit_learn_within_its_error() -> None:
    from sklearn.metrics import roc_auc_score

    maps, masks = drawn()
    exact = roc_auc_score(np.concatenate([x.ravel() for x in masks]), np.concatenate([x.ravel() for x in maps]))
    error = pixel_counts(maps, masks).error
    assert 0 < error < 1e-3
    assert pixel_auroc(iter(maps), iter(masks)) == pytest.approx(exact, abs=min(error, 1e-4))
    rounded = [np.round(x, 1) for x in maps]  # scores apart by more than a bin: nothing is lost
    exact = roc_auc_score(np.concatenate([x.ravel() for x in masks]), np.concatenate([x.ravel() for x in rounded]))
    assert pixel_counts(rounded, masks).error == 0.0
    assert pixel_auroc(rounded, masks) == pytest.approx(exact, abs=1e-12)


def test_scores_too_close_for_the_bins_are_told() -> None:
    counts = pixel_counts([np.array([[1000.0, 1000.5]])], [np.array([[False, True]])])
    assert counts_auroc(counts.normal, counts.anomalous) == 0.5 and counts.error == 0.5


def test_frames_own_histograms_add_up_and_are_near_the_whole() -> None:
    maps, masks = drawn()
    normal, anomalous = frame_counts(maps, masks, pixel_counts(maps, masks))
    assert normal.shape == anomalous.shape == (20, 512)
    np.testing.assert_array_equal(anomalous.sum(1), [mask.sum() for mask in masks])
    np.testing.assert_array_equal((normal + anomalous).sum(1), 24 * 36)
    assert counts_auroc(normal.sum(0), anomalous.sum(0)) == pytest.approx(pixel_auroc(maps, masks), abs=1e-3)
    twice = counts_auroc(normal[[3, 3]].sum(0), anomalous[[3, 3]].sum(0))
    assert twice == pytest.approx(pixel_auroc([maps[3]], [masks[3]]), abs=3e-3)


def test_one_kind_only_has_no_figure() -> None:
    assert np.isnan(pixel_auroc([np.ones((2, 2))], [np.zeros((2, 2), bool)]))
    assert np.isnan(criterion_auroc([np.ones((2, 2))], [np.zeros((2, 2), bool)]))
    assert np.isnan(pixel_auroc([], []))


def test_the_criterion_needs_two_of_five_pixels_and_one_of_a_normal_frame() -> None:
    anomalous = np.array([[9.0, 5.0, 4.0, 3.0, 2.0, 1.0]])
    mask = np.array([[False, True, True, True, True, True]])  # the 9 lies beside the anomaly: it does not count
    normal = np.array([[0.0, 0.0, 4.5, 0.0, 0.0, 0.0]])
    scores, truth = criterion_scores([anomalous, normal], [mask, ~mask & False])
    assert scores.tolist() == [4.0, 4.5] and truth.tolist() == [True, False]
    assert criterion_auroc([anomalous, normal], [mask, ~mask & False]) == 0.0
    # Of five, 20 % is one: the 5.
    assert criterion_auroc([anomalous, normal], [mask, ~mask & False], share=0.2) == 1.0


def test_a_coarse_map_covers_the_frame_cell_by_cell() -> None:
    wide = stretched(np.array([[1.0, 2.0]]), (2, 5))
    assert wide.tolist() == [[1, 1, 1, 2, 2]] * 2  # pixel 2 of 5 is in cell 2 * 2 // 5 = 0
    same = np.ones((3, 4))
    assert stretched(same, (3, 4)) is same


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match=r"Frame 1: the map is \(1, 2\), the mask \(2, 2\)"):
        pixel_auroc([np.ones((2, 2)), np.ones((1, 2))], [np.ones((2, 2), bool)] * 2)
    with pytest.raises(ValueError, match="Frame 0: a score of the map is NaN"):
        criterion_auroc([np.full((2, 2), np.nan)], [np.ones((2, 2), bool)])
    with pytest.raises(ValueError):
        pixel_auroc([np.ones((2, 2))], [])
