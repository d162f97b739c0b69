"""Lightning without its talk: progress and losses go to those who asked, and nothing is written beside the bundle."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import lightning

from zhsq.training.hooks import Log, Progress

#: What a trainer needs not do: runs are tracked, shown and kept by zhsq.
SILENT: dict[str, Any] = {
    "logger": False,
    "enable_checkpointing": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
}


def hush() -> None:
    """Keep Lightning's messages back in this process."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="lightning.*")


class Report(lightning.Callback):
    """Hands progress and losses on.

    Args:
        what: is trained, for progress.
        steps: of all trainers that this goes to, one after the other.
        prefix: of the losses' names.
    """

    def __init__(self, what: str, steps: int, progress: Progress, log: Log, prefix: str = "") -> None:
        self._what, self._steps, self._progress, self._log = what, steps, progress, log
        self._prefix, self._done = prefix, 0

    def on_train_batch_end(self, trainer: lightning.Trainer, *_: Any) -> None:
        self._done += 1
        self._progress(self._done, self._steps, self._what)
        if self._done % 50 == 0 or self._done == self._steps:
            for key, value in trainer.callback_metrics.items():
                self._log(self._prefix + key, float(value), self._done)
