"""What a pipeline asks of a runtime: run one named graph of its bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FloatArray = NDArray[np.float32]


class GraphRunner(Protocol):
    """Runs graphs of one bundle; in process or on Triton, the same signature (see `zhsq.runtime`)."""

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Run a graph by its name in the bundle.

        Raises:
            RuntimeUnavailableError: the server can't be reached or lacks the model.
            BundleError: the graph or an input name is not in the bundle.
        """
        ...
