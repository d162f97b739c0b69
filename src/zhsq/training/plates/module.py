"""Training of the reader as a Lightning module."""

from __future__ import annotations

from typing import Any

import lightning
import torch
from torch import Tensor

from zhsq.models.plate.grammar import SYMBOLS
from zhsq.training.plates.config import NetworkConfig, OptimiserConfig
from zhsq.training.plates.network import CLASSES, PlateReader


class ReaderModule(lightning.LightningModule):
    """Minimises the cross-entropy of all eight places."""

    def __init__(self, network: NetworkConfig, optimiser: OptimiserConfig) -> None:
        super().__init__()
        self.reader = PlateReader(network).to(memory_format=torch.channels_last)
        self.optimiser = optimiser
        self.register_buffer("weights", _weights(optimiser.hanzi), persistent=False)

    def forward(self, crops: Tensor) -> Tensor:
        return self.reader(crops.float().contiguous(memory_format=torch.channels_last))

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        crops, codes = batch
        logits = self(crops).float().reshape(-1, CLASSES)
        loss = torch.nn.functional.cross_entropy(
            logits, codes.reshape(-1), self.weights, label_smoothing=self.optimiser.smoothing
        )
        self.log("loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor], _: int) -> None:
        crops, codes = batch
        right = self(crops).argmax(-1) == codes
        self.log("val_exact_match", right.all(1).float().mean(), prog_bar=True)
        self.log("val_character_accuracy", right.float().mean())

    def configure_optimizers(self) -> Any:
        config = self.optimiser
        kept = [p for p in self.parameters() if p.ndim < 2]
        decayed = [p for p in self.parameters() if p.ndim >= 2]
        groups = [{"params": decayed, "weight_decay": config.decay}, {"params": kept, "weight_decay": 0.0}]
        adam = torch.optim.AdamW(groups, lr=config.rate)
        schedule = torch.optim.lr_scheduler.OneCycleLR(adam, config.rate, total_steps=config.steps, pct_start=0.1)
        return {"optimizer": adam, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def _weights(hanzi: float) -> Tensor:
    """Of the classes of a place, none first."""
    return torch.tensor([1.0, *(1.0 if symbol.isascii() else hanzi for symbol in SYMBOLS)])
