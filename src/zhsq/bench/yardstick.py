"""What an item costs, in a unit that means the same on any machine.

Seconds measured on two machines, or on one that is busy with other work, can't be compared: a gate on them would pass or
refuse by who runs it and when. So cost is processor time, which waiting does not add to, divided by that of a network that
ships with the package, measured before and after the same benchmark. A new reader there is a new unit: figures of before
it can't be compared with those behind it.
"""

from __future__ import annotations

import numpy as np

from zhsq.bench.timer import Timer
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

    def seconds(self, runs: int = 100) -> float:
        """Processor seconds of a run."""
        with Timer() as timer:
            for _ in range(runs):
                self._runner.run(GRAPH, self._feed)
        return timer.processor_seconds / runs


def speed(seconds_per_item: float, before: float, after: float) -> dict[str, object]:
    """What a report keeps of it under `details.speed`.

    Args:
        seconds_per_item: processor time of an item.
        before: processor time of a run of the yardstick before the benchmark. after: after it.
    """
    yardstick = (before + after) / 2
    return {
        "yardstick": f"{BUNDLE}, graph {GRAPH}, one item, one thread, ONNX Runtime in process",
        "processor_seconds_per_item": seconds_per_item,
        "processor_seconds_per_yardstick": yardstick,
        "yardsticks_per_item": seconds_per_item / yardstick,
    }
