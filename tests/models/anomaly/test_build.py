"""The scorer's graph against numpy."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest

from zhsq.models.anomaly.build import Bank, score_graph
from zhsq.models.anomaly.params import CHANNELS, MOTION
from zhsq.training.anomaly.bank import calibrated, fit_bank
from zhsq.training.anomaly.normal import standard


def run(graph: bytes, **inputs: np.ndarray) -> np.ndarray:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    (score,) = session.run(["score"], inputs)
    return np.asarray(score)


def windows(count: int, width: int, seed: int) -> np.ndarray:
    """Features on scales that differ by a hundred, as speeds and rows do."""
    random = np.random.default_rng(seed)
    return (random.normal(3, 1, (count, width)) * np.geomspace(0.1, 10, width)).astype(np.float32)


def bank_of(width: int, components: int, seed: int) -> Bank:
    bank = fit_bank(windows(400, width, seed), 100, 300, components, 0)
    return calibrated(bank, bank.distances(windows(200, width, seed + 1)), weight=0.6)


@pytest.fixture(scope="module")
def motion() -> Bank:
    return bank_of(len(MOTION), 0, 1)


@pytest.fixture(scope="module")
def looks() -> Bank:
    return bank_of(CHANNELS, 8, 5)


def test_a_distance_is_the_euclidean_one_to_the_nearest_row(looks: Bank) -> None:
    features = windows(5000, CHANNELS, 9)  # more than are worked out at a time
    projected = (features.astype(np.float64) - looks.mean) @ looks.project
    expected = [np.sqrt(((looks.rows - row) ** 2).sum(1)).min() for row in projected]
    np.testing.assert_allclose(looks.distances(features), expected, atol=1e-3)
    assert looks.rows.shape == (100, 8)


def test_the_graph_scores_as_numpy_does_with_motion_alone(motion: Bank) -> None:
    features = windows(300, len(MOTION), 11)
    expected = standard({"motion": motion.distances(features)}, {"motion": motion})
    assert expected.std() > 0.1 and (expected > 0).any()
    np.testing.assert_allclose(run(score_graph(motion, None), motion=features), expected, atol=1e-4)


def test_the_graph_scores_as_numpy_does_with_looks(motion: Bank, looks: Bank) -> None:
    moves, seen = windows(300, len(MOTION), 12), windows(300, CHANNELS, 13)
    banks = {"motion": motion, "looks": looks}
    expected = standard({"motion": motion.distances(moves), "looks": looks.distances(seen)}, banks)
    assert expected.std() > 0.1
    np.testing.assert_allclose(run(score_graph(motion, looks), motion=moves, looks=seen), expected, atol=1e-4)


def line(width: int, *, middle: float, spread: float, weight: float = 1) -> Bank:
    """One normal example at the origin; distances are lengths."""
    rows = np.zeros((1, width), np.float32)
    return Bank(rows[0], np.eye(width, dtype=np.float32), rows, middle=middle, spread=spread, weight=weight)


def test_a_score_is_the_weighted_sum_of_standard_deviations_over_the_kinds_and_never_below_nothing() -> None:
    graph = score_graph(line(len(MOTION), middle=1, spread=0.5), line(CHANNELS, middle=2, spread=4, weight=0.5))
    moves, seen = np.zeros((3, len(MOTION)), np.float32), np.zeros((3, CHANNELS), np.float32)
    moves[0, :2] = 3, 4  # length 5: (5 - 1) / 0.5 = 8 standard deviations
    seen[0, 7] = 10  # (10 - 2) / 4 = 2, which counts half: 9 in all
    moves[1, 0] = 2  # (2 - 1) / 0.5 = 2
    seen[1, 7] = 0  # (0 - 2) / 4 = -0.5, half of it: what looks normal takes away from what moves oddly
    # The last window is a normal example itself: -2 and -0.25 are below nothing.
    np.testing.assert_allclose(run(graph, motion=moves, looks=seen), [9, 1.75, 0], atol=1e-5)


def test_a_window_that_is_in_the_bank_is_at_no_distance_and_no_rounding_makes_it_nan() -> None:
    features = windows(64, len(MOTION), 21) + 1000
    bank = calibrated(fit_bank(features, 64, 64, 0, 0), np.array([1, 3], np.float32))
    assert np.abs(bank.distances(features)).max() < 0.05
    assert np.isfinite(run(score_graph(bank, None), motion=features)).all()


def test_one_window_is_scored_as_among_others(motion: Bank) -> None:
    features, graph = windows(20, len(MOTION), 31), score_graph(motion, None)
    alone = [run(graph, motion=features[i : i + 1]) for i in range(20)]
    assert alone[0].shape == (1,)
    np.testing.assert_allclose(np.concatenate(alone), run(graph, motion=features), atol=1e-5)


def test_the_same_banks_give_the_same_bytes(motion: Bank, looks: Bank) -> None:
    assert score_graph(motion, looks) == score_graph(motion, looks)
    assert score_graph(motion, looks) != score_graph(motion, None)
