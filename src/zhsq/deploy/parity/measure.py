"""Measure parity: one bundle on two runtimes, or two bundles on one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from zhsq.deploy.parity.anomaly import anomaly_answers
from zhsq.deploy.parity.decisions import Answer, Bands, Decisions, compare_answers
from zhsq.deploy.parity.faces import face_answers, liveness_answers
from zhsq.deploy.parity.items import Items, items_for
from zhsq.deploy.parity.plates import all_doubtful, plate_answers
from zhsq.deploy.parity.precision import coarsest, precisions
from zhsq.deploy.parity.recording import Feeds, Recorder
from zhsq.deploy.parity.result import Parity
from zhsq.deploy.parity.scores import GraphScores, compare_graph, seeded_inputs
from zhsq.errors import BundleError
from zhsq.models.bundle import Bundle, GraphSpec, Task
from zhsq.models.graph import Array, GraphRunner
from zhsq.runtime.onnx import OnnxRunner
from zhsq.tracking.gates.config import GatesConfig
from zhsq.tracking.parity_limits import ParityLimits, Precision

_FAMILIES: dict[Task, Callable[..., list[Answer]]] = {
    "face": face_answers,
    "face-liveness": liveness_answers,
    "plate": plate_answers,
    "video-anomaly": anomaly_answers,
}
#: Pictures of each kind from which feeds are recorded; a graph keeps the first `recording.KEPT` of them.
RECORDED = 24


class Reference:
    """A bundle in process on some pictures: what it feeds its graphs, and what it decides, worked out once.

    Args:
        bundle: a verified bundle.
        items: pictures; None takes `items_for` of the bundle's task.
        limits: None takes the packaged `gates.yaml`.
        threads: of the runner; 0 takes every core.

    Raises:
        DataSetError, DownloadError: no pictures can be had.
    """

    def __init__(
        self, bundle: Bundle, items: Items | None = None, limits: ParityLimits | None = None, threads: int = 0
    ) -> None:
        self.bundle, self.threads = bundle, threads
        self.limits = limits or GatesConfig.load().parity
        self.runner = OnnxRunner(bundle, threads)
        self._items = items
        self._answers: dict[tuple[tuple[str, Precision], ...], list[Answer]] = {}

    @cached_property
    def items(self) -> Items:
        return self._items or items_for(self.bundle.spec.task)

    @cached_property
    def feeds(self) -> dict[str, Feeds]:
        """What the pipeline feeds its graphs on some of the pictures."""
        return record(self.bundle, self.runner, self.items)

    def answers(self, coarse: Mapping[str, Precision]) -> list[Answer]:
        """What the pipeline decides, with the bands for these precisions of graphs."""
        key = tuple(sorted(coarse.items()))
        if key not in self._answers:
            judge, bands = _FAMILIES[self.bundle.spec.task], Bands(self.limits, coarse)
            self._answers[key] = judge(self.bundle, self.runner, self.items, bands, edges=True)
        return self._answers[key]


def parity_gate(
    bundle: Bundle,
    inputs: Mapping[str, Sequence[Mapping[str, Array]]] | None = None,
    *,
    other: GraphRunner | None = None,
    against: Bundle | None = None,
    reference: Reference | None = None,
    limits: ParityLimits | None = None,
    threads: int = 0,
    where: str = "",
) -> Parity:
    """Compare a bundle as it is served here with another runtime, or with another bundle: each graph, and decisions.

    Without `other` and `against` the second side is the graph exactly as exported: one thread, and no optimisation by
    ONNX Runtime, which otherwise joins layers and computes quantised ones in integers. An optimiser that changes
    answers is caught.

    Args:
        bundle: a verified bundle, whose decisions say what lies in the band.
        inputs: feeds by graph; only graphs are compared then, and those without a feed are given seeded random ones.
        other: runner of the same bundle to check, e.g. a TritonRunner.
        against: another bundle of the task to check, e.g. the same in 8 bits; runs on `other`, else in process.
        reference: the bundle on pictures of one's own, or one that is compared with several others.
        limits: when no reference is given; None takes the packaged `gates.yaml`.
        threads: when no reference is given, of the in-process runner; 0 takes every core.
        where: `other` in words, e.g. 'on Triton'.

    Raises:
        BundleError: the two bundles are of different tasks, or a pipeline refuses its bundle.
        DataSetError, DownloadError: no pictures can be had.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
        RuntimeUnavailableError: from `other`.
    """
    reference = reference or Reference(bundle, None, limits, threads)
    second = against or bundle
    if second.spec.task != bundle.spec.task:
        raise BundleError(
            f"{bundle.name} is for {bundle.spec.task}, {second.name} for {second.spec.task}.",
            "Compare bundles of one task.",
        )
    if other is None:
        other = OnnxRunner(second, reference.threads) if against else OnnxRunner(bundle, 1, optimise=False)
        where = "in process" if against else "as exported, one thread"
    coarse = _precisions(bundle, second)
    shared = [graph for graph in sorted(bundle.spec.graphs) if _alike(bundle, second, graph)]
    feeds: Mapping[str, Sequence[Mapping[str, Array]]] = reference.feeds if inputs is None else inputs
    graphs = [_graph(reference, other, graph, feeds.get(graph, ()), coarse[graph]) for graph in shared]
    decisions: list[Decisions] = []
    if inputs is None:
        judge, bands = _FAMILIES[bundle.spec.task], Bands(reference.limits, coarse)
        theirs = judge(second, other, reference.items, bands, edges=False)
        decisions = [compare_answers(a, b) for a, b in zip(reference.answers(coarse), theirs, strict=True)]
    return Parity(
        reference=f"{bundle.name} {bundle.version} in process",
        other=f"{second.name} {second.version} {where or type(other).__name__}",
        source=reference.items.source if inputs is None else "feeds that were given",
        n=reference.items.n if inputs is None else sum(part.n for part in graphs),
        graphs=tuple(graphs),
        decisions=tuple(decisions),
        max_in_band=reference.limits.max_in_band,
        not_compared=tuple(sorted({*bundle.spec.graphs, *second.spec.graphs} - set(shared))),
    )


def _graph(
    reference: Reference,
    other: GraphRunner,
    graph: str,
    feeds: Sequence[Mapping[str, Array]],
    precision: Precision,
) -> GraphScores:
    return compare_graph(
        reference.runner,
        other,
        graph,
        feeds or seeded_inputs(reference.bundle.graph(graph)),
        precision=precision,
        limit=reference.limits.of(precision).max_rel,
        seeded=not feeds,
    )


def record(bundle: Bundle, runner: GraphRunner, items: Items) -> dict[str, Feeds]:
    """What the bundle's own pipeline feeds its graphs on some of the pictures, by graph."""
    some = Items(items.source, items.photos[:RECORDED], items.crops[:RECORDED], items.clips)
    recorder = Recorder(runner)
    bands = Bands(GatesConfig.load().parity, {})
    shown = all_doubtful(bundle) if bundle.spec.task == "plate" else bundle
    _FAMILIES[bundle.spec.task](shown, recorder, some, bands, edges=False)
    return recorder.feeds


def _precisions(bundle: Bundle, second: Bundle) -> dict[str, Precision]:
    ours, theirs = precisions(bundle), precisions(second)
    return {
        graph: coarsest(side[graph] for side in (ours, theirs) if graph in side) for graph in sorted({*ours, *theirs})
    }


def _alike(bundle: Bundle, second: Bundle, graph: str) -> bool:
    def signature(spec: GraphSpec) -> GraphSpec:
        return spec.model_copy(update={"file": ""})

    other = second.spec.graphs.get(graph)
    return other is not None and signature(other) == signature(bundle.graph(graph))
