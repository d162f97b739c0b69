"""Training of the two networks as Lightning modules."""

from __future__ import annotations

from typing import Any

import lightning
import torch
from torch import Tensor, nn

from zhsq.training.locator.config import StageConfig
from zhsq.training.locator.network import Finder, Refiner


class _Stage(lightning.LightningModule):
    """AdamW under a one-cycle schedule of `length` steps; biases and norms don't decay."""

    def __init__(self, config: StageConfig) -> None:
        super().__init__()
        self.config, self.length = config, config.cycles[0]

    def configure_optimizers(self) -> Any:
        config = self.config
        groups = [
            {"params": [p for p in self.parameters() if p.ndim >= 2], "weight_decay": config.decay},
            {"params": [p for p in self.parameters() if p.ndim < 2], "weight_decay": 0.0},
        ]
        adam = torch.optim.AdamW(groups, lr=config.rate)
        schedule = torch.optim.lr_scheduler.OneCycleLR(adam, config.rate, total_steps=self.length, pct_start=0.1)
        return {"optimizer": adam, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class FinderModule(_Stage):
    """Minimises the focal loss of the heat map (Zhou et al., Objects as Points, 2019) and the corners' L1 error in
    shares of the plate's size."""

    def __init__(self, config: StageConfig) -> None:
        super().__init__(config)
        self.finder = Finder().to(memory_format=torch.channels_last)

    def training_step(self, batch: tuple[Tensor, ...], _: int) -> Tensor:
        photos, heat, care, corners, weight = batch
        said, where = self.finder(photos.float().contiguous(memory_format=torch.channels_last))
        focal = focal_loss(said.float(), heat, care)
        off = ((where.float() - corners).abs() * weight).sum() / (8 * (weight > 0).sum()).clamp_min(1)
        self.log_dict({"focal": focal, "corners": off}, prog_bar=True)
        return focal + 8 * off


class RefinerModule(_Stage):
    """Minimises the corners' smooth L1 error where there is a plate, and the cross-entropy of plate or not."""

    def __init__(self, config: StageConfig) -> None:
        super().__init__(config)
        self.refiner = Refiner().to(memory_format=torch.channels_last)

    def training_step(self, batch: tuple[Tensor, ...], _: int) -> Tensor:
        crops, moves, counts, plates = batch
        said = self.refiner(crops.float().contiguous(memory_format=torch.channels_last)).float()
        error = nn.functional.smooth_l1_loss(said[:, :8], moves, beta=0.02, reduction="none").mean(1)
        off = (error * counts).sum() / counts.sum().clamp_min(1)
        wrong = nn.functional.binary_cross_entropy_with_logits(said[:, 8], plates)
        self.log_dict({"corners": off, "plate": wrong}, prog_bar=True)
        return 10 * off + 0.3 * wrong


def focal_loss(logits: Tensor, heat: Tensor, care: Tensor) -> Tensor:
    """The focal loss for heat maps, per plate (Zhou et al., 2019, equation 1, alpha 2, beta 4).

    Args:
        logits, heat, care: (n, 1, h, w): said; wanted, 1 at a centre and less around it; 0 where it doesn't matter.
    """
    likely, unlikely = nn.functional.logsigmoid(logits), nn.functional.logsigmoid(-logits)
    p = likely.exp()
    centre = (heat >= 1).float()
    right = centre * (1 - p) ** 2 * likely
    wrong = (1 - centre) * (1 - heat) ** 4 * p**2 * unlikely
    return -((right + wrong) * care).sum() / centre.sum().clamp_min(1)
