"""Run a bundle's graphs in this process with OpenVINO: a second engine to compare with, of Intel's making.

Serving does not use it: it decides as ONNX Runtime does, and on the machines at hand is no faster on the whole
(docs/parity.md has both figures).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from zhsq.errors import BundleError, MissingExtraError
from zhsq.models.bundle import Bundle
from zhsq.models.graph import Array


class OpenVinoRunner:
    """In-process runner on the CPU. Graphs are compiled at first use; safe to call from several threads.

    Args:
        bundle: a verified bundle.
        threads: that one call may use; 0 takes every core.

    Raises:
        MissingExtraError: the extra `openvino` is not installed.
    """

    def __init__(self, bundle: Bundle, threads: int = 0) -> None:
        try:
            import openvino
        except ImportError as error:
            raise MissingExtraError("openvino", "Running on OpenVINO") from error
        self.bundle = bundle
        self._core: Any = openvino.Core()
        # By itself it computes in bfloat16 where the processor can, with three digits instead of seven.
        self._config = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads or os.cpu_count() or 1,
        }
        self._models: dict[str, Any] = {}
        self._lock = threading.Lock()

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """As `GraphRunner.run`."""
        spec = self.bundle.graph(graph)
        wanted = {tensor.name for tensor in spec.inputs}
        if set(inputs) != wanted:
            raise BundleError(f"Graph {graph} of {self.bundle.name} takes {sorted(wanted)}, got {sorted(inputs)}.")
        request = self._model(graph).create_infer_request()
        request.infer(dict(inputs))
        return {tensor.name: np.array(request.get_tensor(tensor.name).data) for tensor in spec.outputs}

    def _model(self, graph: str) -> Any:
        with self._lock:
            if graph not in self._models:
                path = str(self.bundle.graph_path(graph))
                self._models[graph] = self._core.compile_model(path, "CPU", self._config)
            return self._models[graph]
