"""Banks of normal examples: which are chosen, and that no clip is scored by a bank that holds it."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.anomaly.params import MOTION
from zhsq.models.anomaly.pipeline import Windows
from zhsq.training.anomaly.bank import fit_bank, folds, others, spread
from zhsq.training.anomaly.config import AnomalyExperiment
from zhsq.training.anomaly.normal import learn


def test_examples_on_a_line_are_chosen_each_as_far_as_can_be_from_those_before() -> None:
    line = np.array([[0], [1], [3], [7]], np.float32)
    # The first is drawn. From 0: 7 is farthest; then 1 is 1 away, 3 is 3 away from 0: 3. From 3: 7 is 4 away, 0 is 3;
    # then 0 is 3 away, 1 is 2. From 1: 7; then 0 is 1 away and 3 is 2. From 7: 0; then 1 is 1 away and 3 is 3.
    expected = {0: [0, 7, 3], 1: [1, 7, 3], 3: [3, 7, 0], 7: [7, 0, 3]}
    seen = set()
    for seed in range(30):
        chosen = spread(line, 3, 4, np.random.default_rng(seed))[:, 0].tolist()
        assert chosen == expected[int(chosen[0])]
        seen.add(chosen[0])
    assert seen == {0, 1, 3, 7}, "every start was drawn"


def test_few_odd_examples_are_kept_among_many_alike() -> None:
    random = np.random.default_rng(0)
    features = np.concatenate([random.normal(0, 0.1, (500, 2)), [[5, 5], [-5, 5], [5, -5]]]).astype(np.float32)
    chosen = spread(features, 4, 503, np.random.default_rng(1))
    assert {tuple(row) for row in chosen.round().tolist()} >= {(5, 5), (-5, 5), (5, -5)}


def test_no_more_is_chosen_than_there_is_and_only_from_the_pool() -> None:
    line = np.arange(10, dtype=np.float32)[:, None]
    assert sorted(spread(line, 20, 100, np.random.default_rng(0))[:, 0]) == list(range(10))
    assert len(spread(line, 20, 6, np.random.default_rng(0))) == 6


def test_components_are_those_that_vary_most() -> None:
    random = np.random.default_rng(0)
    base = random.normal(0, 1, (300, 1))
    # After scaling, ten features say one thing and the eleventh another: two components hold nearly all.
    features = np.concatenate([base + random.normal(0, 0.05, (300, 10)), random.normal(0, 1, (300, 1))], axis=1)
    bank = fit_bank(features.astype(np.float32), 300, 300, 2, 0)
    assert bank.project.shape == (11, 2) and bank.rows.shape == (300, 2)
    # Each is made about equally wide: sqrt(v / (v + 0.01)) of variances 10 and 1.
    np.testing.assert_allclose(bank.rows.std(0), 1, atol=0.02)
    seen = (features - bank.mean) @ bank.project
    for component, source in ((0, base[:, 0]), (1, features[:, 10])):
        assert abs(np.corrcoef(seen[:, component], source)[0, 1]) > 0.99


def test_each_feature_is_scaled_by_itself_without_components() -> None:
    features = np.random.default_rng(0).normal(5, (0.1, 10), (400, 2)).astype(np.float32)
    bank = fit_bank(features, 400, 400, 0, 0)
    np.testing.assert_allclose(bank.rows.std(0), 1, atol=1e-4)
    np.testing.assert_allclose(bank.rows.mean(0), 0, atol=1e-4)


@pytest.mark.parametrize(
    ("count", "wanted", "expected"),
    [
        (5, 2, [[0, 1, 2], [3, 4]]),
        (6, 3, [[0, 1], [2, 3], [4, 5]]),
        (3, 8, [[0], [1], [2]]),
    ],
)
def test_folds_are_neighbours_and_hold_each_clip_once(count: int, wanted: int, expected: list[list[int]]) -> None:
    assert folds(count, wanted) == expected


def test_the_others_are_all_but_one_fold() -> None:
    parts = [[0, 1], [2], [3, 4]]
    assert [others(parts, held) for held in range(3)] == [[2, 3, 4], [0, 1, 3, 4], [0, 1, 2]]


def clip(seed: int, frames: int = 20, outlier_at: int | None = None) -> list[Windows]:
    """Two windows of each frame move at about 1; the outlier at 50."""
    random = np.random.default_rng(seed)
    made = []
    for frame in range(frames):
        motion = random.normal(1, 0.05, (2, len(MOTION))).astype(np.float32)
        if frame == outlier_at:
            motion[0, 0] = 50
        flow = np.zeros((2, 4, 2), np.float32)
        made.append(Windows(motion, np.empty((2, 0), np.float32), np.array([[0, 0], [1, 3]]), flow, (36, 60)))
    return made


@pytest.mark.parametrize("held", [0, 1, 2, 3])
def test_a_clip_is_never_scored_by_a_bank_that_holds_it(held: int, small: AnomalyExperiment) -> None:
    clips = [clip(seed, outlier_at=7 if seed == held else None) for seed in range(4)]
    config = small.model_copy(update={"folds": 4, "bank": 1000})
    found = learn(clips, config)
    outlier = clips[held][7].motion[:1]
    # The final bank holds it: scored by that, it would be as normal as can be.
    assert found.banks["motion"].distances(outlier)[0] < 0.05
    before, at = found.scores[held][6], found.scores[held][7]
    rest = np.concatenate([scores[: 7 if i == held else None] for i, scores in enumerate(found.scores)])
    assert at > 20 * max(rest.max(), before, 1e-3)
    assert [len(scores) for scores in found.scores] == [20] * 4 == [len(hot) for hot in found.hottest]


def test_clips_of_one_fold_do_not_see_each_other(small: AnomalyExperiment) -> None:
    # The same odd thing in both clips of one fold: neither may excuse the other's.
    clips = [clip(seed, outlier_at=7 if seed in (2, 3) else None) for seed in range(6)]
    found = learn(clips, small.model_copy(update={"folds": 3, "bank": 1000}))
    normal = max(scores[:7].max() for scores in found.scores)
    for held in (2, 3):
        assert found.scores[held][7] > 20 * max(normal, 1e-3)
    # In clips of two folds it is known to the other's bank.
    clips = [clip(seed, outlier_at=7 if seed in (0, 5) else None) for seed in range(6)]
    known = learn(clips, small.model_copy(update={"folds": 3, "bank": 1000}))
    assert known.scores[0][7] < found.scores[2][7] / 5


def test_the_same_seed_gives_the_same_banks(small: AnomalyExperiment) -> None:
    clips = [clip(seed) for seed in range(4)]
    config = small.model_copy(update={"bank": 16, "pool": 50})
    one, other, third = (learn(clips, config.model_copy(update={"seed": seed})) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.banks["motion"].rows, other.banks["motion"].rows)
    assert not np.array_equal(one.banks["motion"].rows, third.banks["motion"].rows)
