"""Training of the reader as a Lightning module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightning
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, pad

from zhsq.models.plate.grammar import SYMBOLS
from zhsq.training.plates.config import NetworkConfig, OptimiserConfig
from zhsq.training.plates.network import CLASSES, PlateReader

#: A crop is drawn several times: it is moved by up to so many pixels across and down, and up to so much noise is added.
_ACROSS, _DOWN, _NOISE = 2, 1, 10.0
#: Parts of a batch that are moved each by itself; of every second one the crops stay where they are.
_PARTS = 8


class ReaderModule(lightning.LightningModule):
    """Minimises the cross-entropy of all eight places, to the labels and to what teachers say where there are some.

    Args:
        network: size of the reader.
        optimiser: how it is trained.
        teachers: readers to learn from.
    """

    def __init__(
        self, network: NetworkConfig, optimiser: OptimiserConfig, teachers: Sequence[PlateReader] = ()
    ) -> None:
        super().__init__()
        self.reader = PlateReader(network).to(memory_format=torch.channels_last)
        self.optimiser = optimiser
        # In a tuple, so that they are no part of what is trained.
        self._teachers = tuple(teacher.to(memory_format=torch.channels_last).eval() for teacher in teachers)
        self.register_buffer("weights", _weights(optimiser.hanzi), persistent=False)

    def on_fit_start(self) -> None:
        for teacher in self._teachers:
            teacher.to(self.device)

    def forward(self, crops: Tensor) -> Tensor:
        return self.reader(crops.float().contiguous(memory_format=torch.channels_last))

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        crops, codes = batch[0].float(), batch[1].reshape(-1)
        crops = shaken(crops) if self.training else crops
        logits = self(crops).float().reshape(-1, CLASSES)
        loss = cross_entropy(logits, codes, self.weights, label_smoothing=self.optimiser.smoothing)
        if self._teachers:
            weights = self.weights[codes]
            taught = (cross_entropy(logits, self._said(crops), reduction="none") * weights).sum() / weights.sum()
            loss = (1 - self.optimiser.distil) * loss + self.optimiser.distil * taught
        self.log("loss", loss, prog_bar=True)
        return loss

    def _said(self, crops: Tensor) -> Tensor:
        """What the teachers say together: the geometric mean of their probabilities, (n * 8, `CLASSES`)."""
        with torch.no_grad():
            said = [teacher(crops).float().log_softmax(-1) for teacher in self._teachers]
        return torch.stack(said).mean(0).softmax(-1).reshape(-1, CLASSES)

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


def shaken(crops: Tensor) -> Tensor:
    """Crops moved by a pixel or two and with some noise, so that one that is drawn again is not the same.

    Args:
        crops: (n, 3, height, width) float32, 0..255.

    Returns:
        The same shape, in memory as convolutions like it; what is moved in from outside repeats the edge.
    """
    height, width = crops.shape[2:]
    wide = pad(crops, (_ACROSS, _ACROSS, _DOWN, _DOWN), mode="replicate")
    moved = []
    for i, part in enumerate(wide.chunk(_PARTS)):
        x, y = (int(torch.randint(2 * reach + 1, ())) if i % 2 else reach for reach in (_ACROSS, _DOWN))
        moved.append(part[:, :, y : y + height, x : x + width])
    noise = _NOISE * torch.rand(len(crops), 1, 1, 1, device=crops.device) ** 2
    shifted = torch.cat(moved)
    return (shifted + noise * torch.randn_like(shifted)).contiguous(memory_format=torch.channels_last)


def _weights(hanzi: float) -> Tensor:
    """Of the classes of a place, none first."""
    return torch.tensor([1.0, *(1.0 if symbol.isascii() else hanzi for symbol in SYMBOLS)])
