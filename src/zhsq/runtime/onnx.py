"""Run a bundle's graphs in this process with ONNX Runtime."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any, TypeVar

import onnxruntime as ort

from zhsq.errors import BundleError
from zhsq.models.bundle import Bundle
from zhsq.models.graph import Array, GraphRunner
from zhsq.runtime.turns import TURNS
from zhsq.spans import span

T = TypeVar("T")


class OnnxRunner:
    """In-process runner. Sessions are made at first use and are safe to call from several threads: these take turns on the
    cores (`zhsq.runtime.turns`), and only a call that comes alone uses several threads.

    Args:
        bundle: a verified bundle.
        threads: that one call may use; 0 takes every core.
        optimise: let ONNX Runtime rewrite the graph; off only to compare with the graph as it was exported.
    """

    def __init__(self, bundle: Bundle, threads: int = 0, *, optimise: bool = True) -> None:
        self.bundle = bundle
        self._threads = threads or os.cpu_count() or 1
        self._optimise = optimise
        self._sessions: dict[str, ort.InferenceSession] = {}
        self._lock = threading.Lock()
        self._single = self if self._threads == 1 else OnnxRunner(bundle, 1, optimise=optimise)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="zhsq-onnx")  # starts none before its use

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        spec = self.bundle.graph(graph)
        wanted = {tensor.name for tensor in spec.inputs}
        if set(inputs) != wanted:
            raise BundleError(f"Graph {graph} of {self.bundle.name} takes {sorted(wanted)}, got {sorted(inputs)}.")
        names = [tensor.name for tensor in spec.outputs]
        with span("runtime.onnx", graph=graph):
            outputs = self._run(graph, names, dict(inputs))
        return dict(zip(names, outputs, strict=True))

    def _run(self, graph: str, names: list[str], inputs: dict[str, Array]) -> list[Array]:
        found: list[Array]
        if self._threads > 1:
            with TURNS.all() as alone:
                if alone:
                    found = self._session(graph).run(names, inputs)
                    return found
            return self._single._run(graph, names, inputs)
        session = self._session(graph)
        with TURNS.one():
            found = session.run(names, inputs)
            return found

    def spread(self, tasks: Sequence[Callable[[GraphRunner], T]], idle: Sequence[Callable[[], object]] = ()) -> list[T]:
        """The tasks' results in their order, worked out at the same time on one thread each.

        Threads that share one run wait for each other at every layer: small networks gain nothing by them, and lose much
        when one of them waits for a core. Tasks of their own wait once, at the end.

        Args:
            tasks: each is called with a runner of the same bundle that uses one thread.
            idle: what a thread that has ended its task may do while others go on with theirs; not waited for, and not done
                where no thread has the time.
        """
        if self._threads == 1 or len(tasks) == 1 or TURNS.busy:
            return [task(self._single) for task in tasks]
        # The request under way is known in the threads, too.
        begun = [self._pool.submit(copy_context().run, task, self._single) for task in tasks]
        spare = [self._pool.submit(copy_context().run, work) for work in idle]
        try:
            return [each.result() for each in begun]
        finally:
            left: list[Future[Any]] = [*spare, *begun]
            for one in left:
                one.cancel()
            wait(begun)  # where one failed, too: nothing goes on behind a call that has failed

    def _session(self, graph: str) -> ort.InferenceSession:
        with self._lock:
            session = self._sessions.get(graph)
            if session is None:
                options = ort.SessionOptions()
                options.intra_op_num_threads = self._threads
                # Threads that wait for work by spinning would take the cores from whoever has some: measured on two
                # cores, a read of a plate took half the CPU time without, and no longer.
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                options.log_severity_level = 3
                if not self._optimise:
                    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
                path = self.bundle.graph_path(graph)
                session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
                self._sessions[graph] = session
            return session
