"""The first level of parity: what each graph gives for the same feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zhsq.models.bundle import GraphSpec
from zhsq.models.graph import Array, GraphRunner
from zhsq.tracking.parity_limits import Precision

#: Side used for a free dimension that is not the batch: fits detectors that want a multiple of 32.
FREE_SIDE = 160


@dataclass(frozen=True)
class GraphScores:
    """How far the outputs of one graph are apart.

    Attributes:
        graph: name in the bundle.
        n: items that were run (feeds of an unbatched graph).
        max_abs: largest |a - b| of any output's values.
        max_rel: largest over the outputs of max |a - b| / max |a|, both over all feeds: the error as a share of the
            output's own scale. Element by element, values near zero would say nothing.
        worst: the output that has it.
        precision: the coarser of the two graphs'.
        limit: for `max_rel`.
        seeded: the feeds are random numbers, for the pipeline never ran this graph.
    """

    graph: str
    n: int
    max_abs: float
    max_rel: float
    worst: str
    precision: Precision
    limit: float
    seeded: bool = False

    @property
    def passes(self) -> bool:
        return self.max_rel <= self.limit


def compare_graph(
    reference: GraphRunner,
    other: GraphRunner,
    graph: str,
    feeds: Sequence[Mapping[str, Array]],
    *,
    precision: Precision,
    limit: float,
    seeded: bool = False,
) -> GraphScores:
    """Run the same feeds on both sides and compare every output.

    A shape that differs, or a value that is no number on one side only, counts as infinitely far apart.

    Args:
        reference: the side that sets the scale.
        other: the side that is checked.
        graph: name in the bundle.
        feeds: at least one.
        precision: of the coarser side.
        limit: for the largest relative error.
        seeded: whether the feeds are random numbers.

    Raises:
        ValueError: no feeds.
        RuntimeUnavailableError: from a runner.
    """
    if not feeds:
        raise ValueError("parity needs at least one feed")
    errors: dict[str, float] = {}
    scales: dict[str, float] = {}
    items = 0
    for feed in feeds:
        items += len(next(iter(feed.values())))
        theirs = other.run(graph, feed)
        for name, ours in reference.run(graph, feed).items():
            error, scale = _apart(ours, theirs.get(name))
            errors[name] = max(errors.get(name, 0.0), error)
            scales[name] = max(scales.get(name, 0.0), scale)
    shares = {name: _share(error, scales[name]) for name, error in errors.items()}
    worst = max(shares, key=lambda name: shares[name])
    return GraphScores(graph, items, max(errors.values()), shares[worst], worst, precision, limit, seeded)


def _apart(ours: Array, theirs: Array | None) -> tuple[float, float]:
    """Largest difference of two outputs, and the largest value of the first."""
    if theirs is None or ours.shape != theirs.shape:
        return float("inf"), 0.0
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return float("inf"), 0.0
    return float(np.abs(a - b)[finite].max(initial=0.0)), float(np.abs(a[finite]).max(initial=0.0))


def _share(error: float, scale: float) -> float:
    if scale:
        return error / scale
    return 0.0 if error == 0 else float("inf")


def seeded_inputs(spec: GraphSpec, n: int = 4, items: int = 2, seed: int = 0) -> list[dict[str, Array]]:
    """Feeds that fit a graph's signature, for one that no picture reaches: float32 uniform in -1..1, uint8, int64 0 or 1.

    They say whether two runtimes do the same sums, and nothing about decisions.

    Args:
        spec: the graph's signature; a free first dimension of a batched graph becomes `items`, others `FREE_SIDE`.
        n: number of feeds.
        items: items per feed of a batched graph.
        seed: of numpy's PCG64.
    """
    rng = np.random.default_rng(seed)
    feeds = []
    for _ in range(n):
        feed: dict[str, Array] = {}
        for tensor in spec.inputs:
            first = items if spec.batched else 1
            shape = [(first if axis == 0 else FREE_SIDE) if d == -1 else d for axis, d in enumerate(tensor.shape)]
            if tensor.dtype == "float32":
                feed[tensor.name] = rng.uniform(-1, 1, shape).astype(np.float32)
            else:
                high = 256 if tensor.dtype == "uint8" else 2
                feed[tensor.name] = rng.integers(0, high, shape).astype(tensor.dtype)
        feeds.append(feed)
    return feeds
