"""PatchCore (Roth et al., CVPR 2022) on EfficientNet-Lite0 as an ONNX graph: how far each patch is from all normal ones.

As anomalib's Patchcore with `num_neighbors=1`: two stages of the network, each averaged over 3x3 of its cells, the coarser
one stretched to the finer; plain Euclidean distance to the nearest row of the bank.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from zhsq.models.anomaly.backbone import WIDTHS, Blocks
from zhsq.models.anomaly.build import Bank, distance_nodes, finished

#: The stages that are compared, from 1, at an eighth and a sixteenth of the size; and channels of a patch.
STAGES = (3, 5)
CHANNELS = sum(WIDTHS[stage - 1] for stage in STAGES)


def patches_graph() -> bytes:
    """'frames' (n, 1, h, w) float32 0..255 -> 'patches' (n, h / 8, w / 8, 152): what a bank is made of.

    Raises:
        DownloadError: the weights can't be had.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    blocks = _patches()
    return _model(blocks, "patches", ["n", "rows", "columns", CHANNELS])


def distance_graph(bank: Bank) -> bytes:
    """'frames' (n, 1, h, w) float32 0..255 -> 'heat' (n, h / 8, w / 8): each patch's distance to the nearest of the bank, in
    standard deviations of normal patches', cut at 0.

    Raises:
        DownloadError, MissingExtraError: as `patches_graph`.
    """
    blocks = _patches()
    onnx, make = blocks.onnx, blocks.onnx.helper.make_node
    constant = onnx.numpy_helper.from_array
    blocks.constants += [
        constant(np.array([1], np.int64), "axis"),
        constant(np.array([-1, CHANNELS], np.int64), "flat"),
    ]
    nodes, constants = distance_nodes(onnx, "rows", bank)
    blocks.nodes += [
        make("Reshape", ["patches", "flat"], ["rows"]),
        *nodes,
        make("Shape", ["patches"], ["grid"], start=0, end=3),
        make("Reshape", ["rows.standard", "grid"], ["standard"]),
        make("Max", ["standard", "zero"], ["heat"]),
    ]
    blocks.constants += constants
    return _model(blocks, "heat", ["n", "rows", "columns"])


def _patches() -> Blocks:
    blocks = Blocks("image", STAGES[-1])
    onnx, make = blocks.onnx, blocks.onnx.helper.make_node
    fine, coarse = (blocks.stages[stage - 1] for stage in STAGES)
    average = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}
    blocks.constants.append(onnx.numpy_helper.from_array(np.array([WIDTHS[STAGES[1] - 1]], np.int64), "coarse.width"))
    # Grey in all three channels: it comes before everything else.
    blocks.nodes.insert(0, make("Concat", ["frames"] * 3, ["image"], axis=1))
    blocks.nodes += [
        make("AveragePool", [fine], ["fine"], **average),
        make("AveragePool", [coarse], ["coarse"], **average),
        make("Shape", ["fine"], ["fine.count"], start=0, end=1),
        make("Shape", ["fine"], ["fine.size"], start=2, end=4),
        make("Concat", ["fine.count", "coarse.width", "fine.size"], ["stretched.shape"], axis=0),
        make("Resize", ["coarse", "", "", "stretched.shape"], ["stretched"], mode="linear"),
        make("Concat", ["fine", "stretched"], ["both"], axis=1),
        make("Transpose", ["both"], ["patches"], perm=[0, 2, 3, 1]),
    ]
    return blocks


def _model(blocks: Blocks, output: str, shape: list[str | int]) -> bytes:
    value, kind = blocks.onnx.helper.make_tensor_value_info, blocks.onnx.TensorProto.FLOAT
    graph: Any = blocks.onnx.helper.make_graph(
        blocks.nodes,
        f"patchcore_{output}",
        [value("frames", kind, ["n", 1, "h", "w"])],
        [value(output, kind, shape)],
        blocks.constants,
    )
    return finished(blocks.onnx, graph)
