"""A network's convolutions in 8 bits.

Weights by channel and activations by tensor, as QuantizeLinear/DequantizeLinear pairs (Jacob et al., "Quantization and
training of neural networks for efficient integer-arithmetic-only inference", CVPR 2018). The ranges of the activations
are measured on inputs that are in no test set.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from zhsq.errors import BundleError, MissingExtraError
from zhsq.models.graph import FloatArray

#: Layers that run in 8 bits, or pass 8 bits through.
_KINDS = ("Add", "AveragePool", "Clip", "Conv", "GlobalAveragePool", "MatMul", "MaxPool", "Pad", "Relu", "Reshape")
#: The first opset in which quantisation by channel can be written down.
_LEAST_OPSET = 13
#: Digits kept of a range, so that it does not hang on the last bits of one processor's arithmetic.
_DIGITS = 4

Ranges = Mapping[str, tuple[float, float]]


def measure(model: bytes, batches: Iterable[FloatArray]) -> dict[str, tuple[float, float]]:
    """The range of each tensor of a graph over batches (n, 3, h, w) of its input, rounded to four digits.

    Raises:
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    calibrate = _library().calibrate
    with tempfile.TemporaryDirectory() as folder:
        path = _prepared(model, Path(folder))
        calibrator = calibrate.create_calibrator(
            path, list(_KINDS), str(Path(folder) / "augmented.onnx"), calibrate.CalibrationMethod.MinMax
        )
        calibrator.collect_data(_Feed(calibrator.infer_session.get_inputs()[0].name, batches))
        found = calibrator.compute_data()
        del calibrator  # holds the file open
    return {tensor: (_round(data.lowest), _round(data.highest)) for tensor, data in sorted(found.items())}


def quantise(model: bytes, ranges: Ranges) -> bytes:
    """The same graph with 8-bit convolutions.

    Weights keep seven bits: with eight, processors without VNNI instructions overflow in the sum of two products and
    would decide otherwise than those with (ONNX Runtime's guide to quantization, "reduce_range"). Depthwise layers,
    which are not computed with those instructions, keep eight.

    Args:
        model: a serialised ONNX graph.
        ranges: tensor -> lowest and highest value.

    Raises:
        BundleError: a range is missing, so the ranges are of another graph.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    library = _library()
    limits = {
        tensor: library.calibrate.TensorData(lowest=np.float32(low), highest=np.float32(high))
        for tensor, (low, high) in ranges.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        graph = library.quant_utils.load_model_with_shape_infer(_prepared(model, Path(folder)))
    convolutions = [node for node in graph.graph.node if node.op_type == "Conv"]
    missing = sorted({tensor for node in convolutions for tensor in node.output} - set(limits))
    if missing:
        raise BundleError(f"The 8-bit ranges lack {missing[0]}: they are of another graph.")
    eight = library.quant_utils.QuantType.QInt8
    depthwise = {
        node.input[1]: [{"axis": 0, "quant_type": eight, "reduce_range": False}]
        for node in convolutions
        if any(attribute.name == "group" and attribute.i > 1 for attribute in node.attribute)
    }
    quantizer = library.qdq_quantizer.QDQQuantizer(
        graph,
        True,  # by channel
        True,  # seven bits
        eight,
        library.quant_utils.QuantType.QUInt8,
        library.calibrate.TensorsData(library.calibrate.CalibrationMethod.MinMax, limits),
        [],
        [],
        list(_KINDS),
        {"TensorQuantOverrides": depthwise},
    )
    quantizer.quantize_model()
    return bytes(quantizer.model.model.SerializeToString(deterministic=True))


class _Feed:
    """Batches in the form that ONNX Runtime's calibrators read."""

    def __init__(self, name: str, batches: Iterable[FloatArray]) -> None:
        self._items = iter({name: batch} for batch in batches)

    def get_next(self) -> dict[str, FloatArray] | None:
        return next(self._items, None)


def _prepared(model: bytes, folder: Path) -> Path:
    """The graph with constants folded and shapes inferred, in an opset that the quantizer can write in."""
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    source, target = folder / "source.onnx", folder / "prepared.onnx"
    graph = onnx.load_from_string(model)
    opset = next(each.version for each in graph.opset_import if each.domain in ("", "ai.onnx"))
    if opset < _LEAST_OPSET:
        graph = onnx.version_converter.convert_version(graph, _LEAST_OPSET)
        model = graph.SerializeToString(deterministic=True)
    source.write_bytes(model)
    quant_pre_process(str(source), str(target), skip_symbolic_shape=True)
    return target


def _library() -> Any:
    try:
        import onnx.version_converter  # noqa: F401  ONNX Runtime's tools need onnx, and say so less plainly
    except ImportError as error:
        raise MissingExtraError("deploy", "Quantising a bundle") from error
    import onnxruntime.quantization as library
    from onnxruntime.quantization import calibrate, qdq_quantizer, quant_utils  # noqa: F401

    return library


def _round(value: Any) -> float:
    return float(f"{float(np.asarray(value).reshape(-1)[0]):.{_DIGITS - 1}e}")
