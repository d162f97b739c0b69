"""Galleries, the open-set protocol and the threshold planner, on drawn templates whose truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zhsq.protocols.face_identification import FaceIdentification, evaluate, searches_of
from zhsq.protocols.galleries import Templates, largest, search
from zhsq.protocols.operating_point import Planner


def quiet(done: int, total: int, what: str) -> None:
    assert 0 <= done <= total and what


def drawn(people: int, photos: int, *, noise: float, seed: int = 0, size: int = 32) -> Templates:
    """People as random directions; photos scatter around them by `noise`."""
    random = np.random.default_rng(seed)
    vectors = np.repeat(random.normal(size=(people, size)), photos, axis=0)
    vectors += noise * random.normal(size=vectors.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    names = [f"p{i:04d}" for i in range(people) for _ in range(photos)]
    paths = [Path(name) / f"{name}_{i % photos}.jpg" for i, name in enumerate(names)]
    return Templates.of(dict(zip(paths, names, strict=True)), dict(zip(paths, vectors, strict=True)))


def test_a_gallery_holds_one_photo_each_and_every_other_photo_is_a_probe() -> None:
    found, index = search(drawn(40, 3, noise=0.1), 10, seed=1)
    assert (len(found.mated), len(found.other)) == (10 * 2, 30 * 3)
    assert len(set(index.tolist())) == len(index) == 40 * 3 - 10
    assert found.first.all() and found.mated.min() > 0.8
    assert not set(found.mated_people.tolist()) & set(found.other_people.tolist())


def test_several_enrolled_photos_leave_one_to_probe_with_and_score_by_the_best() -> None:
    templates = drawn(40, 3, noise=0.4)
    one, _ = search(templates, 10, seed=1)
    two, _ = search(templates, 10, seed=1, photos_each=2)
    many, _ = search(templates, 10, seed=1, photos_each=99)
    assert (len(one.mated), len(two.mated), len(many.mated)) == (20, 10, 10)
    assert len(one.other) == len(two.other)
    assert (two.other >= one.other - 1e-6).all()  # more templates of the same people: the best can only rise


def test_scores_are_those_of_brute_force() -> None:
    templates = drawn(30, 2, noise=0.8, seed=3)
    found, index = search(templates, 12, seed=5)
    entries = np.setdiff1d(np.arange(60), index)
    scores = templates.vectors[index] @ templates.vectors[entries].T
    own = templates.people[index][:, None] == templates.people[entries][None]
    np.testing.assert_allclose(found.mated, scores[own], atol=1e-6)
    np.testing.assert_allclose(found.other, scores[len(found.mated) :].max(axis=1), atol=1e-6)
    expected = scores[: len(found.mated)].argmax(axis=1) == own[: len(found.mated)].argmax(axis=1)
    np.testing.assert_array_equal(found.first, expected)


def test_the_seed_decides_and_people_with_further_photos_come_first() -> None:
    templates = drawn(20, 2, noise=0.1)
    assert np.array_equal(search(templates, 5, 1)[1], search(templates, 5, 1)[1])
    assert not np.array_equal(search(templates, 5, 1)[1], search(templates, 5, 2)[1])


def test_a_photo_without_a_face_is_not_enrolled_and_counts_as_missed() -> None:
    templates = drawn(20, 2, noise=0.1)
    templates.vectors[0] = np.nan
    found, index = search(templates, 10, seed=0)
    if 0 in index[: len(found.mated)]:
        assert found.mated[index[: len(found.mated)].tolist().index(0)] == -np.inf
    assert 0 in index  # it is always a probe


def test_a_gallery_that_is_too_large_is_named() -> None:
    templates = drawn(20, 2, noise=0.1)
    assert largest(templates) == 10
    with pytest.raises(ValueError, match="the set allows 1 to 10"):
        search(templates, 11, seed=0)


def test_clear_people_are_never_missed_and_random_vectors_nearly_always() -> None:
    config = FaceIdentification(gallery_size=50, draws=3, resamples=20, photos_each=(1, 2))
    clear = evaluate(config, drawn(200, 3, noise=0.05), quiet)
    assert clear.metrics["fnir_at_fpir_0.01"].value == 0 and clear.metrics["rank_1"].value == 1
    lost = evaluate(config, drawn(200, 3, noise=50), quiet)
    assert lost.metrics["fnir_at_fpir_0.01"].value > 0.9
    assert lost.metrics["rank_1"].value == pytest.approx(1 / 50, abs=0.05)
    figure = lost.metrics["fnir_at_fpir_0.01_photos_2"]
    assert figure.low <= figure.value <= figure.high
    assert any("rule of 30" in note for note in clear.notes)


def test_a_threshold_from_half_of_the_strangers_holds_on_the_other_half() -> None:
    figures = evaluate(FaceIdentification(gallery_size=100, draws=10, resamples=20), drawn(800, 2, noise=0.5), quiet)
    assert figures.metrics["fpir_planned_0.01"].value == pytest.approx(0.01, abs=0.005)


def test_the_trials_give_the_searches_back() -> None:
    templates = drawn(60, 2, noise=0.5)
    figures = evaluate(FaceIdentification(gallery_size=20, draws=2, resamples=5), templates, quiet)
    again = searches_of(figures.trials, templates.names, 20)
    for seed, item in enumerate(again):
        expected, _ = search(templates, 20, seed)
        np.testing.assert_array_equal(item.other_people, expected.other_people)
        assert item.fnir(item.threshold(0.05)) == expected.fnir(expected.threshold(0.05))


class TestPlanner:
    def test_a_measured_threshold_gives_the_target_on_people_it_has_not_seen(self) -> None:
        sample, others = drawn(700, 2, noise=0.5, seed=1), drawn(700, 2, noise=0.5, seed=2)
        plan = Planner(sample, resamples=50).plan(100, 0.02)
        assert plan.method == "measured"
        assert plan.threshold.low < plan.threshold.value < plan.threshold.high
        rates = [search(others, 100, seed)[0].fpir(plan.threshold.value) for seed in range(10)]
        assert np.mean(rates) == pytest.approx(0.02, abs=0.01)

    def test_extrapolated_thresholds_err_to_the_strict_side_on_average(self) -> None:
        large = drawn(2000, 2, noise=0.5, seed=100)
        truth = search(large, 1000, 0)[0].threshold(0.05)
        plans = [Planner(drawn(120, 2, noise=0.5, seed=seed), resamples=5).plan(1000, 0.05) for seed in range(12)]
        assert {plan.method for plan in plans} == {"extrapolated"}
        assert all(any("extrapolated" in note for note in plan.notes) for plan in plans)
        assert np.mean([plan.threshold.value for plan in plans]) > truth

    def test_more_people_or_a_stricter_target_raise_the_threshold(self) -> None:
        planner = Planner(drawn(300, 2, noise=0.5), resamples=5)
        values = [planner.plan(size, 0.01, interval=False).threshold.value for size in (10, 100, 1000, 100_000)]
        assert values == sorted(values)
        assert planner.plan(100, 0.003, interval=False).threshold.value > values[1]

    def test_beyond_the_sample_s_pairs_the_threshold_rises_by_as_much_for_every_power_of_ten(self) -> None:
        planner = Planner(drawn(300, 2, noise=0.5), resamples=5)  # 179,400 pairs: 10 of them at an FMR of 5.6e-5
        sizes = (10**4, 10**5, 10**6)
        values = [planner.plan(size, 0.01, interval=False).threshold.value for size in sizes]
        assert values[1] - values[0] == pytest.approx(values[2] - values[1], rel=1e-3)
        assert values[1] - values[0] > 0.01
        assert any("extended" in note for note in planner.plan(10**5, 0.01, interval=False).notes)

    def test_the_rate_at_another_threshold_is_told_inside_and_beyond_the_sample(self) -> None:
        planner = Planner(drawn(300, 2, noise=0.5), resamples=5)
        plan = planner.plan(100, 0.05)
        assert planner.fpir_at(plan.threshold.value, 100) == pytest.approx(0.05, abs=0.01)
        assert planner.fpir_at(-1.0, 100) == 1
        assert planner.fpir_at(plan.threshold.value, 5000) > planner.fpir_at(plan.threshold.value, 1000) > 0.05

    @pytest.mark.parametrize(("people", "photos"), [(1, 5), (5, 1)])
    def test_a_sample_that_shows_too_little_is_refused(self, people: int, photos: int) -> None:
        with pytest.raises(ValueError, match="at least two people, and two photos"):
            Planner(drawn(people, photos, noise=0.1))

    @pytest.mark.parametrize(("size", "fpir"), [(0, 0.01), (10, 0.0), (10, 1.0)])
    def test_arguments_out_of_range_are_refused(self, size: int, fpir: float) -> None:
        with pytest.raises(ValueError, match="are needed"):
            Planner(drawn(20, 2, noise=0.1)).plan(size, fpir)
