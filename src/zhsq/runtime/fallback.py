"""Run a bundle on Triton, and in this process while Triton fails: the same bundle, so the same decisions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from zhsq.errors import RuntimeUnavailableError
from zhsq.models.bundle import Bundle
from zhsq.models.graph import Array, GraphRunner
from zhsq.runtime.onnx import OnnxRunner
from zhsq.runtime.triton import TritonRunner


class FallbackRunner:
    """A runner that asks Triton first, and does the call itself when Triton gives no answer.

    While Triton's breakers are open nothing waits for it. Graphs keep no state: one that Triton may have run is run again.

    Args:
        first: on Triton.
        threads: that one call in process may use; 0 takes every core.
        told: called for each call that was done in process.
    """

    def __init__(self, first: TritonRunner, threads: int = 0, told: Callable[[], None] = lambda: None) -> None:
        self.first = first
        self._second: GraphRunner = OnnxRunner(first.bundle, threads)
        self._told = told
        self._counter = itertools.count(1)
        #: Calls that were done in process.
        self.calls = 0

    @property
    def bundle(self) -> Bundle:
        return self.first.bundle

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Run a graph by its name in the bundle.

        Raises:
            BundleError: the graph, an input's name, dtype or shape is not the bundle's.
        """
        try:
            return self.first.run(graph, inputs)
        except RuntimeUnavailableError:
            self.calls = next(self._counter)
            self._told()
            return self._second.run(graph, inputs)
