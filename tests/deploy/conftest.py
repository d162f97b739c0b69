"""Small real bundles: real ONNX graphs with seeded weights, one for each shape that a graph may have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec

MakeBundle = Callable[..., Bundle]


def _model(nodes: list, inputs: list, outputs: list, constants: dict[str, np.ndarray]) -> bytes:
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, weights)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()


def _value(name: str, kind: int, shape: list) -> object:
    return helper.make_tensor_value_info(name, kind, shape)


def build_tiny(store: Path, version: str, seed: int, width: int, name: str) -> Bundle:
    rng = np.random.default_rng(seed)
    f32, u8, i64 = TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT64
    embed = _model(
        [
            helper.make_node("Conv", ["image", "kernel"], ["c"], kernel_shape=[3, 3]),
            helper.make_node("Relu", ["c"], ["r"]),
            helper.make_node("Flatten", ["r"], ["f"]),
            helper.make_node("MatMul", ["f", "matrix"], ["embedding"]),
        ],
        [_value("image", f32, ["n", 3, 8, 8])],
        [_value("embedding", f32, ["n", width])],
        {
            "kernel": rng.normal(size=(4, 3, 3, 3)).astype(np.float32),
            "matrix": rng.normal(size=(144, width)).astype(np.float32),
        },
    )
    score = _model(  # two inputs, one of them a scalar per item, and a scalar per item out
        [
            helper.make_node("ReduceSum", ["features", "axis"], ["s"], keepdims=0),
            helper.make_node("Add", ["s", "offset"], ["score"]),
        ],
        [_value("features", f32, ["n", 5]), _value("offset", f32, ["n"])],
        [_value("score", f32, ["n"])],
        {"axis": np.array([1], np.int64)},
    )
    detect = _model(  # unbatched, free height and width, bytes in, whole numbers out
        [
            helper.make_node("Cast", ["photo"], ["x"], to=f32),
            helper.make_node("Mul", ["x", "gain"], ["heat"]),
            helper.make_node("ArgMax", ["heat"], ["where"], axis=3, keepdims=0),
        ],
        [_value("photo", u8, [1, 1, "h", "w"])],
        [_value("heat", f32, [1, 1, "h", "w"]), _value("where", i64, [1, 1, "h"])],
        {"gain": np.array(rng.uniform(0.5, 1.5), np.float32)},
    )
    spec = BundleSpec(
        task="face",
        name=name,
        version=version,
        labels=("小", "b"),
        graphs={
            "embed": GraphSpec(
                file="embed.onnx",
                inputs=(TensorSpec(name="image", shape=(-1, 3, 8, 8)),),
                outputs=(TensorSpec(name="embedding", shape=(-1, width)),),
            ),
            "score": GraphSpec(
                file="score.onnx",
                inputs=(TensorSpec(name="features", shape=(-1, 5)), TensorSpec(name="offset", shape=(-1,))),
                outputs=(TensorSpec(name="score", shape=(-1,)),),
            ),
            "detect": GraphSpec(
                file="detect.onnx",
                inputs=(TensorSpec(name="photo", dtype="uint8", shape=(1, 1, -1, -1)),),
                outputs=(
                    TensorSpec(name="heat", shape=(1, 1, -1, -1)),
                    TensorSpec(name="where", dtype="int64", shape=(1, 1, -1)),
                ),
                batched=False,
            ),
        },
        provenance=Provenance(built_by="tests"),
    )
    return Bundle.build(spec, {"embed.onnx": embed, "score.onnx": score, "detect.onnx": detect}, store)


@pytest.fixture
def make_bundle(tmp_path: Path) -> MakeBundle:
    """(version, seed, width, name) -> a bundle; another seed gives other weights under the same signature."""

    def make(version: str = "1.0.0", seed: int = 1, width: int = 6, name: str = "tiny.face-a") -> Bundle:
        return build_tiny(tmp_path / "bundles", version, seed, width, name)

    return make


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return build_tiny(tmp_path_factory.mktemp("tiny"), "1.0.0", 1, 6, "tiny.face-shared")
