"""Two runs on the same trials: the paired differences of their metrics, of all trials or of a slice."""

from __future__ import annotations

import numpy as np

from zhsq.errors import ZhsqError
from zhsq.tracking.comparison.difference import Difference
from zhsq.tracking.comparison.tasks import TASKS, Pair
from zhsq.tracking.comparison.trials import Mask, matched
from zhsq.tracking.store import LoggedRun


def differences(
    first: LoggedRun, second: LoggedRun, *, resamples: int = 1000, seed: int = 0, keep: Mask | None = None
) -> list[Difference]:
    """Compare two runs on the same trials: the task's main metric first.

    Both runs are resampled alike (paired): people for faces, blocks of frames for video, items for plates. Every p is
    that of one question; correct for asking several with `corrected`.

    Args:
        first: the run that differences are taken from.
        second: the other; its trials may be in another order.
        resamples: of the bootstrap.
        seed: of the bootstrap.
        keep: only these of the first run's trials, shape (n,), such as one of `slices(first)`; None keeps all. A metric
            that they do not allow (AUROC of one kind of frame) is left out.

    Raises:
        ZhsqError: task, protocol, data release or trials differ, or `keep` keeps nothing or has another length.
    """
    trials = matched(first, second)
    n = len(next(iter(first.trials.values())))
    kept = np.ones(n, dtype=bool) if keep is None else np.asarray(keep, dtype=bool)
    if kept.shape != (n,) or not kept.any():
        raise ZhsqError(
            f"A slice of shape {kept.shape} with {int(kept.sum())} trials was asked for, of {n} trials.",
            "Take one of slices(first).",
        )
    pair = Pair(first, second, first.trials, trials, kept, resamples, seed)
    found = TASKS[first.report.task](pair)
    return [item for item in found if np.isfinite([item.estimate.value, item.estimate.low, item.estimate.high]).all()]
