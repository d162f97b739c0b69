"""Is the exported graph the measured one? The same inputs on two runtimes: errors, and share of equal decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zhsq.models.bundle import Bundle, GraphSpec
from zhsq.models.graph import Array, GraphRunner
from zhsq.runtime.onnx import OnnxRunner

#: Side used for a free dimension that is not the batch: fits detectors that want a multiple of 32.
FREE_SIDE = 160
#: Decisions within this share of the output's scale from the edge are counted apart, not compared.
BAND = 1e-4


@dataclass(frozen=True)
class Parity:
    """How far two runtimes are apart.

    `max_abs` is the largest |a - b| of any output value; `max_rel` the largest of max |a - b| / max |a| per output (the
    error against the output's own scale: element by element, values near zero would say nothing). `decisions` are
    those outside the band around their edge, `in_band` those inside, `decisions_agree` the share of the first that are
    equal (1.0 when there are none).
    """

    graph: str
    max_abs: float
    max_rel: float
    n: int
    decisions: int
    decisions_agree: float
    in_band: int

    def passes(self, max_rel: float = 1e-3) -> bool:
        """Every decision outside the band equal, and the scores within `max_rel` of their scale."""
        return self.decisions_agree == 1.0 and self.max_rel <= max_rel

    def __str__(self) -> str:
        return (
            f"{self.graph}: {self.n} inputs, max error {self.max_abs:.2e} absolute, {self.max_rel:.2e} of the scale; "
            f"{self.decisions_agree:.2%} of {self.decisions} decisions equal, {self.in_band} in the band"
        )


def compare(
    reference: GraphRunner, other: GraphRunner, graph: str, inputs: Sequence[Mapping[str, Array]], band: float = BAND
) -> Parity:
    """Run the same inputs on both and compare every output.

    The decision of a row (all axes but the last) with several values is which of them is largest, its margin the gap to
    the second; of a row with one value, on which side of the reference's median it lies. A shape that differs, or a
    value that is not a number on one side only, counts as infinitely far apart and as a decision that differs.

    Args:
        reference: usually the in-process runner, whose decisions define the band.
        other: the runner that is checked.
        graph: name in the bundle.
        inputs: feeds, at least one.
        band: half-width of the band as a share of max |a| of each output.

    Raises:
        ValueError: no inputs.
        RuntimeUnavailableError: from a runner.
    """
    if not inputs:
        raise ValueError("parity needs at least one input")
    left: dict[str, list[Array]] = {}
    right: dict[str, list[Array]] = {}
    for feed in inputs:
        for target, runner in ((left, reference), (right, other)):
            for name, array in runner.run(graph, feed).items():
                target.setdefault(name, []).append(array)
    max_abs = max_rel = 0.0
    equal = decided = in_band = 0
    for name, arrays in left.items():
        others = right.get(name, [])
        if [a.shape for a in arrays] != [b.shape for b in others]:
            return Parity(graph, float("inf"), float("inf"), len(inputs), 1, 0.0, 0)
        a = [np.asarray(x, np.float64) for x in arrays]
        b = [np.asarray(x, np.float64) for x in others]
        flat_a, flat_b = (np.concatenate([x.ravel() for x in side]) for side in (a, b))
        if not flat_a.size:
            continue
        same_gaps = bool(np.array_equal(np.isfinite(flat_a), np.isfinite(flat_b)))
        finite = np.isfinite(flat_a) & np.isfinite(flat_b)
        error = float(np.abs(flat_a[finite] - flat_b[finite]).max(initial=0.0)) if same_gaps else float("inf")
        scale = float(np.abs(flat_a[finite]).max(initial=0.0))
        max_abs = max(max_abs, error)
        max_rel = max(max_rel, error / scale if scale else (0.0 if error == 0 else float("inf")))
        same, clear = _decisions(a, b, band * scale)
        equal += int((same & clear).sum())
        decided += int(clear.sum())
        in_band += int((~clear).sum())
    return Parity(graph, max_abs, max_rel, len(inputs), decided, equal / decided if decided else 1.0, in_band)


def _decisions(a: list[Array], b: list[Array], width: float) -> tuple[Array, Array]:
    """For every row: whether both sides decide the same, and whether the reference is clear of the band."""
    if all(x.ndim > 1 and x.shape[-1] > 1 for x in a):
        same, margin = [], []
        for x, y in zip(a, b, strict=True):
            rows_x, rows_y = x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])
            same.append(rows_x.argmax(-1) == rows_y.argmax(-1))
            top = np.partition(rows_x, -2, axis=-1)[:, -2:]
            margin.append(top[:, 1] - top[:, 0])
        return np.concatenate(same), np.concatenate(margin) > width
    flat_x, flat_y = (np.concatenate([v.ravel() for v in side]) for side in (a, b))
    edge = np.median(flat_x)
    return (flat_x >= edge) == (flat_y >= edge), np.abs(flat_x - edge) > width


def seeded_inputs(spec: GraphSpec, n: int = 4, items: int = 2, seed: int = 0) -> list[dict[str, Array]]:
    """Feeds that fit a graph's signature: float32 uniform in -1..1, uint8 in 0..255, int64 0 or 1.

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


def parity_gate(
    bundle: Bundle,
    inputs: Mapping[str, Sequence[Mapping[str, Array]]] | None = None,
    *,
    other: GraphRunner | None = None,
    threads: int = 0,
) -> Parity:
    """Compare every graph of a bundle, for the gate before a promotion; the worst errors and all decisions together.

    Without a Triton at hand the two sides are ONNX Runtime as it serves (optimised, all threads) and the graph exactly
    as exported (no optimisation, one thread): an optimiser that changes answers is caught. With Triton up, give its
    runner as `other`.

    Args:
        bundle: a verified bundle.
        inputs: real feeds by graph; seeded ones stand in for a graph that has none.
        other: the runner to check against the in-process one, e.g. a TritonRunner.
        threads: of the in-process runner; 0 takes every core.

    Raises:
        RuntimeUnavailableError: from `other`.
    """
    return combine(parity_by_graph(bundle, inputs, other=other, threads=threads))


def parity_by_graph(
    bundle: Bundle,
    inputs: Mapping[str, Sequence[Mapping[str, Array]]] | None = None,
    *,
    other: GraphRunner | None = None,
    threads: int = 0,
) -> list[Parity]:
    """As `parity_gate`, one Parity per graph, by name."""
    reference = OnnxRunner(bundle, threads)
    checked = other or OnnxRunner(bundle, 1, optimise=False)
    given = inputs or {}
    return [
        compare(reference, checked, graph, given.get(graph) or seeded_inputs(spec))
        for graph, spec in sorted(bundle.spec.graphs.items())
    ]


def combine(parts: Sequence[Parity]) -> Parity:
    """Several graphs as one: the worst errors, and their decisions together."""
    decisions = sum(part.decisions for part in parts)
    agreed = sum(round(part.decisions_agree * part.decisions) for part in parts)
    return Parity(
        graph="+".join(part.graph for part in parts),
        max_abs=max(part.max_abs for part in parts),
        max_rel=max(part.max_rel for part in parts),
        n=sum(part.n for part in parts),
        decisions=decisions,
        decisions_agree=agreed / decisions if decisions else 1.0,
        in_band=sum(part.in_band for part in parts),
    )
