"""Train the locator from an experiment: scenes, the finder, the refiner, graphs, parameters, figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import lightning
import torch
from torch.utils.data import DataLoader, IterableDataset

from zhsq.models.plate.locate_centres import CentreParams
from zhsq.training.hooks import Log, Progress
from zhsq.training.locator import export
from zhsq.training.locator.batches import FinderBatches, RefinerBatches
from zhsq.training.locator.config import LocatorExperiment
from zhsq.training.locator.evaluate import Figures, evaluate
from zhsq.training.locator.module import FinderModule, RefinerModule
from zhsq.training.locator.network import STRIDE, Finder, Refiner
from zhsq.training.locator.pool import Kept, draw_pool
from zhsq.training.locator.scenes import Scenes
from zhsq.training.quiet import SILENT, Report, hush

#: Chosen on the synthetic validation set.
PARAMS = CentreParams(stride=STRIDE, sides=(640, 1280), heat=0.2, score=0.5, rounds=2, nms_iou=0.3, keep=16)


@dataclass(frozen=True)
class Trained:
    """What training gives.

    Attributes:
        locate, refine: ONNX graphs, see `export`.
        params: `locate` of a plate bundle's parameters.
        figures: on synthetic photos drawn from another seed.
    """

    locate: bytes
    refine: bytes
    params: dict[str, Any]
    figures: Figures


def fit(config: LocatorExperiment, progress: Progress, log: Log) -> Trained:
    """Train on synthetic scenes alone; on a GPU when there is one. The same seed on the same machine gives the same
    networks.

    Args:
        config: the experiment.
        progress: called with what is done, all, and of what.
        log: takes the losses and the validation's figures.

    Raises:
        DownloadError: a font or a photograph can't be had.
    """
    torch.set_num_threads(config.threads)
    hush()
    count = max(config.finder.pool, config.refiner.pool)
    pool = draw_pool(Scenes(config.scenes, config.seed), count, config.side, progress)
    finder = train_finder(config, pool, progress, log)
    refiner = train_refiner(config, pool, progress, log)
    locate, refine = export.finder_graph(finder), export.refiner_graph(refiner)
    figures = evaluate(locate, refine, PARAMS, Scenes(config.scenes, config.seed + 1), config.validation, progress)
    for name, value in figures.summary().items():
        log(f"validation_{name}", value, sum(config.finder.cycles))
    return Trained(locate, refine, PARAMS.model_dump(mode="json"), figures)


def train_finder(config: LocatorExperiment, pool: Sequence[Kept], progress: Progress, log: Log) -> Finder:
    """The first network, trained on views of the pool's scenes."""
    lightning.seed_everything(config.seed, workers=True, verbose=False)
    stage = config.finder
    module = FinderModule(stage)
    kept = pool[: stage.pool]
    batches = [FinderBatches(kept, stage.side, stage.batch, config.seed + 100 + n) for n in range(len(stage.cycles))]
    _train(module, batches, Report("finder", sum(stage.cycles), progress, log, "finder_"))
    return cast(Finder, module.finder)


def train_refiner(config: LocatorExperiment, pool: Sequence[Kept], progress: Progress, log: Log) -> Refiner:
    """The second network, trained on crops of the pool's scenes around corners that are wrong by chance."""
    lightning.seed_everything(config.seed + 1, workers=True, verbose=False)
    stage = config.refiner
    module = RefinerModule(stage)
    kept = pool[: stage.pool]
    batches = [RefinerBatches(kept, stage.batch, config.seed + 200 + n) for n in range(len(stage.cycles))]
    _train(module, batches, Report("refiner", sum(stage.cycles), progress, log, "refiner_"))
    return cast(Refiner, module.refiner)


def _train(module: FinderModule | RefinerModule, batches: Sequence[IterableDataset[Any]], report: Report) -> None:
    gpu = torch.cuda.is_available()
    for length, cycle in zip(module.config.cycles, batches, strict=True):
        module.length = length
        trainer = lightning.Trainer(
            accelerator="auto",
            devices=1,
            max_steps=length,
            precision="bf16-mixed" if gpu else "32-true",  # on a processor 16 bits are slower for nets so narrow
            gradient_clip_val=5.0,
            **SILENT,
            callbacks=[report],
        )
        # On a processor batches are made where the network is trained: no more threads are taken than allowed.
        loader: DataLoader[Any] = DataLoader(cycle, batch_size=None, num_workers=4 if gpu else 0)
        trainer.fit(module, loader)
    module.to("cpu")
