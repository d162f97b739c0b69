"""LPRNet's open weights as an ONNX graph: a baseline recogniser for `plate_peers.py`.

    python benchmarks/peers/plates/lprnet.py WEIGHTS GRAPH

Zherzdev and Gruzdev, "LPRNet: License Plate Recognition via Deep Neural Networks", 2018, in the form and with the weights
of sirius-ai/LPRNet_Pytorch (Apache-2.0). Needs torch and onnx; run by itself, so that the worker that is timed holds neither.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

CLASSES = 68
#: The layers after which features are kept, and the pooling (kernel, stride) that makes them of one size.
KEPT = {2: ((5, 5), (5, 5)), 6: ((5, 5), (5, 5)), 13: ((4, 10), (4, 2)), 22: None}
HEIGHT, WIDTH = 24, 94
OPSET = 17


class Small(nn.Module):
    """Its small basic block: 1x1, 3x1, 1x3, 1x1."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        mid = outputs // 4
        self.block = nn.Sequential(
            nn.Conv2d(inputs, mid, 1),
            nn.ReLU(),
            nn.Conv2d(mid, mid, (3, 1), padding=(1, 0)),
            nn.ReLU(),
            nn.Conv2d(mid, mid, (1, 3), padding=(0, 1)),
            nn.ReLU(),
            nn.Conv2d(mid, outputs, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.block(x)
        return result


class Pool(nn.Module):
    """The original's pooling over (channel, y, x): every `every`th channel, and 3x3 by `stride` columns."""

    def __init__(self, every: int, stride: int) -> None:
        super().__init__()
        self.every, self.stride = every, stride

    def forward(self, x: Tensor) -> Tensor:
        return functional.max_pool2d(x[:, :: self.every], 3, (1, self.stride))


def norm(channels: int) -> tuple[nn.Module, nn.Module]:
    return nn.BatchNorm2d(channels), nn.ReLU()


class LPRNet(nn.Module):
    """(n, 3, 24, 94) -> (n, 68, 18) scores, the last class the blank. The names of its parts are the state dict's."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            *(nn.Conv2d(3, 64, 3), *norm(64), Pool(1, 1)),
            *(Small(64, 128), *norm(128), Pool(2, 2)),
            *(Small(64, 256), *norm(256), Small(256, 256), *norm(256), Pool(4, 2), nn.Dropout()),
            *(nn.Conv2d(64, 256, (1, 4)), *norm(256), nn.Dropout()),
            *(nn.Conv2d(256, CLASSES, (13, 1)), *norm(CLASSES)),
        )
        self.container = nn.Sequential(nn.Conv2d(64 + 128 + 256 + CLASSES, CLASSES, 1))

    def forward(self, x: Tensor) -> Tensor:
        features = []
        for place, layer in enumerate(self.backbone):
            x = layer(x)
            if place in KEPT:
                pooling = KEPT[place]
                pooled = functional.avg_pool2d(x, *pooling) if pooling else x
                features.append(pooled / pooled.square().mean())  # over the batch too, as the weights were trained
        scores: Tensor = self.container(torch.cat(features, 1)).mean(2)
        return scores


def export(weights: Path, graph: Path) -> None:
    """Write the graph, for any batch."""
    network = LPRNet().eval()
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this exporter is the older one; the newer needs another package
        torch.onnx.export(
            network,
            (torch.zeros(1, 3, HEIGHT, WIDTH),),
            str(graph),
            input_names=["image"],
            output_names=["scores"],
            dynamic_axes={"image": {0: "n"}, "scores": {0: "n"}},
            opset_version=OPSET,
            dynamo=False,
        )


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
