"""A trained reader as an ONNX graph: a calibrated softmax at its end, in 8 bits or with weights stored in 16."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from zhsq.training.plates.network import PlateReader
from zhsq.training.traced import traced

INPUT, OUTPUT = "crops", "probabilities"


class _Calibrated(nn.Module):
    """Logits over a temperature, as probabilities (Guo et al., ICML 2017)."""

    def __init__(self, reader: PlateReader, temperature: float) -> None:
        super().__init__()
        self.reader, self.temperature = reader, temperature

    def forward(self, crops: Tensor) -> Tensor:
        return (self.reader(crops) / self.temperature).softmax(-1)


def temperature(logits: Tensor, codes: Tensor) -> float:
    """The temperature that makes held-out labels likeliest (Guo et al., ICML 2017), one for all places.

    Args:
        logits: (n, 8, 73) float32. codes: (n, 8) int64.

    Returns:
        0.2..5; above 1 the reader was too sure.
    """
    flat, target = logits.reshape(-1, logits.shape[-1]), codes.reshape(-1)
    low, high = float(np.log(0.2)), float(np.log(5.0))

    def loss(log: float) -> float:
        return float(nn.functional.cross_entropy(flat / float(np.exp(log)), target))

    golden = (np.sqrt(5) - 1) / 2  # the loss has one minimum: golden-section search
    a, b = high - golden * (high - low), low + golden * (high - low)
    fa, fb = loss(a), loss(b)
    for _ in range(30):
        if fa < fb:
            high, b, fb = b, a, fa
            a = high - golden * (high - low)
            fa = loss(a)
        else:
            low, a, fa = a, b, fb
            b = low + golden * (high - low)
            fb = loss(b)
    return float(np.exp((low + high) / 2))


def to_onnx(reader: PlateReader, heat: float) -> bytes:
    """The graph `crops` (n, 3, height, width) float32 RGB 0..255 -> `probabilities` (n, 8, 73), rows adding up to 1.

    Args:
        reader: trained; put into evaluation mode.
        heat: the temperature.
    """
    reader.eval()
    module = _Calibrated(reader, heat).eval()
    config = reader.config
    example = torch.zeros(2, 3, config.height, config.width)
    axes = {INPUT: {0: "n"}, OUTPUT: {0: "n"}}
    return traced(module, example, [INPUT], [OUTPUT], axes)


def halve(graph: bytes) -> bytes:
    """Store a graph's 32-bit weights in 16 bits: half the size; a Cast restores them when the session is made."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(graph)
    kept, casts = [], []
    for weight in model.graph.initializer:
        array = numpy_helper.to_array(weight)
        if array.dtype != np.float32 or array.size < 64 or np.abs(array).max() > 6e4:
            kept.append(weight)
            continue
        small = f"{weight.name}.half"
        kept.append(numpy_helper.from_array(array.astype(np.float16), small))
        casts.append(onnx.helper.make_node("Cast", [small], [weight.name], to=onnx.TensorProto.FLOAT))
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def run(graph: bytes, crops: NDArray[np.uint8], batch: int = 64) -> NDArray[np.float32]:
    """Tables of crops (n, 3, height, width) uint8 by the exported graph itself: (n, 8, 73) float32."""
    import onnxruntime

    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    parts = [
        session.run([OUTPUT], {INPUT: crops[i : i + batch].astype(np.float32)})[0] for i in range(0, len(crops), batch)
    ]
    return np.concatenate(parts).astype(np.float32)
