"""The training itself: Lightning's loop over a stream of synthetic crops."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Literal

import lightning
import torch
from torch.utils.data import DataLoader, TensorDataset

from zhsq.errors import ZhsqError
from zhsq.training.hooks import Log, Progress
from zhsq.training.plates.config import ReaderExperiment, Teacher
from zhsq.training.plates.module import ReaderModule
from zhsq.training.plates.network import PlateReader
from zhsq.training.plates.stream import Stream, fixed
from zhsq.training.quiet import SILENT, hush


def train(config: ReaderExperiment, progress: Progress, log: Log, keep: Path | None) -> PlateReader:
    """A network trained as the experiment says, on the CPU and in evaluation mode; arguments as of `fit.fit`.

    Raises:
        ZhsqError: a state to begin from, or a teacher's, can't be read or is of a network of another size.
    """
    lightning.seed_everything(config.seed, workers=True, verbose=False)
    hush()
    size, optimiser = (config.network.width, config.network.height), config.optimiser
    module = ReaderModule(config.network, optimiser, [_taught(teacher) for teacher in config.teachers])
    if config.begin:
        _fill(module.reader, _mean([_state(path) for path in config.begin]), " and ".join(config.begin))
    if optimiser.steps:
        _learn(config, module, size, progress, log, keep)
    reader: PlateReader = module.reader.to("cpu", memory_format=torch.contiguous_format).float().eval()
    return reader


def _learn(
    config: ReaderExperiment,
    module: ReaderModule,
    size: tuple[int, int],
    progress: Progress,
    log: Log,
    keep: Path | None,
) -> None:
    optimiser = config.optimiser
    stream = Stream(config.synthesis, size, optimiser.batch, config.reuse, config.pool, config.seed)
    batches = DataLoader(
        stream, batch_size=None, num_workers=config.workers, prefetch_factor=8 if config.workers else None
    )
    kept = fixed(config.synthesis, size, config.validation, config.seed + 1)
    validation = DataLoader(TensorDataset(torch.from_numpy(kept.crops), torch.from_numpy(kept.codes)), batch_size=256)
    every = max(1, min(config.validate_every, optimiser.steps))
    trainer = lightning.Trainer(
        accelerator="auto",
        devices=1,
        max_steps=optimiser.steps,
        precision=_precision(),
        val_check_interval=every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        gradient_clip_val=5.0,
        **SILENT,
        callbacks=[_Watch(progress, log, optimiser.steps, keep)],
    )
    trainer.fit(module, batches, validation)


def _precision() -> Literal["16-mixed", "bf16-mixed", "32-true"]:
    """16 bits where the machine computes with them: a processor that must emulate them takes twelve times as long."""
    if torch.cuda.is_available():
        return "16-mixed"
    return "bf16-mixed" if torch.cpu.get_capabilities().get("avx512_bf16") else "32-true"


def _state(path: str) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError) as error:
        first = str(error).splitlines()[0]
        raise ZhsqError(f"The state {path} can't be read: {first}.", "Name a file that a run kept (.pt).") from error
    return state


def _fill(reader: PlateReader, state: dict[str, Any], source: str) -> None:
    try:
        reader.load_state_dict(state)
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip()
        raise ZhsqError(
            f"The state {source} is of another network: {reason}", "Give its sizes under `network`."
        ) from error


def _taught(teacher: Teacher) -> PlateReader:
    reader = PlateReader(teacher.network)
    _fill(reader, _state(teacher.state), teacher.state)
    return reader


def _mean(states: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: torch.stack([state[name].float() for state in states]).mean(0).to(value.dtype)
        for name, value in states[0].items()
    }


class _Watch(lightning.Callback):
    """Tells progress and figures to those who asked, and keeps the state."""

    def __init__(self, progress: Progress, log: Log, steps: int, keep: Path | None) -> None:
        self._progress, self._log, self._steps, self._keep = progress, log, steps, keep

    def on_train_batch_end(self, trainer: Any, _module: Any, outputs: Any, _batch: Any, _index: int) -> None:
        if trainer.global_step % 20 == 0 or trainer.global_step == self._steps:
            self._progress(trainer.global_step, self._steps, "training steps")
            self._log("loss", float(outputs["loss"]), trainer.global_step)

    def on_validation_end(self, trainer: Any, module: Any) -> None:
        if self._keep is not None:
            torch.save(module.reader.state_dict(), self._keep)
        for name, value in trainer.callback_metrics.items():
            if name.startswith("val_"):
                self._log(name, float(value), trainer.global_step)
