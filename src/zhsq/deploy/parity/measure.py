"""Measure parity: one bundle on two runtimes, or two bundles on one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from zhsq.deploy.parity.anomaly import anomaly_answers
from zhsq.deploy.parity.decisions import Answer, Bands, compare_answers
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


def parity_gate(
    bundle: Bundle,
    inputs: Mapping[str, Sequence[Mapping[str, Array]]] | None = None,
    *,
    other: GraphRunner | None = None,
    against: Bundle | None = None,
    items: Items | None = None,
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
        items: pictures; None takes `items_for` of the bundle's task.
        limits: None takes the packaged `gates.yaml`.
        threads: of the in-process runner; 0 takes every core.
        where: `other` in words, e.g. 'on Triton'.

    Raises:
        BundleError: the two bundles are of different tasks, or a pipeline refuses its bundle.
        DataSetError, DownloadError: no pictures can be had.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
        RuntimeUnavailableError: from `other`.
    """
    limits = limits or GatesConfig.load().parity
    second = against or bundle
    if second.spec.task != bundle.spec.task:
        raise BundleError(
            f"{bundle.name} is for {bundle.spec.task}, {second.name} for {second.spec.task}.",
            "Compare bundles of one task.",
        )
    reference = OnnxRunner(bundle, threads)
    if other is None:
        other = OnnxRunner(second, threads) if against else OnnxRunner(bundle, 1, optimise=False)
        where = "in process" if against else "as exported, one thread"
    coarse = _precisions(bundle, second)
    feeds: Mapping[str, Sequence[Mapping[str, Array]]]
    if inputs is None:
        items = items or items_for(bundle.spec.task)
        feeds = record(bundle, reference, items)
    else:
        feeds = inputs
    shared = [graph for graph in sorted(bundle.spec.graphs) if _alike(bundle, second, graph)]
    graphs: list[GraphScores] = []
    for graph in shared:
        given = feeds.get(graph)
        graphs.append(
            compare_graph(
                reference,
                other,
                graph,
                given or seeded_inputs(bundle.graph(graph)),
                precision=coarse[graph],
                limit=limits.of(coarse[graph]).max_rel,
                seeded=not given,
            )
        )
    answers: tuple[list[Answer], list[Answer]] = ([], [])
    if inputs is None:
        judge, bands = _FAMILIES[bundle.spec.task], Bands(limits, coarse)
        answers = (
            judge(bundle, reference, items, bands, edges=True),
            judge(second, other, items, bands, edges=False),
        )
    return Parity(
        reference=f"{bundle.name} {bundle.version} in process",
        other=f"{second.name} {second.version} {where or type(other).__name__}",
        source=items.source if items else "feeds that were given",
        n=items.n if items else sum(part.n for part in graphs),
        graphs=tuple(graphs),
        decisions=tuple(compare_answers(ours, theirs) for ours, theirs in zip(*answers, strict=True)),
        max_in_band=limits.max_in_band,
        not_compared=tuple(sorted({*bundle.spec.graphs, *second.spec.graphs} - set(shared))),
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
