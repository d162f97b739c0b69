"""Fill PatchCore's bank from normal frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhsq.models.anomaly.build import Bank
from zhsq.models.anomaly.frames import GRAPH
from zhsq.models.anomaly.patchcore import CHANNELS, distance_graph, patches_graph
from zhsq.models.bundle import GraphSpec, TensorSpec
from zhsq.training.anomaly.bank import spread
from zhsq.training.anomaly.config import PatchCoreExperiment
from zhsq.training.anomaly.frames import Finish
from zhsq.training.anomaly.record import running
from zhsq.training.hooks import Progress

_SPEC = GraphSpec(
    file="patches.onnx",
    inputs=(TensorSpec(name="frames", shape=(-1, 1, -1, -1)),),
    outputs=(TensorSpec(name="patches", shape=(-1, -1, -1, CHANNELS)),),
)


def learn(clips: Sequence[NDArray[np.uint8]], config: PatchCoreExperiment, progress: Progress) -> Finish:
    """Draw patches of all frames at random, and choose from them those that lie far apart.

    Args:
        clips: normal frames, each clip (n, h, w) uint8 with sides of whole cells.

    Raises:
        DownloadError: the backbone's weights can't be had.
    """
    random, total = np.random.default_rng(config.seed), sum(map(len, clips))
    each = -(-config.pool // total)
    drawn = []
    with running(GRAPH, _SPEC, patches_graph()) as runner:
        for frame in (frame for clip in clips for frame in clip):
            patches = runner.run(GRAPH, {"frames": frame[None, None].astype(np.float32)})["patches"]
            rows = patches.reshape(-1, CHANNELS)
            drawn.append(rows[random.permutation(len(rows))[:each]])
            progress(len(drawn), total, "frames seen")
    pool = np.concatenate(drawn)
    rows = spread(pool, config.bank, config.pool, random)
    bank = Bank(np.zeros(CHANNELS, np.float32), np.eye(CHANNELS, dtype=np.float32), rows)
    return lambda middle, deviation: distance_graph(replace(bank, middle=middle, spread=deviation))
