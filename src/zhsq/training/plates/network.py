"""The reader: a small residual network, and eight places that each look where their character stands.

Convolutions turn a crop into a row of columns; each of the eight places has learned queries that attend over the
columns (additive position, Bahdanau et al., ICLR 2015, without recurrence), one for each part of its character from left
to right: 皖 and 桂 differ in what stands beside what. One classifier, shared by all places, names the symbol. A fixed
number of places can't lose a repeated character as CTC does on a narrow crop.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from zhsq.models.plate.grammar import PLACES, SYMBOLS
from zhsq.training.plates.config import NetworkConfig

#: Classes of a place: none, then `grammar.SYMBOLS`.
CLASSES = 1 + len(SYMBOLS)
#: Of each stage, down and across: a column of the last one is 4 pixels wide.
_STRIDES = ((1, 1), (2, 2), (2, 2), (2, 1))


class Residual(nn.Module):
    """Two 3x3 convolutions beside the identity (He et al., CVPR 2016); separable, each is one in every channel and one
    across channels (Chollet, CVPR 2017)."""

    def __init__(self, channels: int, separable: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_convolution(channels, separable), nn.ReLU(inplace=True), *_convolution(channels, separable)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.body(x))


def _convolution(channels: int, separable: bool) -> tuple[nn.Module, ...]:
    groups = channels if separable else 1
    around = nn.Conv2d(channels, channels, 3, padding=1, groups=groups, bias=False), nn.BatchNorm2d(channels)
    if not separable:
        return around
    return *around, nn.Conv2d(channels, channels, 1, bias=False), nn.BatchNorm2d(channels)


def _step(before: int, after: int, stride: tuple[int, int], size: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, size, stride=stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


class PlateReader(nn.Module):
    """Crops (n, 3, height, width), float32 RGB 0..255 -> logits (n, `PLACES`, `CLASSES`)."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        stages: list[nn.Module] = []
        before = 3
        size = 3 if config.channels[0] else 5  # of the first convolution
        for channels, blocks, stride in zip(config.channels, config.blocks, _STRIDES, strict=True):
            if channels:
                stages.append(_step(before, channels, stride, size))
                stages += [Residual(channels, config.separable) for _ in range(blocks)]
                before, size = channels, 3
        self.body = nn.Sequential(*stages)
        columns = config.width // 4
        self.collapse = nn.Sequential(
            nn.Conv2d(before, config.columns, (config.height // 8, 1), bias=False),
            nn.BatchNorm2d(config.columns),
            nn.ReLU(inplace=True),
        )
        self.mix = nn.Sequential(
            nn.Conv2d(config.columns, config.columns, (1, 7), padding=(0, 3), groups=config.columns, bias=False),
            nn.Conv2d(config.columns, config.columns, 1, bias=False),
            nn.BatchNorm2d(config.columns),
            nn.ReLU(inplace=True),
        )
        self.look = nn.Conv1d(config.columns, PLACES * config.looks, 1)
        self.where = nn.Parameter(_where(columns, config.looks))
        self.place = nn.Parameter(torch.zeros(PLACES, config.looks * config.columns))
        self.dropout = nn.Dropout(config.dropout)
        self.name = nn.Linear(config.looks * config.columns, CLASSES)

    def forward(self, crops: Tensor) -> Tensor:
        # Each crop is brought to one brightness and colour: what the light did to all of it says nothing of the text.
        mean = crops.mean((2, 3), keepdim=True)
        spread = ((crops - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
        x = self.collapse(self.body((crops - mean) / (spread + 4.0)))
        x = (x + self.mix(x)).squeeze(2)  # (n, columns' channels, columns)
        attention = (self.look(x) + self.where).softmax(-1)
        seen = (attention @ x.transpose(1, 2)).reshape(-1, PLACES, self.place.shape[1]) + self.place
        return self.name(self.dropout(torch.relu(seen)))


def _where(columns: int, looks: int) -> Tensor:
    """Where each look of each place goes before training: a soft window around an even share of the width."""
    looked = PLACES * looks
    centres = (torch.arange(looked) + 0.5) / looked * columns
    distance = torch.arange(columns)[None] + 0.5 - centres[:, None]
    return -0.5 * (distance / (columns / PLACES)) ** 2
