"""Read dlib's face ResNet out of its own serialisation and rebuild it as ONNX.

dlib writes integers as a control byte (low four bits: number of bytes; high bit: negative) and that many bytes, least
significant first; strings as a length and bytes; tensors as a version (2), four dimensions and little-endian float32
(dlib/serialize.h, dlib/cuda/tensor.h). Layers follow in the order in which data flow through them. The network is that of
dlib's dnn_face_recognition_ex.cpp: a ResNet of 29 convolutions, by Davis King, in the public domain (CC0).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhsq.errors import BundleError, MissingExtraError
from zhsq.models.graph import FloatArray

SIZE = 150
#: (channels, blocks, first block halves the picture) from input to output.
LEVELS = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))


@dataclass(frozen=True)
class Layers:
    """Parameters as they lie in the file: flat arrays, in the order of flow."""

    convolutions: list[FloatArray]
    affines: list[FloatArray]
    projection: FloatArray


def read(data: bytes) -> Layers:
    """The learned parameters of a serialised `anet_type`.

    Raises:
        BundleError: the bytes are not that network.
    """
    found: dict[str, list[FloatArray]] = {"con": [], "affine": [], "fc": []}
    for match in re.finditer(rb"\x01[\x01-\x0f](con|affine|fc)_\d?", data):
        name = match.group(1).decode()
        if data[match.start() + 1] != len(match.group(0)) - 2:
            continue  # not a string of that length: chance bytes
        at = match.end()
        if name == "fc":  # its parameters come after its numbers of outputs and inputs
            for _ in range(2):
                _, at = _integer(data, at)
        found[name].append(_tensor(data, at))
    if (len(found["con"]), len(found["affine"]), len(found["fc"])) != (29, 29, 1):
        counts = {name: len(layers) for name, layers in found.items()}
        raise BundleError(f"This is not dlib's face ResNet: it has {counts} layers, not 29, 29 and 1.")
    return Layers(found["con"], found["affine"], found["fc"][0])


def _tensor(data: bytes, at: int) -> FloatArray:
    version, at = _integer(data, at)
    if version != 2:
        raise BundleError(f"dlib tensor of version {version}; only 2 is known.")
    dims = []
    for _ in range(4):
        dim, at = _integer(data, at)
        dims.append(dim)
    return np.frombuffer(data, dtype="<f4", count=math.prod(dims), offset=at)


def _integer(data: bytes, at: int) -> tuple[int, int]:
    control = data[at]
    size = control & 0x0F
    value = int.from_bytes(data[at + 1 : at + 1 + size], "little")
    return (-value if control & 0x80 else value), at + 1 + size


class _Writer:
    """Collects ONNX nodes; follows the tensor's channels and side so that paddings are constants."""

    def __init__(self, layers: Layers) -> None:
        try:
            import onnx
        except ImportError as error:
            raise MissingExtraError("deploy", "Building dlib's network as ONNX") from error
        self.onnx = onnx
        self.convolutions, self.affines = iter(layers.convolutions), iter(layers.affines)
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.count = 0

    def constant(self, value: np.ndarray[Any, Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        self.count += 1
        name = f"t{self.count}"
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def convolve(self, x: str, channels_in: int, channels: int, kernel: int, stride: int) -> str:
        """Convolution and dlib's affine layer in one: y = gamma * (w * x + b) + beta, folded into w and b."""
        flat, affine = next(self.convolutions), next(self.affines)
        count = channels * channels_in * kernel * kernel
        weight, bias = flat[:count].reshape(channels, channels_in, kernel, kernel), flat[count:]
        gamma, beta = affine[:channels], affine[channels:]
        pad = kernel // 2 if stride == 1 else 0  # dlib pads only convolutions of stride 1
        weight = weight * gamma[:, None, None, None]
        return self.node(
            "Conv",
            x,
            self.constant(weight.astype(np.float32)),
            self.constant((bias * gamma + beta).astype(np.float32)),
            strides=[stride, stride],
            pads=[pad] * 4,
        )

    def pad(self, x: str, channels: int, side: int) -> str:
        if not channels and not side:
            return x
        return self.node("Pad", x, self.constant(np.array([0, 0, 0, 0, 0, channels, side, side], dtype=np.int64)))


def to_onnx(layers: Layers) -> bytes:
    """The network as a serialised ONNX model: 'image' (n, 3, 150, 150) float32, normalised -> 'vector' (n, 128).

    dlib adds tensors of unequal shape by padding the smaller one with zeros behind; here those are Pad nodes.
    """
    w = _Writer(layers)
    x = w.node("Relu", w.convolve("image", 3, 32, 7, 2))
    x = w.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2])
    side, channels = ((SIZE - 7) // 2 + 1 - 3) // 2 + 1, 32
    for width, blocks, halve in LEVELS:
        for block in range(blocks):
            down = halve and block == 0
            stride = 2 if down else 1
            y = w.node("Relu", w.convolve(x, channels, width, 3, stride))
            y = w.convolve(y, width, width, 3, 1)
            shortcut = x
            if down:
                shortcut = w.node("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
                inner, outer = (side - 3) // 2 + 1, (side - 2) // 2 + 1
                y = w.pad(y, 0, outer - inner)
                shortcut = w.pad(shortcut, width - channels, 0)
                side, channels = outer, width
            x = w.node("Relu", w.node("Add", y, shortcut))
    x = w.node("Flatten", w.node("GlobalAveragePool", x))
    helper, kind = w.onnx.helper, w.onnx.TensorProto.FLOAT
    matrix = w.constant(layers.projection.reshape(channels, -1))
    w.nodes.append(helper.make_node("MatMul", [x, matrix], ["vector"]))
    graph = helper.make_graph(
        w.nodes,
        "dlib_face_resnet",
        [helper.make_tensor_value_info("image", kind, ["n", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("vector", kind, ["n", layers.projection.size // channels])],
        w.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    w.onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
