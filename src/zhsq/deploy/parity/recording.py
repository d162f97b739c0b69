"""Keep what a pipeline feeds its graphs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from zhsq.models.face.spread import spread
from zhsq.models.graph import Array, GraphRunner

T = TypeVar("T")
Feeds = list[dict[str, Array]]

#: Feeds kept of a graph. A photo as a detector sees it takes up to 5 MB.
KEPT = 24


class Recorder:
    """Runs graphs as another runner does and keeps a copy of the first feeds of each. Safe to call from several threads.

    Args:
        runner: runs the graphs.
        kept: feeds kept of each graph.
    """

    def __init__(self, runner: GraphRunner, kept: int = KEPT) -> None:
        self.feeds: dict[str, Feeds] = {}
        self._runner, self._kept = runner, kept
        self._lock = threading.Lock()

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """As the runner's."""
        return self._run(self._runner, graph, inputs)

    def spread(self, tasks: Sequence[Callable[[GraphRunner], T]], idle: Sequence[Callable[[], object]] = ()) -> list[T]:
        """As the runner's, where it can do several things at once; else one after the other."""

        def recorded(task: Callable[[GraphRunner], T], runner: GraphRunner) -> T:
            return task(_Through(self, runner))

        return spread(self._runner, [partial(recorded, task) for task in tasks], idle)

    def _run(self, runner: GraphRunner, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        with self._lock:
            feeds = self.feeds.setdefault(graph, [])
            if len(feeds) < self._kept:
                feeds.append({name: np.array(array) for name, array in inputs.items()})
        return runner.run(graph, inputs)


class _Through:
    """One of the runner's own threads, recorded by the same recorder."""

    def __init__(self, recorder: Recorder, runner: GraphRunner) -> None:
        self._recorder, self._runner = recorder, runner

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        return self._recorder._run(self._runner, graph, inputs)
