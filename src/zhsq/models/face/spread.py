"""Do several things with a runner at the same time, where it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from zhsq.models.graph import GraphRunner

T = TypeVar("T")


@runtime_checkable
class Spreading(Protocol):
    """A runner with threads of its own; see `zhsq.runtime.onnx.OnnxRunner`."""

    def spread(
        self, tasks: Sequence[Callable[[GraphRunner], T]], idle: Sequence[Callable[[], object]] = ()
    ) -> list[T]: ...


def spread(
    runner: GraphRunner, tasks: Sequence[Callable[[GraphRunner], T]], idle: Sequence[Callable[[], object]] = ()
) -> list[T]:
    """The tasks' results in their order; each task is given the runner that it is to use. `idle`: see `OnnxRunner.spread`."""
    return runner.spread(tasks, idle) if isinstance(runner, Spreading) else [task(runner) for task in tasks]
