"""The trained networks as ONNX graphs, weights stored in 16 bits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from zhsq.models.bundle import GraphSpec, TensorSpec
from zhsq.models.plate.locate_centres import REFINE_SIZE
from zhsq.training.locator.network import Finder, Refiner
from zhsq.training.plates.export import halve
from zhsq.training.traced import traced


def graph_specs() -> dict[str, GraphSpec]:
    """The two graphs as a bundle describes them, by name: 'locate' and 'refine', in files of those names."""
    width, height = REFINE_SIZE
    locate = GraphSpec(
        file="locate.onnx",
        inputs=(TensorSpec(name="image", shape=(-1, 3, -1, -1)),),
        outputs=(TensorSpec(name="heat", shape=(-1, 1, -1, -1)), TensorSpec(name="corners", shape=(-1, 8, -1, -1))),
    )
    refine = GraphSpec(
        file="refine.onnx",
        inputs=(TensorSpec(name="crops", shape=(-1, 3, height, width)),),
        outputs=(TensorSpec(name="moves", shape=(-1, 9)),),
    )
    return {"locate": locate, "refine": refine}


class _Heat(nn.Module):
    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self.finder = finder

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        heat, corners = self.finder(image)
        return heat.sigmoid(), corners


class _Likely(nn.Module):
    def __init__(self, refiner: Refiner) -> None:
        super().__init__()
        self.refiner = refiner

    def forward(self, crops: Tensor) -> Tensor:
        said = self.refiner(crops)
        return torch.cat([said[:, :8], said[:, 8:].sigmoid()], dim=1)


def finder_graph(finder: Finder) -> bytes:
    """`image` (n, 3, height, width) float32 RGB 0..255, sides multiples of 32 -> `heat` (n, 1, h/8, w/8) 0..1 and
    `corners` (n, 8, h/8, w/8) in cells."""
    axes = {0: "n", 2: "rows", 3: "columns"}
    image = {0: "n", 2: "height", 3: "width"}
    example = torch.zeros(1, 3, 64, 96)
    return _export(
        _Heat(finder), example, ["image"], ["heat", "corners"], {"image": image, "heat": axes, "corners": axes}
    )


def refiner_graph(refiner: Refiner) -> bytes:
    """`crops` (n, 3, 64, 128) float32 RGB 0..255 -> `moves` (n, 9): eight moves and the probability of a plate."""
    width, height = REFINE_SIZE
    return _export(
        _Likely(refiner), torch.zeros(2, 3, height, width), ["crops"], ["moves"], {"crops": {0: "n"}, "moves": {0: "n"}}
    )


def _export(module: nn.Module, example: Tensor, inputs: list[str], outputs: list[str], axes: dict[str, Any]) -> bytes:
    return halve(traced(module.eval().cpu(), example, inputs, outputs, axes))
