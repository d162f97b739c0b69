"""The two networks: the finder looks at the whole photo, the refiner at what it found.

Finder: an object is the peak of a heat map at its centre, its shape is regressed there (Zhou et al., Objects as Points,
2019); here the shape is the four corners. Depthwise separable convolutions (Howard et al., MobileNets, 2017) at strides
8 to 32, joined from coarse to fine (Lin et al., CVPR 2017).
Refiner: a crop warped by the corners found, with a margin, gives the four corners again and whether it shows a plate.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from zhsq.models.plate.locate_centres import REFINE_SIZE, expected

#: The finder's map has one cell for so many pixels; corners come in these units too.
STRIDE = 8


def _conv(before: int, after: int, size: int = 3, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


def _separable(before: int, after: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(_conv(before, before, size, stride, before), _conv(before, after, 1))


class Separable(nn.Module):
    """A depthwise separable convolution beside the identity."""

    def __init__(self, channels: int, size: int) -> None:
        super().__init__()
        self.body = _separable(channels, channels, size)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class Finder(nn.Module):
    """Photos (n, 3, h, w), float32 RGB 0..255, sides multiples of 32 -> heat logits (n, 1, h/8, w/8) and corners
    (n, 8, h/8, w/8): x, y from the cell's centre, in cells, left-top, right-top, right-bottom, left-bottom."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(_conv(3, 24, 7, 4), _conv(24, 48, 3, 2))
        self.eighth = Separable(48, 3)
        self.sixteenth = nn.Sequential(_separable(48, 96, 3, 2), Separable(96, 5), Separable(96, 5), Separable(96, 5))
        self.coarse = nn.Sequential(_separable(96, 128, 3, 2), Separable(128, 5), Separable(128, 5), Separable(128, 5))
        self.from_coarse, self.from_sixteenth = nn.Conv2d(128, 96, 1), nn.Conv2d(96, 48, 1)
        self.join16 = Separable(96, 3)
        self.join = nn.Sequential(Separable(48, 3), Separable(48, 5))
        self.heat = nn.Sequential(_conv(48, 32, 1), nn.Conv2d(32, 1, 1))
        self.corners = nn.Sequential(_conv(48, 64, 1), nn.Conv2d(64, 8, 1))
        last = self.heat[-1]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        nn.init.constant_(last.bias, -4.0)  # plates are rare: begin with 2 % (Lin et al., focal loss, 2017)

    def forward(self, photos: Tensor) -> tuple[Tensor, Tensor]:
        x8 = self.eighth(self.stem((photos - 127.5) / 64.0))
        x16 = self.sixteenth(x8)
        x32 = self.coarse(x16)
        up16 = self.join16(torch.relu(x16 + _twice(self.from_coarse(x32))))
        up8 = self.join(torch.relu(x8 + _twice(self.from_sixteenth(up16))))
        return self.heat(up8), self.corners(up8)


class Refiner(nn.Module):
    """Crops (n, 3, height, width) of `REFINE_SIZE`, float32 RGB 0..255 -> (n, 9): the eight corners' moves from where
    they were expected, in shares of the plate's width and height there, and the logit of showing a plate.

    A corner is the mean of a map of probabilities at stride 4 (Sun et al., Integral human pose regression, ECCV 2018).
    """

    x: Tensor
    y: Tensor

    def __init__(self) -> None:
        super().__init__()
        width, height = REFINE_SIZE
        self.fine = nn.Sequential(_conv(3, 16, 3, 2), _conv(16, 32, 3, 2), Separable(32, 3))
        self.eighth = nn.Sequential(_separable(32, 64, 3, 2), Separable(64, 5), Separable(64, 5))
        self.coarse = nn.Sequential(_separable(64, 96, 3, 2), Separable(96, 5), Separable(96, 5))
        self.from_coarse, self.from_eighth = nn.Conv2d(96, 64, 1), nn.Conv2d(64, 32, 1)
        self.join = nn.Sequential(Separable(32, 5), Separable(32, 5), nn.Conv2d(32, 4, 1))
        self.plate = nn.Sequential(nn.Linear(96, 32), nn.ReLU(inplace=True), nn.Linear(32, 1))
        target = torch.from_numpy(expected().copy())
        across, down = target[2] - target[0]
        columns, rows = (torch.arange(width // 4) + 0.5) * 4, (torch.arange(height // 4) + 0.5) * 4
        self.register_buffer("x", (columns[None] - target[:, :1]) / across, persistent=False)
        self.register_buffer("y", (rows[None] - target[:, 1:]) / down, persistent=False)

    def forward(self, crops: Tensor) -> Tensor:
        # One brightness and contrast for each crop: what the light did to all of it doesn't matter.
        mean = crops.mean((1, 2, 3), keepdim=True)
        spread = ((crops - mean) ** 2).mean((1, 2, 3), keepdim=True).sqrt()
        x4 = self.fine((crops - mean) / (spread + 4.0))
        x8 = self.eighth(x4)
        x16 = self.coarse(x8)
        up8 = torch.relu(x8 + _twice(self.from_coarse(x16)))
        maps = self.join(torch.relu(x4 + _twice(self.from_eighth(up8)))).float()
        likely = maps.flatten(2).softmax(2).view_as(maps)
        moves = torch.stack([(likely.sum(2) * self.x).sum(2), (likely.sum(3) * self.y).sum(2)], dim=2).flatten(1)
        return torch.cat([moves, self.plate(x16.mean((2, 3)))], dim=1)


def _twice(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
