"""MTCNN's three networks as ONNX, written from facenet-pytorch's weights.

The layers are those of Zhang et al. 2016, figure 2, in facenet-pytorch's form. Its dense layers read a map as (width,
height, channels); here their columns are put in the order (channels, height, width), so that no transposition is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhsq.errors import BundleError, MissingExtraError
from zhsq.models.graph import FloatArray


@dataclass(frozen=True)
class Net:
    """One network: (name of its convolution, side and stride of the pooling behind it, 0: none), and its heads.

    Attributes:
        side: of the square input; 0: any height and width.
        convolutions: in the order of flow; each is followed by a PReLU.
        dense: the hidden dense layer and the sides (height, width) of the map that it reads; '' when there is none.
        heads: output -> layer.
    """

    side: int
    convolutions: tuple[tuple[str, int], ...]
    dense: str
    map: int
    heads: dict[str, str]


PROPOSE = Net(0, (("1", 2), ("2", 0), ("3", 0)), "", 0, {"probability": "conv4_1", "box": "conv4_2"})
REFINE = Net(24, (("1", 3), ("2", 3), ("3", 0)), "4", 3, {"probability": "dense5_1", "box": "dense5_2"})
OUTPUT = Net(
    48,
    (("1", 3), ("2", 3), ("3", 2), ("4", 0)),
    "5",
    3,
    {"probability": "dense6_1", "box": "dense6_2", "landmarks": "dense6_3"},
)


def read(path: Path) -> dict[str, FloatArray]:
    """The parameters of one of facenet-pytorch's .pt files by name.

    Raises:
        MissingExtraError: the extra `research` (torch) is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("research", "Reading MTCNN's weights") from error
    state = torch.load(path, map_location="cpu", weights_only=True)
    return {name: value.numpy() for name, value in state.items()}


def to_onnx(net: Net, weights: dict[str, FloatArray]) -> bytes:
    """A network as a serialised ONNX model: 'image' (n, 3, h, w) float32 in -1..1 -> its heads, softmax applied.

    Raises:
        BundleError: the weights are not this network's.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("deploy", "Building MTCNN as ONNX") from error
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    nodes: list[Any] = []
    constants: list[Any] = []

    def constant(name: str, value: FloatArray) -> str:
        constants.append(onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def parameters(layer: str, weight: FloatArray | None = None) -> list[str]:
        return [
            constant(f"{layer}.weight", weights[f"{layer}.weight"] if weight is None else weight),
            constant(f"{layer}.bias", weights[f"{layer}.bias"]),
        ]

    try:
        x = "image"
        for number, pool in net.convolutions:
            x = node("Conv", [x, *parameters(f"conv{number}")], f"conv{number}")
            slope = constant(f"prelu{number}.weight", weights[f"prelu{number}.weight"][:, None, None])
            x = node("PRelu", [x, slope], f"prelu{number}")
            if pool:
                x = node("MaxPool", [x], f"pool{number}", kernel_shape=[pool] * 2, strides=[2, 2], ceil_mode=1)
        head, tail = "Conv", ["n", -1, "rows", "columns"]
        if net.dense:
            matrix = weights[f"dense{net.dense}.weight"]
            by_map = matrix.reshape(len(matrix), net.map, net.map, -1).transpose(0, 3, 2, 1).reshape(matrix.shape)
            x = node("Flatten", [x], "flat")
            x = node("Gemm", [x, *parameters(f"dense{net.dense}", by_map)], f"dense{net.dense}", transB=1)
            slope = constant(f"prelu{net.dense}.weight", weights[f"prelu{net.dense}.weight"])
            x = node("PRelu", [x, slope], f"prelu{net.dense}")
            head, tail = "Gemm", ["n", -1]
        outputs = []
        for output, layer in net.heads.items():
            raw = "logits" if output == "probability" else output
            node(head, [x, *parameters(layer)], raw, **({"transB": 1} if head == "Gemm" else {}))
            if output == "probability":
                node("Softmax", [raw], output, axis=1)
            shape = [len(weights[f"{layer}.bias"]) if side == -1 else side for side in tail]
            outputs.append(helper.make_tensor_value_info(output, kind, shape))
    except (KeyError, ValueError) as error:
        raise BundleError(f"These are not the weights of this network of MTCNN: {error}.") from error
    sides = [net.side, net.side] if net.side else ["height", "width"]
    image = helper.make_tensor_value_info("image", kind, ["n", 3, *sides])
    graph = helper.make_graph(nodes, "mtcnn", [image], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
