"""Frames to scores, one at a time, by a bundle that was fitted on a drawn scene."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.imaging import decode_image
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle
from zhsq.protocols.causality import causality
from zhsq.runtime.onnx import OnnxRunner


@pytest.fixture(scope="module")
def pipeline(anomaly_bundle: Bundle) -> AnomalyPipeline:
    return AnomalyPipeline(anomaly_bundle, OnnxRunner(anomaly_bundle, 1))


@pytest.fixture(scope="module")
def clips(drawn: DataSet) -> list[list[NDArray[np.uint8]]]:
    return [[decode_image(path) for path in clip.frames[:30]] for clip in ucsd_ped2.testing(drawn)]


def test_a_score_does_not_depend_on_later_frames(
    pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]
) -> None:
    found = causality(pipeline.score_clip, clips[0][:24], cuts=[8, 18])
    assert found.causal, found.change
    scores = pipeline.score_clip(clips[0])
    assert np.unique(scores).size > 20, "the scores do say something"


def test_scores_come_one_a_frame_as_the_frames_come(
    pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]
) -> None:
    taken = 0

    def frames():  # type: ignore[no-untyped-def]
        nonlocal taken
        for frame in clips[0]:
            taken += 1
            yield frame

    for number, _ in enumerate(pipeline.stream(frames()), start=1):
        assert taken == number, "no frame is waited for"
    assert taken == len(clips[0])


def test_a_still_picture_scores_nothing_and_never_nan(
    pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]
) -> None:
    for result in pipeline.stream([clips[0][0]] * 6):
        assert result.score == 0 and result.moving == 0 and result.regions == ()
        assert not result.heat.any()


def test_evidence_goes_when_all_movement_stops_and_is_never_nan(
    pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]
) -> None:
    frames = [*clips[0][:24], *[clips[0][24]] * 12]
    results = list(pipeline.stream(frames))
    assert all(np.isfinite(result.score) and np.isfinite(result.heat).all() for result in results)
    assert results[23].score > 0
    # The picture stands from frame 24 on; `gap` frames later, flow is between equal pictures.
    for result in results[24 + pipeline.params.gap :]:
        assert result.moving == 0 and result.score == 0 and result.regions == ()


def test_each_camera_has_a_state_of_its_own(pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]) -> None:
    one, other = pipeline.camera(), pipeline.camera()
    mixed = [(one(a).score, other(b).score) for a, b in zip(*clips, strict=True)]
    assert [a for a, _ in mixed] == pipeline.score_clip(clips[0]).tolist()
    assert [b for _, b in mixed] == pipeline.score_clip(clips[1]).tolist()


def test_grey_frames_score_as_rgb_of_the_same_grey(
    pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]
) -> None:
    grey = [np.ascontiguousarray(frame[..., 1]) for frame in clips[0]]
    colour = [np.repeat(frame[..., None], 3, axis=2) for frame in grey]
    scores = pipeline.score_clip(grey)
    assert scores.max() > 0
    np.testing.assert_array_equal(scores, pipeline.score_clip(colour))


def test_a_picture_that_changes_its_size_is_scored_on(
    pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]
) -> None:
    camera, narrow = pipeline.camera(), [np.ascontiguousarray(frame[:, :160]) for frame in clips[1]]
    before = [camera(frame) for frame in clips[0]]
    after = [camera(frame).score for frame in narrow]
    assert before[-1].heat.shape != camera(narrow[-1]).heat.shape
    assert after == pipeline.score_clip(narrow).tolist(), "nothing of the picture before is left"


def test_the_score_is_the_hottest_window_and_regions_lie_in_the_frame(
    pipeline: AnomalyPipeline, clips: list[list[NDArray[np.uint8]]]
) -> None:
    seen = 0
    for result in pipeline.stream(clips[0]):
        assert result.heat.max() <= result.score + 1e-6, "a mean of windows is not above the highest"
        assert 0 <= result.moving <= 1
        strengths = [region.score for region in result.regions]
        assert strengths == sorted(strengths, reverse=True)
        assert all(strength >= pipeline.params.region for strength in strengths)
        for region in result.regions:
            x1, y1, x2, y2 = region.box
            assert 0 <= x1 < x2 <= 240 and 0 <= y1 < y2 <= 160
        seen += len(result.regions)
    assert seen > 0
