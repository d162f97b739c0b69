"""The config of every default bundle for NVIDIA's onnxruntime backend, read back by Triton's own protobuf."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from zhsq.deploy.repository import export
from zhsq.models.zoo.recipes import DEFAULTS, default

KINDS = {
    onnx.TensorProto.FLOAT: model_config_pb2.TYPE_FP32,
    onnx.TensorProto.UINT8: model_config_pb2.TYPE_UINT8,
    onnx.TensorProto.INT64: model_config_pb2.TYPE_INT64,
}


def declared(tensors, batched: bool) -> list[tuple[str, int, list[int]]]:
    """Name, kind and sides (-1: free) of a graph's own inputs or outputs, without the batch."""
    found = []
    for tensor in tensors:
        kind = tensor.type.tensor_type
        sides = [side.dim_value if side.HasField("dim_value") else -1 for side in kind.shape.dim]
        found.append((tensor.name, KINDS[kind.elem_type], sides[1:] if batched else sides))
    return found


def agrees(ours: list[int], graphs: list[int]) -> bool:
    """A side that the graph leaves free may be fixed in the bundle's signature, and a wrong one is not."""
    return len(ours) == len(graphs) and all(b in (-1, a) or a == -1 for a, b in zip(ours, graphs, strict=True))


@pytest.mark.parametrize("task", sorted(DEFAULTS))
def test_every_default_bundle_s_config_is_read_back_and_names_what_the_graph_has(
    task, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    bundle = request.getfixturevalue("anomaly_bundle") if task == "video-anomaly" else default(task)
    for model in export(bundle, tmp_path, variant="onnxruntime"):
        text = (tmp_path / model.name / "config.pbtxt").read_text("utf-8")
        config = text_format.Parse(text, model_config_pb2.ModelConfig())
        assert (config.name, config.backend, config.platform) == (model.name, "onnxruntime", "onnxruntime_onnx")
        graph = onnx.load(str(model.path / config.default_model_filename)).graph
        batched = config.max_batch_size > 0
        weights = {weight.name for weight in graph.initializer}
        for ours, theirs in (
            (config.input, [tensor for tensor in graph.input if tensor.name not in weights]),
            (config.output, graph.output),
        ):
            own = {name: (kind, sides) for name, kind, sides in declared(theirs, batched)}
            for tensor in ours:
                kind, sides = own[tensor.name]
                dims = list(tensor.reshape.shape) if tensor.HasField("reshape") else list(tensor.dims)
                assert tensor.data_type == kind
                assert agrees(dims, sides), (model.name, tensor.name, dims, sides)
        assert {tensor.name for tensor in config.input} == {t.name for t in graph.input if t.name not in weights}
