"""The scorer as an ONNX graph: mean distance to the nearest normal examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from zhsq.errors import MissingExtraError
from zhsq.models.graph import FloatArray


def neighbour_graph(bank: FloatArray, mean: FloatArray, scale: FloatArray, neighbours: int) -> bytes:
    """An ONNX model 'features' (n, d) -> 'score' (n,): the mean Euclidean distance to the `neighbours` nearest rows.

    Features are standardised by `mean` and `scale` of the training frames inside the graph, so that nothing outside
    it can be forgotten.

    Args:
        bank: (m, d) standardised normal examples, m >= neighbours.
        mean: (d,).
        scale: (d,), positive; it includes the weight of each feature.
        neighbours: k.

    Raises:
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("deploy", "Building an anomaly bundle") from error
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    constants: list[Any] = [
        onnx.numpy_helper.from_array(np.ascontiguousarray(value), name)
        for name, value in {
            "mean": mean.astype(np.float32),
            "scale": scale.astype(np.float32),
            "bank": bank.T.astype(np.float32),
            "bank_sq": (bank**2).sum(1).astype(np.float32)[None],
            "two": np.array(2.0, np.float32),
            "zero": np.array(0.0, np.float32),
            "axis": np.array([1], np.int64),
            "k": np.array([neighbours], np.int64),
        }.items()
    ]
    node = helper.make_node
    nodes = [
        node("Sub", ["features", "mean"], ["centred"]),
        node("Div", ["centred", "scale"], ["x"]),
        node("Mul", ["x", "x"], ["xx"]),
        node("ReduceSum", ["xx", "axis"], ["x_sq"], keepdims=1),
        node("MatMul", ["x", "bank"], ["dot"]),
        node("Mul", ["dot", "two"], ["dot2"]),
        node("Sub", ["x_sq", "dot2"], ["part"]),
        node("Add", ["part", "bank_sq"], ["squared"]),
        node("Max", ["squared", "zero"], ["positive"]),  # rounding may leave a tiny negative square
        node("TopK", ["positive", "k"], ["nearest", "places"], axis=1, largest=0, sorted=0),
        node("Sqrt", ["nearest"], ["distances"]),
        node("ReduceMean", ["distances"], ["score"], axes=[1], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "nearest_normal",
        [helper.make_tensor_value_info("features", kind, ["n", bank.shape[1]])],
        [helper.make_tensor_value_info("score", kind, ["n"])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
