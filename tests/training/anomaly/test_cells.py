"""Fitting a camera's normal model: the same frames give the same bundle, and what it rests on is said."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.bench.result import no_progress
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError
from zhsq.models.anomaly.params import AnomalyParams
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.anomaly import cells
from zhsq.training.anomaly.cells import fit, fit_frames
from zhsq.training.anomaly.config import AnomalyExperiment

Frames = NDArray[np.uint8]
Walk = Callable[..., Frames]
STARTS = {10: 20.0, 38: 50.0, 66: 4.0}


def fitted(clips: Sequence[Iterable[Frames]], config: AnomalyExperiment, store: Path) -> Bundle:
    return fit_frames(clips, "gate", store, config, no_progress)


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> list[list[list[int]]]:
    """Of each call of `learn`: the clips, as numbers of moving windows a frame."""
    calls: list[list[list[int]]] = []
    whole = cells.learn

    def spy(clips, config):  # type: ignore[no-untyped-def]
        calls.append([[len(frame.places) for frame in clip] for clip in clips])
        return whole(clips, config)

    monkeypatch.setattr(cells, "learn", spy)
    return calls


def test_the_same_frames_give_the_same_bundle_and_others_another(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path
) -> None:
    clips = [walk(30, STARTS), walk(30, {20: 40.0, 60: 10.0})]
    first, again = (fitted(clips, small, tmp_path / name) for name in ("a", "b"))
    assert first.sha256 == again.sha256
    assert fitted(clips[::-1], small, tmp_path).sha256 != first.sha256
    assert fitted(clips, small.model_copy(update={"seed": 1}), tmp_path).sha256 != first.sha256


def test_without_the_backbone_only_motion_is_in_the_bundle(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path
) -> None:
    bundle = fitted([walk(30, STARTS)], small, tmp_path)
    assert set(bundle.spec.graphs) == {"score"}
    assert [tensor.name for tensor in bundle.graph("score").inputs] == ["motion"]
    assert [licence.name for licence in bundle.spec.weights_licences] == ["drawn"]
    scores = AnomalyPipeline(bundle, OnnxRunner(bundle, 1)).score_clip(walk(20, STARTS))
    assert scores.shape == (20,) and np.isfinite(scores).all()


def test_the_bundle_says_what_the_backbone_was_made_of_and_from(anomaly_bundle: Bundle) -> None:
    spec = anomaly_bundle.spec
    assert set(spec.graphs) == {"look", "score"}
    assert [tensor.name for tensor in spec.graphs["score"].inputs] == ["motion", "looks"]
    assert "EfficientNet-Lite0" in [licence.name for licence in spec.weights_licences]
    assert {licence.name for licence in spec.training_data_licences} == {"drawn", "ImageNet"}


def test_frames_in_which_nothing_moves_are_refused(walk: Walk, small: AnomalyExperiment, tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match=r"Too little moves .* of gate: 0 windows"):
        fitted([walk(30, {}), walk(30, {})], small, tmp_path)
    assert not [folder for folder in tmp_path.iterdir() if folder.is_dir()]


def test_movement_in_one_clip_of_many_is_refused_since_nothing_is_left_to_score_it_by(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path
) -> None:
    clips = [walk(30, STARTS), *[walk(30, {})] * 5]
    with pytest.raises(DataSetError, match="in one part of it") as caught:
        fitted(clips, small, tmp_path)
    assert "more clips" in caught.value.hint


def test_a_clip_alone_is_cut_so_that_something_is_held_out(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path, learnt: list[list[list[int]]]
) -> None:
    bundle = fitted([walk(40, STARTS)], small.model_copy(update={"folds": 4}), tmp_path)
    (parts,) = learnt
    assert len(parts) == 4 and sum(len(part) for part in parts) == 40, "all frames, none twice"
    moving = [sum(part) for part in parts]
    assert min(moving) > 0.6 * sum(moving) / 4, "each has its share of what moves"
    assert bundle.threshold("alert").value > 0


def test_a_clip_in_which_movement_comes_late_is_cut_where_it_moves(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path, learnt: list[list[list[int]]]
) -> None:
    late = np.concatenate([walk(90, {}), walk(30, STARTS)])
    fitted([late], small, tmp_path)
    assert all(sum(part) > 0 for part in learnt[0])


def test_enough_clips_are_taken_as_they_are(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path, learnt: list[list[list[int]]]
) -> None:
    lengths = [20, 24, 28, 22, 26]
    fitted([walk(n, STARTS) for n in lengths], small.model_copy(update={"folds": 4}), tmp_path)
    assert [len(part) for part in learnt[0]] == lengths


def test_a_clip_without_frames_is_passed_over(walk: Walk, small: AnomalyExperiment, tmp_path: Path) -> None:
    assert fitted([walk(30, STARTS), [], walk(30, STARTS)], small, tmp_path).threshold("alert").value > 0


def test_thresholds_and_examples_come_from_training_clips_alone(
    drawn: DataSet, small: AnomalyExperiment, tmp_path: Path
) -> None:
    config = small.model_copy(update={"params": AnomalyParams(height=120, appearance=False)})
    bundle = fit(drawn, config, tmp_path / "a", no_progress)
    alert = bundle.threshold("alert")
    # Two clips of 45 frames.
    assert alert.split == "training clips 01, 02, 90 frames"
    assert alert.data == "drawn" and alert.release == drawn.release
    root = tmp_path / "without-test"
    shutil.copytree(drawn.root / "training", root / "training")
    (root / "frame_labels.csv").write_text("clip,frame,anomalous\n")
    without = fit(locate(str(root), "ucsd_ped2"), config, tmp_path / "b", no_progress)
    assert without.threshold("alert").value == alert.value
    assert without.graph_path("score").read_bytes() == bundle.graph_path("score").read_bytes()


def test_the_alert_threshold_is_the_quantile_that_the_experiment_says(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path
) -> None:
    clips = [walk(40, STARTS), walk(40, {20: 40.0, 60: 10.0})]
    low, high = (
        fitted(clips, small.model_copy(update={"alert_quantile": q}), tmp_path).threshold("alert") for q in (0.6, 0.99)
    )
    assert low.value < high.value
    assert "0.6" in low.protocol and "0.99" in high.protocol and "each scored by banks of the other" in low.protocol


def test_the_bundle_carries_its_false_alarms_an_hour_with_an_interval(
    walk: Walk, small: AnomalyExperiment, tmp_path: Path
) -> None:
    bundle = fitted([walk(40, STARTS), walk(40, STARTS)], small, tmp_path)
    (metric,) = bundle.spec.metrics
    assert metric.name == "false_alarms_per_hour" and metric.n == 80
    assert metric.low <= metric.value <= metric.high
    hours = 80 / small.params.fps / 3600
    assert metric.value * hours == pytest.approx(round(metric.value * hours)), "whole events over the hours watched"
    # Exact Poisson: at least -log(0.025) = 3.69 events are within the interval, even of none.
    assert metric.high * hours >= 3.68


def test_the_fitted_region_is_kept_for_scoring(anomaly_bundle: Bundle) -> None:
    assert AnomalyParams.model_validate(anomaly_bundle.spec.params).region > 0


def test_progress_is_told_clip_by_clip(walk: Walk, small: AnomalyExperiment, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    fit_frames(
        [walk(30, STARTS), walk(30, STARTS)], "gate", tmp_path, small, lambda done, total, _: told.append((done, total))
    )
    assert told == [(1, 2), (2, 2)]
