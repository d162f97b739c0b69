"""The scorer as an ONNX graph: how far a window is from the nearest normal one, in motion and in looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zhsq.errors import MissingExtraError
from zhsq.models.anomaly.params import CHANNELS, MOTION
from zhsq.models.graph import FloatArray


@dataclass(frozen=True)
class Bank:
    """Normal examples of one kind of feature, and what their distances mean.

    Attributes:
        mean: (d,) of the features. project: (d, k): features less the mean, times this, are what is compared.
        rows: (m, k) normal examples.
        middle, spread: median, and standard deviation as the 95 % quantile gives it, of the nearest distance of normal
            windows that are not in the bank. Few odd windows among the normal ones shall not blunt the rest.
        weight: in the sum of all kinds.
    """

    mean: FloatArray
    project: FloatArray
    rows: FloatArray
    middle: float = 0.0
    spread: float = 1.0
    weight: float = 1.0

    def distances(self, features: FloatArray) -> FloatArray:
        """Euclidean distance to the nearest row: (n, d) -> (n,)."""
        x = (features - self.mean) @ self.project
        found = np.empty(len(x), np.float32)
        squares = (self.rows**2).sum(1)
        for start in range(0, len(x), 4096):
            part = x[start : start + 4096]
            near = ((part**2).sum(1)[:, None] - 2 * part @ self.rows.T + squares).min(1)
            found[start : start + 4096] = np.sqrt(np.maximum(near, 0))
        return found


def score_graph(motion: Bank, looks: Bank | None) -> bytes:
    """An ONNX model 'motion' (n, 5) [, 'looks' (n, 40)] -> 'score' (n,), >= 0.

    Each distance is put in standard deviations of normal windows'; their weighted sum, cut at 0, is the score: half of
    what is normal adds nothing. The statistics are of training frames, inside the graph, so that nothing outside can be forgotten.

    Raises:
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("deploy", "Building an anomaly bundle") from error
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    banks = {"motion": motion} | ({"looks": looks} if looks is not None else {})
    nodes: list[Any] = []
    constants = [onnx.numpy_helper.from_array(np.array(0, np.float32), "zero")]
    constants.append(onnx.numpy_helper.from_array(np.array([1], np.int64), "axis"))
    for name, bank in banks.items():
        chain, values = distance_nodes(onnx, name, bank)
        nodes += chain
        constants += values
    nodes += [
        helper.make_node("Sum", [f"{name}.standard" for name in banks], ["sum"]),
        helper.make_node("Max", ["sum", "zero"], ["positive"]),
        helper.make_node("Squeeze", ["positive", "axis"], ["score"]),
    ]
    widths = {"motion": len(MOTION), "looks": CHANNELS}
    graph = helper.make_graph(
        nodes,
        "nearest_normal",
        [helper.make_tensor_value_info(name, kind, ["n", widths[name]]) for name in banks],
        [helper.make_tensor_value_info("score", kind, ["n"])],
        constants,
    )
    return finished(onnx, graph)


def distance_nodes(onnx: Any, name: str, bank: Bank) -> tuple[list[Any], list[Any]]:
    """Nodes and constants from the value `name` (n, d) to '<name>.standard' (n, 1): its rows' distances to the bank's
    nearest, in standard deviations of normal ones.

    The graph must hold the constants 'zero', 0.0 float32, and 'axis', [1] int64.
    """
    values = {
        "mean": bank.mean,
        "project": bank.project,
        "rows": -2 * bank.rows.T,
        "squares": (bank.rows**2).sum(1)[None],
        "middle": np.array(bank.middle),
        "spread": np.array(bank.spread / bank.weight),
    }
    constants = [
        onnx.numpy_helper.from_array(np.ascontiguousarray(value, np.float32), f"{name}.{key}")
        for key, value in values.items()
    ]
    chain: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Sub", [name, f"{name}.mean"], "centred", {}),
        ("MatMul", [f"{name}.centred", f"{name}.project"], "x", {}),
        ("Mul", [f"{name}.x", f"{name}.x"], "xx", {}),
        ("ReduceSum", [f"{name}.xx", "axis"], "x_sq", {"keepdims": 1}),
        ("MatMul", [f"{name}.x", f"{name}.rows"], "dots", {}),
        ("Add", [f"{name}.dots", f"{name}.squares"], "part", {}),
        ("ReduceMin", [f"{name}.part"], "least", {"axes": [1], "keepdims": 1}),
        ("Add", [f"{name}.least", f"{name}.x_sq"], "near", {}),
        ("Max", [f"{name}.near", "zero"], "squared", {}),  # rounding may leave a tiny negative square
        ("Sqrt", [f"{name}.squared"], "distance", {}),
        ("Sub", [f"{name}.distance", f"{name}.middle"], "lifted", {}),
        ("Div", [f"{name}.lifted", f"{name}.spread"], "standard", {}),
    ]
    nodes = [onnx.helper.make_node(op, inputs, [f"{name}.{out}"], **more) for op, inputs, out, more in chain]
    return nodes, constants


def finished(onnx: Any, graph: Any) -> bytes:
    """A checked model of a graph; the same graph gives the same bytes."""
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
