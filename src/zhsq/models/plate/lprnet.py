"""LPRNet as an ONNX graph, written from its open weights.

Zherzdev and Gruzdev, "LPRNet: License Plate Recognition via Deep Neural Networks", 2018, in the form and with the
weights of sirius-ai/LPRNet_Pytorch. There the features are divided by a mean over the whole batch, so that what is read
in a crop depends on the crops beside it; here it is a mean over the crop, as for a batch of one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import BundleError, MissingExtraError

#: Classes in order; the blank comes behind them.
SYMBOLS = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO"
HEIGHT, WIDTH, STEPS = 24, 94, 18
INPUT, OUTPUT = "image", "probabilities"
#: What its pixels are brought to: (value - MEAN) / SCALE, blue, green, red.
MEAN, SCALE = 127.5, 128.0
#: The backbone's layers in order: a convolution or a small block of four, by its number in the state and that of the batch
#: norm behind it; or a pooling, by how manieth channel it takes and its stride across.
_LAYERS: tuple[tuple[str, int, int], ...] = (
    ("conv", 0, 1),
    ("pool", 1, 1),
    ("small", 4, 5),
    ("pool", 2, 2),
    ("small", 8, 9),
    ("small", 11, 12),
    ("pool", 4, 2),
    ("conv", 16, 17),
    ("conv", 20, 21),
)
#: Batch norms behind which features are kept, and the pooling (kernel, stride) that brings them to one size.
_KEPT: dict[int, tuple[list[int], list[int]] | None] = {
    1: ([5, 5], [5, 5]),
    5: ([5, 5], [5, 5]),
    12: ([4, 10], [4, 2]),
    21: None,
}


def to_onnx(state: dict[str, NDArray[Any]]) -> bytes:
    """The graph 'image' (n, 3, 24, 94) float32 -> 'probabilities' (n, 18, 68), each row adding up to 1.

    Weights are stored in 16 bits; a Cast restores them when the session is made.

    Args:
        state: the parameters by their names in the state dictionary.

    Raises:
        BundleError: they are not this network's.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    try:
        return _Writer(state).graph()
    except KeyError as error:
        raise BundleError(f"LPRNet's weights lack {error}.", "Get the file again.") from error


class _Writer:
    """Writes the nodes one after another; `last` is the output of the newest."""

    def __init__(self, state: dict[str, NDArray[Any]]) -> None:
        try:
            import onnx
        except ImportError as error:
            raise MissingExtraError("deploy", "Building LPRNet as ONNX") from error
        self._onnx, self._state = onnx, state
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._last = INPUT

    def graph(self) -> bytes:
        kept = []
        for kind, number, norm in _LAYERS:
            if kind == "pool":
                self._pool(number, norm)
                continue
            if kind == "conv":
                self._convolution(f"backbone.{number}", [0, 0], norm)
            else:
                for part, pads in ((0, [0, 0]), (2, [1, 0]), (4, [0, 1])):
                    self._convolution(f"backbone.{number}.block.{part}", pads)
                    self._add("Relu", [self._last])
                self._convolution(f"backbone.{number}.block.6", [0, 0], norm)
            self._add("Relu", [self._last])
            if norm in _KEPT:
                kept.append(self._scaled(self._last, _KEPT[norm]))
        self._add("Concat", kept, axis=1)
        self._convolution("container.0", [0, 0])
        self._add("ReduceMean", [self._last], axes=[2], keepdims=0)
        self._add("Transpose", [self._last], perm=[0, 2, 1])
        self._add("Softmax", [self._last], output=OUTPUT, axis=2)
        helper, kind = self._onnx.helper, self._onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "lprnet",
            [helper.make_tensor_value_info(INPUT, kind, ["n", 3, HEIGHT, WIDTH])],
            [helper.make_tensor_value_info(OUTPUT, kind, ["n", STEPS, len(SYMBOLS) + 1])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        self._onnx.checker.check_model(model)
        return bytes(model.SerializeToString(deterministic=True))

    def _convolution(self, name: str, pads: list[int], norm: int | None = None) -> None:
        """A convolution, the batch norm behind it folded into it."""
        weight, bias = self._state[f"{name}.weight"], self._state[f"{name}.bias"]
        if norm is not None:
            mean, var, gain, shift = (
                self._state[f"backbone.{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
            )
            factor = gain / np.sqrt(var + 1e-5)
            weight, bias = weight * factor[:, None, None, None], (bias - mean) * factor + shift
        inputs = [self._last, self._constant(f"{name}.weight", weight), self._constant(f"{name}.bias", bias)]
        self._add("Conv", inputs, pads=pads * 2)

    def _pool(self, every: int, stride: int) -> None:
        """3x3 over places; of channels every `every`th, as pooling over them with a stride has it."""
        if every > 1:
            ends = [np.array([value], np.int64) for value in (0, np.iinfo(np.int64).max, 1, every)]
            names = [self._whole(f"slice{len(self._nodes)}.{i}", value) for i, value in enumerate(ends)]
            self._add("Slice", [self._last, *names])
        self._add("MaxPool", [self._last], kernel_shape=[3, 3], strides=[1, stride])

    def _scaled(self, features: str, pooling: tuple[list[int], list[int]] | None) -> str:
        """Features over the mean of their squares."""
        before = self._last
        if pooling is not None:
            features = self._add("AveragePool", [features], kernel_shape=pooling[0], strides=pooling[1])
        square = self._add("Mul", [features, features])
        mean = self._add("ReduceMean", [square], axes=[1, 2, 3], keepdims=1)
        scaled = self._add("Div", [features, mean])
        self._last = before
        return scaled

    def _add(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        self._last = output or f"{kind.lower()}{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [self._last], **attributes))
        return self._last

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        half = np.ascontiguousarray(value.astype(np.float16))
        self._constants.append(self._onnx.numpy_helper.from_array(half, f"{name}.half"))
        to = self._onnx.TensorProto.FLOAT
        self._nodes.append(self._onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=to))
        return name

    def _whole(self, name: str, value: NDArray[np.int64]) -> str:
        self._constants.append(self._onnx.numpy_helper.from_array(value, name))
        return name
