"""Train the predictor on normal clips alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from zhsq.training.anomaly.config import PredictionExperiment
from zhsq.training.anomaly.frames import Finish
from zhsq.training.anomaly.predictor import Predictor, heat_graph
from zhsq.training.hooks import Log, Progress
from zhsq.training.quiet import SILENT, Report, hush

Clips = Sequence[NDArray[np.uint8]]
#: Of four places drawn, the crop goes to the one that moves most: ground that stands still teaches little.
DRAWN = 4


class _Crops(IterableDataset[Tensor]):
    """Batches (batch, stack, side, side) float32 0..1 of consecutive frames, half of them mirrored."""

    def __init__(self, clips: Clips, config: PredictionExperiment) -> None:
        self._clips, self._config = [clip for clip in clips if len(clip) >= config.params.stack], config

    def __iter__(self) -> Iterator[Tensor]:
        config, random = self._config, np.random.default_rng(self._config.seed)
        weights = np.array([len(clip) for clip in self._clips], np.float64)
        while True:
            crops = []
            for _ in range(config.batch):
                clip = self._clips[random.choice(len(weights), p=weights / weights.sum())]
                crop = self._crop(clip, random)
                crops.append(crop[..., ::-1] if random.random() < 0.5 else crop)
            yield torch.from_numpy(np.stack(crops).astype(np.float32) / 255)

    def _crop(self, clip: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        stack, (height, width) = self._config.params.stack, clip.shape[1:]
        tall, wide = (min(self._config.side, side) for side in (height, width))
        best, most = clip[:0], -1.0
        for _ in range(DRAWN):
            at = random.integers(len(clip) - stack + 1)
            y, x = random.integers(height - tall + 1), random.integers(width - wide + 1)
            part = clip[at : at + stack, y : y + tall, x : x + wide]
            moves = float(np.abs(part[-1].astype(np.int16) - part[0]).mean())
            if moves > most:
                best, most = part, moves
        return best


class PredictionModule(lightning.LightningModule):
    """Minimises the squared error of the prediction and of its edges, and the entropy of addresses."""

    def __init__(self, config: PredictionExperiment) -> None:
        super().__init__()
        self.config = config
        self.predictor = Predictor(config.params.stack - 1, config.channels, config.items)

    def training_step(self, batch: Tensor, _: int) -> Tensor:
        predicted, address = self.predictor(batch[:, :-1])
        target = batch[:, -1:]
        error = torch.nn.functional.mse_loss(predicted, target)
        edges = sum(
            ((predicted.diff(dim=axis) - target.diff(dim=axis)) ** 2).mean() for axis in (2, 3)
        )  # blurred guesses cost at edges (Mathieu et al., ICLR 2016)
        entropy = -(address * (address + 1e-12).log()).sum(-1).mean()
        self.log("error", error)
        self.log("entropy", entropy)
        loss: Tensor = error + edges + self.config.sparsity * entropy
        return loss

    def configure_optimizers(self) -> Any:
        adam = torch.optim.AdamW(self.parameters(), lr=self.config.rate, weight_decay=1e-4)
        schedule = torch.optim.lr_scheduler.OneCycleLR(adam, self.config.rate, total_steps=self.config.steps)
        return {"optimizer": adam, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def learn(clips: Clips, config: PredictionExperiment, progress: Progress, log: Log) -> Finish:
    """Train; on a GPU when there is one. The same seed on the same machine gives the same network.

    Args:
        clips: normal frames, each clip (n, h, w) uint8 with sides of whole cells.
    """
    torch.set_num_threads(config.threads)
    hush()
    lightning.seed_everything(config.seed, workers=True, verbose=False)
    module = PredictionModule(config)
    trainer = lightning.Trainer(
        accelerator="auto",
        devices=1,
        max_steps=config.steps,
        gradient_clip_val=1.0,
        **SILENT,
        callbacks=[Report("training steps", config.steps, progress, log)],
    )
    trainer.fit(module, DataLoader(_Crops(clips, config), batch_size=None))
    predictor = module.predictor.cpu()
    return lambda middle, spread: heat_graph(predictor, config.params.step, middle, spread)
