"""How fast this machine is just now, in a unit of its own, so that a speed can be asked of a bundle on any machine.

Seconds measured on two machines can't be compared, and a gate on them would pass or refuse by who runs it. The yardstick is
a network that ships with the package and never changes: its own speed, measured in the same benchmark, is what a bundle's
speed is divided by.
"""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from zhsq.models.zoo.shipped import shipped
from zhsq.runtime.onnx import OnnxRunner

#: What one run is: a graph of a shipped bundle on one item, by one thread.
BUNDLE, GRAPH = "plate-zhsq", "read"


class Yardstick:
    """The network, warm. Make one before the work, and measure before and after it."""

    def __init__(self) -> None:
        bundle = shipped(BUNDLE)
        self._runner = OnnxRunner(bundle, threads=1)
        (tensor,) = bundle.graph(GRAPH).inputs
        noise = np.random.default_rng(0).random([1 if size == -1 else size for size in tensor.shape])
        self._feed = {tensor.name: noise.astype(tensor.dtype)}
        self._runner.run(GRAPH, self._feed)

    def seconds(self, runs: int = 101) -> float:
        """The median time of a run: one that waited for a core does not count."""
        taken = []
        for _ in range(runs):
            start = time.perf_counter()
            self._runner.run(GRAPH, self._feed)
            taken.append(time.perf_counter() - start)
        return median(taken)


def speed(items_per_second: float, before: float, after: float) -> dict[str, object]:
    """What a report keeps of it under `details.speed`.

    Args:
        items_per_second: of the benchmark.
        before: seconds of a run of the yardstick before it. after: after it.
    """
    mean = (before + after) / 2
    return {
        "yardstick": f"{BUNDLE}, graph {GRAPH}, one item, one thread, ONNX Runtime in process",
        "yardstick_seconds": mean,
        "yardsticks_per_item": 1 / items_per_second / mean,
    }
