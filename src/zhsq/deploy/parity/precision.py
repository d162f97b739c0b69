"""In which precision a graph computes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from zhsq.errors import MissingExtraError
from zhsq.models.bundle import Bundle
from zhsq.tracking.parity_limits import PRECISIONS, Precision

_LAYERS = {"Conv", "ConvTranspose", "Gemm", "LSTM", "MatMul"}
_QUANTISED = {"DequantizeLinear", "QuantizeLinear"}


def precision_of(graph: Path) -> Precision:
    """The coarsest arithmetic among a graph's layers.

    int8: it holds QuantizeLinear or DequantizeLinear nodes. fp16: a layer reads 16-bit weights. Weights that are
    only stored in 16 bits, and cast before a layer reads them, are computed in 32.

    Args:
        graph: an ONNX file.

    Raises:
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("deploy", "Reading a graph's precision") from error
    model = onnx.load(str(graph))
    if any(node.op_type in _QUANTISED for node in model.graph.node):
        return "int8"
    half = {weight.name for weight in model.graph.initializer if weight.data_type == onnx.TensorProto.FLOAT16}
    reads = {name for node in model.graph.node if node.op_type in _LAYERS for name in node.input}
    return "fp16" if half & reads else "fp32"


def coarsest(precisions: Iterable[Precision]) -> Precision:
    """The coarsest of several; fp32 of none."""
    return max(precisions, key=PRECISIONS.index, default="fp32")


def precisions(bundle: Bundle) -> dict[str, Precision]:
    """The precision of every graph of a bundle."""
    return {graph: precision_of(bundle.graph_path(graph)) for graph in bundle.spec.graphs}
