"""The network that predicts a frame from those before it, and the graph that tells where it could not.

It says how the newest frame will differ from the one before. All that it knows of the frames passes a bottleneck at an eighth of
their size, and there a memory: each place is replaced by a mix of few items that were learnt from normal frames
(Gong et al., Memorizing Normality to Detect Anomaly, ICCV 2019). What was never normal is then predicted as if it were.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from zhsq.training.traced import traced


def _conv(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


class Memory(nn.Module):
    """(n, c, h, w) -> the same, each place a mix of items by its likeness to them; addresses below 1 / items are cut."""

    def __init__(self, items: int, width: int) -> None:
        super().__init__()
        self.items = nn.Parameter(torch.randn(items, width) / width**0.5)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What was read, and the addresses (n, h, w, items)."""
        likeness = functional.normalize(x, dim=1).permute(0, 2, 3, 1) @ functional.normalize(self.items, dim=1).T
        address = (likeness * 10).softmax(-1)
        # The hard shrinkage of the paper's equation 6, which a gradient passes.
        over = address - 1 / self.items.shape[0]
        address = torch.relu(over) * address / (over.abs() + 1e-6)
        address = address / address.sum(-1, keepdim=True).clamp_min(1e-6)
        return (address @ self.items).permute(0, 3, 1, 2), address


class Predictor(nn.Module):
    """Frames before (n, k, h, w), float32 0..1, sides multiples of 8 -> the next one (n, 1, h, w), and addresses."""

    def __init__(self, before: int, channels: tuple[int, int, int], items: int) -> None:
        super().__init__()
        self.before = before
        a, b, c = channels
        self.encode = nn.Sequential(
            _conv(before, a, 2), _conv(a, b, 2), _conv(b, c, 2), _conv(c, c), nn.Conv2d(c, c, 1)
        )
        self.memory = Memory(items, c)
        self.up = nn.ModuleList([_conv(c, b), _conv(b, a), _conv(a, a)])
        self.change = nn.Conv2d(a, 1, 3, padding=1)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        x, address = self.memory(self.encode(frames))
        for step in self.up:
            x = step(functional.interpolate(x, scale_factor=2.0, mode="nearest"))
        return frames[:, -1:] + self.change(x), address


class _Heat(nn.Module):
    """Frames 0..255, the newest last -> the error of its prediction on cells, in deviations of normal cells, cut at 0."""

    def __init__(self, predictor: Predictor, step: int, middle: float, spread: float) -> None:
        super().__init__()
        self.predictor, self.step, self.middle, self.spread = predictor, step, middle, spread

    def forward(self, frames: Tensor) -> Tensor:
        scaled = frames / 255
        predicted, _ = self.predictor(scaled[:, :-1])
        error = (predicted - scaled[:, -1:]) ** 2
        # Means over squares of two cells: a thing's error does not depend on how cells cut it.
        means = functional.avg_pool2d(error, 2 * self.step, self.step, self.step // 2, count_include_pad=False)
        return torch.relu((means.clamp_min(1e-12).sqrt()[:, 0] - self.middle) / self.spread)


def heat_graph(predictor: Predictor, step: int, middle: float = 0.0, spread: float = 1.0) -> bytes:
    """The graph of `zhsq.models.anomaly.frames`.

    Args:
        predictor: trained; put into evaluation mode.
        step: side of a cell, pixels.
        middle, spread: of normal cells' errors (root mean square, 0..1).
    """
    axes = {"frames": {0: "n", 2: "h", 3: "w"}, "heat": {0: "n", 1: "rows", 2: "columns"}}
    example = torch.zeros(1, predictor.before + 1, 64, 96)
    return traced(_Heat(predictor, step, middle, spread).eval(), example, ["frames"], ["heat"], axes)
