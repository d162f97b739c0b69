"""The anomaly bundle's graphs in a Triton repository, and a clip scored through the real server."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.deploy.repository import VARIANTS, Variant, export
from zhsq.imaging import decode_image
from zhsq.models.anomaly.params import CHANNELS, MOTION
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle
from zhsq.runtime.onnx import OnnxRunner


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_backbone_takes_pictures_of_any_size_and_the_scorer_any_number_of_windows(
    anomaly_bundle: Bundle, tmp_path: Path, variant: Variant
) -> None:
    from google.protobuf import text_format
    from tritonclient.grpc import model_config_pb2

    models = export(anomaly_bundle, tmp_path, variant=variant)
    assert [model.name for model in models] == ["anomaly-cells__look", "anomaly-cells__score"]
    configs = [
        text_format.Parse((tmp_path / model.name / "config.pbtxt").read_text("utf-8"), model_config_pb2.ModelConfig())
        for model in models
    ]
    look, score = configs
    assert look.max_batch_size > 0, "pictures of several cameras may run together"
    assert [(t.name, list(t.dims)) for t in look.input] == [("image", [3, -1, -1])]
    assert [(t.name, list(t.dims)) for t in look.output] == [("maps", [CHANNELS, -1, -1])]
    assert score.max_batch_size == 0, "the number of windows has no limit"
    assert [(t.name, list(t.dims)) for t in score.input] == [("motion", [-1, len(MOTION)]), ("looks", [-1, CHANNELS])]
    assert [(t.name, list(t.dims)) for t in score.output] == [("score", [-1])]


@pytest.mark.triton
def test_a_clip_is_scored_on_triton_as_in_process(drawn: DataSet, anomaly_bundle: Bundle, served) -> None:
    frames = [decode_image(path) for path in ucsd_ped2.testing(drawn)[0].frames[:30]]
    wide = [np.ascontiguousarray(np.pad(frame, ((0, 0), (0, 37), (0, 0)), "edge")) for frame in frames[:8]]
    here = AnomalyPipeline(anomaly_bundle, OnnxRunner(anomaly_bundle, 1))
    there = AnomalyPipeline(anomaly_bundle, served(anomaly_bundle))
    alert = anomaly_bundle.threshold("alert").value
    for clip in (frames, wide):  # pictures of two sizes by one server
        ours, theirs = list(here.stream(clip)), list(there.stream(clip))
        expected = np.array([result.score for result in ours])
        assert expected.max() > 0
        np.testing.assert_allclose([result.score for result in theirs], expected, atol=1e-3 * expected.max())
        assert [result.score >= alert for result in theirs] == [result.score >= alert for result in ours]
        for one, other in zip(ours, theirs, strict=True):
            assert one.heat.shape == other.heat.shape and one.moving == other.moving
            np.testing.assert_allclose(other.heat, one.heat, atol=1e-3 * max(1, one.heat.max()))
