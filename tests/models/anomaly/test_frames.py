"""A model of whole frames: cells, the start of a stream, evidence over time; its graph is a real one of a few nodes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from zhsq.models.anomaly.frames import GRAPH, FrameCamera, fitted_to_cells, graph_spec
from zhsq.models.anomaly.params import FrameParams
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle, BundleSpec, Provenance
from zhsq.protocols.causality import causality
from zhsq.runtime.onnx import OnnxRunner

PARAMS = FrameParams(height=32, stack=3, step=8, newest=0.5, region=20)


def change_graph() -> bytes:
    """'heat' = mean over cells of |newest - oldest frame|."""
    nodes = [
        helper.make_node("Gather", ["frames", "last"], ["new"], axis=1),
        helper.make_node("Gather", ["frames", "first"], ["old"], axis=1),
        helper.make_node("Sub", ["new", "old"], ["difference"]),
        helper.make_node("Abs", ["difference"], ["absolute"]),
        helper.make_node("AveragePool", ["absolute"], ["cells"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Squeeze", ["cells", "one"], ["heat"]),
    ]
    constants = [
        numpy_helper.from_array(np.array([value], np.int64), name)
        for name, value in (("first", 0), ("last", 2), ("one", 1))
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "change",
        [value("frames", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [value("heat", TensorProto.FLOAT, ["n", "rows", "columns"])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> AnomalyPipeline:
    spec = graph_spec(PARAMS)
    bundle = Bundle.build(
        BundleSpec(
            task="video-anomaly",
            name="change",
            version="1.0.0",
            graphs={GRAPH: spec},
            params=PARAMS.model_dump(),
            provenance=Provenance(built_by="a test"),
        ),
        {spec.file: change_graph()},
        tmp_path_factory.mktemp("change"),
    )
    return AnomalyPipeline(bundle, OnnxRunner(bundle, 1))


def still(count: int = 6) -> list[NDArray[np.uint8]]:
    return [np.full((32, 48), 100, np.uint8) for _ in range(count)]


def test_a_bundle_with_this_graph_is_scored_by_whole_frames(pipeline: AnomalyPipeline) -> None:
    assert isinstance(pipeline.camera(), FrameCamera)
    assert isinstance(pipeline.params, FrameParams)


def test_frames_get_whole_cells_and_keep_their_proportions() -> None:
    frame = np.arange(64 * 92, dtype=np.uint8).reshape(64, 92)
    cells = fitted_to_cells(frame, PARAMS)
    assert cells.shape == (32, 48), "46 pixels wide at this height, and two more for a whole cell"
    np.testing.assert_array_equal(cells[:, 46], cells[:, 45])
    np.testing.assert_array_equal(fitted_to_cells(np.repeat(frame[..., None], 3, 2), PARAMS), cells)


def test_until_there_are_frames_enough_nothing_is_said(pipeline: AnomalyPipeline) -> None:
    frames = still()
    frames[1] = np.full_like(frames[1], 200)
    scores = pipeline.score_clip(frames)
    assert scores[:2].tolist() == [0, 0], "the graph looks at three frames"
    assert scores.tolist() == [0, 0, 0, 50, 25, 12.5], "frame 3 differs from frame 1 by 100, of which half counts"


def test_evidence_is_a_mean_over_time_at_its_place_and_regions_are_where_it_is(pipeline: AnomalyPipeline) -> None:
    frames = still(4)
    frames[3][8:16, 16:32] = 180  # two cells, by 80
    result = list(pipeline.stream(frames))[3]
    expected = np.zeros((4, 6))
    expected[1, 2:4] = 40
    np.testing.assert_allclose(result.heat, expected)
    assert result.score == 40 and result.moving == pytest.approx(2 / 24)
    (region,) = result.regions
    assert region.box == (16, 8, 32, 16) and region.score == 40


def test_boxes_are_in_pixels_of_the_frame_that_was_given(pipeline: AnomalyPipeline) -> None:
    frames = [np.full((64, 96, 3), 100, np.uint8) for _ in range(4)]
    frames[3][16:32, 32:64] = 180
    (region,) = list(pipeline.stream(frames))[3].regions
    assert region.box == (32, 16, 64, 32)


def test_nothing_looks_at_a_later_frame(pipeline: AnomalyPipeline) -> None:
    random = np.random.default_rng(0)
    frames = [random.integers(0, 256, (32, 48), dtype=np.uint8) for _ in range(12)]
    assert causality(pipeline.score_clip, frames).causal


def test_a_picture_that_changes_its_size_is_a_new_start(pipeline: AnomalyPipeline) -> None:
    camera, random = pipeline.camera(), np.random.default_rng(0)
    for frame in random.integers(0, 256, (5, 32, 48), dtype=np.uint8):
        camera(frame)
    narrow = [np.full((32, 40), 100, np.uint8) for _ in range(4)]
    assert [camera(frame).score for frame in narrow] == [0, 0, 0, 0]


@pytest.mark.parametrize("wrong", [{"stack": 0}, {"newest": 0}, {"step": 2}, {"window": 24}])
def test_parameters_out_of_range_are_refused(wrong: Mapping[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        FrameParams(**wrong)  # type: ignore[arg-type]


def test_a_bundle_whose_parameters_are_of_the_other_kind_is_refused(pipeline: AnomalyPipeline, tmp_path: Path) -> None:
    spec = pipeline.bundle.spec.model_copy(update={"params": {"window": 24}})
    bundle = Bundle.build(spec, {spec.graphs[GRAPH].file: change_graph()}, tmp_path)
    with pytest.raises(ValueError, match="window"):
        AnomalyPipeline(bundle, OnnxRunner(bundle, 1))
