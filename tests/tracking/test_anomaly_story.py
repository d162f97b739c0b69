"""What the notebook on video anomaly shows, on a drawn scene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zhsq.bench.result import no_progress
from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.params import AnomalyParams
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.quickstart.samples import scene
from zhsq.runtime.onnx import OnnxRunner
from zhsq.tracking import anomaly_story as story
from zhsq.training.anomaly.cells import fit
from zhsq.training.anomaly.config import AnomalyExperiment
from zhsq.training.anomaly.normal import learn, windows_of
from zhsq.training.anomaly.plant import People, Walker

#: Motion alone: no weights are needed.
CONFIG = AnomalyExperiment(params=AnomalyParams(appearance=False), bank=64, pool=2000)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    return locate(str(scene(tmp_path_factory.mktemp("scene") / "drawn", clips=3, frames=45)), "ucsd_ped2")


@pytest.fixture(scope="module")
def pipeline(drawn: DataSet, tmp_path_factory: pytest.TempPathFactory) -> AnomalyPipeline:
    bundle = fit(drawn, CONFIG, tmp_path_factory.mktemp("store"), no_progress)
    return AnomalyPipeline(bundle, OnnxRunner(bundle))


def test_fewer_training_clips_leave_the_rest_of_the_data_as_it_is(drawn: DataSet, tmp_path: Path) -> None:
    few = story.few_training_clips(drawn, 2, tmp_path / "few")
    assert [clip.name for clip in ucsd_ped2.training(few)] == ["01", "02"]
    assert [clip.name for clip in ucsd_ped2.testing(few)] == ["01", "02", "03"]
    assert (few.name, few.release) == (drawn.name, drawn.release) and few.root != drawn.root
    assert story.few_training_clips(drawn, 0, tmp_path / "all") is drawn
    assert story.few_training_clips(drawn, 3, tmp_path / "all") is drawn


def test_without_masks_the_middle_anomalous_frame_stands_for_a_clip(drawn: DataSet) -> None:
    clips = ucsd_ped2.testing(drawn)
    assert story.grey(clips[0]).shape == (45, 160, 240)
    pictures = story.largest_truth(clips[:2])
    assert [p.text for p in pictures] == ["test clip 01, frame 22", "test clip 02, frame 22"]
    assert all(p.mask is None for p in pictures)


def trials(pipeline: AnomalyPipeline, clips: list[ucsd_ped2.Clip]) -> dict[str, np.ndarray]:
    results = [r for clip in clips for r in pipeline.stream(decode_image(path) for path in clip.frames)]
    return {
        "clip": np.array([clip.name for clip in clips for _ in clip.frames]),
        "frame": np.array([i for clip in clips for i in range(len(clip.frames))]),
        "score": np.array([r.score for r in results]),
        "anomalous": np.concatenate([clip.anomalous for clip in clips if clip.anomalous is not None]),
        "heat": np.stack([r.heat for r in results]),
    }


def test_a_hit_a_miss_and_a_false_alarm_are_the_extremes(drawn: DataSet, pipeline: AnomalyPipeline) -> None:
    clips = ucsd_ped2.testing(drawn)
    found = trials(pipeline, clips)
    found["score"] = np.zeros(len(found["score"]))
    for place, score in ((20, 9.0), (25, 2.0), (45 + 40, 7.0), (3, 99.0)):  # frame 3 is passed over: too early
        found["score"][place] = score
    found["score"][found["anomalous"] & (found["score"] == 0)] = 3.0
    hit, miss, alarm = story.chosen_moments(found, clips, pipeline.params, alert=4.0, after=10)
    assert (hit.kind, hit.clip, hit.frame) == ("hit", "01", 20)
    assert (miss.kind, miss.clip, miss.frame, miss.score) == ("miss", "01", 25, 2.0)
    assert (alarm.kind, alarm.clip, alarm.frame) == ("false alarm", "02", 40)
    assert hit.mask is None and hit.image.shape == (160, 240, 3)
    assert hit.cell == pytest.approx(pipeline.params.step * 160 / 240)
    high = story.chosen_moments(found, clips, pipeline.params, alert=50.0, after=10)
    assert high[0].kind == "miss" and high[2].kind.startswith("no false")
    low = story.chosen_moments(found, clips, pipeline.params, alert=1.0, after=10)
    assert low[1].kind.startswith("no miss")
    with pytest.raises(DataSetError, match="several sizes"):
        story.chosen_moments({**found, "heat": np.empty(0)}, clips, pipeline.params, 4.0)


def test_regions_of_a_moment_are_those_that_the_pipeline_gives(drawn: DataSet, pipeline: AnomalyPipeline) -> None:
    clips = ucsd_ped2.testing(drawn)
    moment = story.chosen_moments(trials(pipeline, clips), clips, pipeline.params, alert=0.1)[0]
    clip = next(clip for clip in clips if clip.name == moment.clip)
    result = list(pipeline.stream(decode_image(path) for path in clip.frames))[moment.frame]
    assert moment.regions == tuple((region.box, region.score) for region in result.regions)
    assert moment.regions and moment.score == result.score


def walker() -> Walker:
    return Walker(np.full((20, 9), 60, np.uint8), np.ones((20, 9), np.bool_), 100)


def test_planted_things_are_scored_by_banks_that_never_saw_the_clip(drawn: DataSet, pipeline: AnomalyPipeline) -> None:
    pixels = [story.grey(clip) for clip in ucsd_ped2.training(drawn)]
    people = People((walker(),) * 10, (0.0, 20.0), 2.5)
    runner, params = OnnxRunner(pipeline.bundle), pipeline.params
    planted = story.plant_each(pixels[2:], people, params, runner)
    assert [trial.kind for trial in planted] == ["board", "bicycle", "cart"]
    windows = [windows_of(clip, params, runner) for clip in pixels]
    normal = learn(windows[:2], CONFIG.model_copy(update={"folds": 2}))
    changes = [{"newest": 0.2}, {"newest": 1.0}]
    auroc = story.auroc_by_setting(planted, windows[2:], normal, params, changes)
    assert set(auroc) == {"board", "bicycle", "cart"} and all(len(row) == 2 for row in auroc.values())
    values = np.array(list(auroc.values()))
    assert ((values >= 0) & (values <= 1)).all() and auroc["board"][0] > 0.7
    pictures = story.planted_pictures(planted, 3)
    assert all(len(row) == 3 for row in pictures.values())
    first, near = pictures["cart"][:2]
    assert first.mask is not None and first.image.shape == (160, 240)
    assert near.mask is None and near.image.shape == (2 * (160 // 3), 2 * (240 // 3))


def test_false_alarms_are_counted_clip_by_clip() -> None:
    # Three frames in a row open an event, and a clip's end closes it: the two halves are no run together.
    scores = [np.array([0.0, 0, 5, 5]), np.array([5.0, 0, 0, 0]), np.array([5.0, 5, 5, 0])]
    (low, high) = story.alarm_rates(scores, fps=10, thresholds=(1, 6))
    assert (low.events, high.events) == (1, 0)
    assert low.hours == pytest.approx(12 / 10 / 3600) and low.high > low.per_hour > low.low


def test_the_stopwatch_gives_the_pipeline_s_scores(drawn: DataSet, pipeline: AnomalyPipeline) -> None:
    paths = ucsd_ped2.testing(drawn)[0].frames[:30]
    watched = story.Stopwatch(pipeline.params, OnnxRunner(pipeline.bundle))
    scores = [watched(path) for path in paths]
    np.testing.assert_array_equal(scores, pipeline.score_clip(decode_image(path) for path in paths))
    spent = watched.milliseconds(skip=5)
    assert list(spent) == ["decode", "flow and its windows", "nearest normal", "evidence and regions"]
    assert all(len(part) == 25 for part in spent.values())


def test_the_stopwatch_times_the_backbone_too(drawn: DataSet, tmp_path: Path) -> None:
    light = AnomalyExperiment(bank=64, pool=2000)
    bundle = fit(drawn, light, tmp_path, no_progress)
    pipeline = AnomalyPipeline(bundle, OnnxRunner(bundle))
    paths = ucsd_ped2.testing(drawn)[0].frames[:12]
    watched = story.Stopwatch(pipeline.params, OnnxRunner(bundle))
    np.testing.assert_array_equal(
        [watched(path) for path in paths], pipeline.score_clip(decode_image(path) for path in paths)
    )
    assert "backbone" in watched.seconds and len(watched.seconds["looks of windows"]) == 12
