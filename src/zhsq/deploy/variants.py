"""The same bundle in another precision: 16-bit arithmetic for accelerators, 8-bit convolutions for CPUs.

A variant keeps parameters and thresholds of its bundle and names it as its parent; its metrics are left out, for they were
not measured on it. Whether it decides as its bundle does is for `zhsq.deploy.parity` to say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from zhsq.data import plates_cn, ucsd_ped2
from zhsq.data.registry import data_root, locate
from zhsq.deploy.parity.items import Items, clips_of, items_for, pictures_of
from zhsq.deploy.parity.measure import record
from zhsq.deploy.parity.precision import precisions
from zhsq.errors import BundleError, MissingExtraError, ZhsqError
from zhsq.models import quantise
from zhsq.models.bundle import Bundle, Provenance, Task
from zhsq.models.graph import Array
from zhsq.protocols.plate_accept import in_calibration
from zhsq.runtime.onnx import OnnxRunner

VariantPrecision = Literal["fp16", "int8"]
_WORDS = {"fp16": "in 16 bits", "int8": "with convolutions in 8 bits"}
#: Pictures of each kind from which ranges are measured.
CALIBRATION = 64


def variant(
    bundle: Bundle,
    precision: VariantPrecision,
    store: Path,
    pictures: Items | None = None,
    graphs: Collection[str] = (),
) -> Bundle:
    """Build a bundle's variant; the same bundle and pictures give the same one.

    Graphs that are in 8 bits already stay as they are. In 8 bits, so do graphs without convolutions, and those that no
    picture reaches.

    Args:
        bundle: a verified bundle.
        precision: of the variant.
        store: the folder of bundles.
        pictures: for 8 bits, on which the ranges of activations are measured; they belong to no test set.
        graphs: only these; none takes all. A detector in less precision cuts other crops, and all behind it follows.

    Raises:
        BundleError: a graph can't be brought to this precision, none is left, or 8 bits without pictures.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    files: dict[str, bytes | Path] = {file: bundle.path / file for file in bundle.spec.files}
    now = precisions(bundle)
    if precision == "int8" and pictures is None:
        raise BundleError("8 bits need pictures on which ranges are measured.", "Name some that you don't test on.")
    feeds = record(bundle, OnnxRunner(bundle), pictures) if precision == "int8" and pictures else {}
    changed = []
    for graph in sorted(graphs or bundle.spec.graphs):
        file = bundle.graph(graph).file
        if now[graph] != "fp32" or (
            precision == "int8" and not _quantisable(bundle.graph_path(graph), feeds.get(graph))
        ):
            continue
        made = _converted(bundle, graph, precision, feeds.get(graph, []))
        files[file] = made
        changed.append(graph)
    if not changed:
        raise BundleError(f"No graph of {bundle.name} can be brought to {precision}.", "Its graphs stay as they are.")
    spec = bundle.spec.model_copy(
        update={
            "name": f"{bundle.name}.{precision}",
            "description": f"{bundle.spec.description}; {', '.join(changed)} {_WORDS[precision]}",
            "metrics": (),
            "provenance": Provenance(built_by=f"zhsq export --precision {precision}", parents=(bundle.sha256,)),
        }
    )
    return Bundle.build(spec, files, store)


def calibration_pictures(task: Task, data: str | None = None) -> Items:
    """Pictures on which ranges are measured, none of them of a test split: the set named, else a task's own.

    Raises:
        BundleError: the task has no pictures beside its test set.
        DataSetError, UnknownNameError: the data are absent or in no layout that this task reads.
    """
    if data:
        return items_for(task, data, CALIBRATION)
    if task == "plate" and (data_root() / "plates_cn").is_dir():
        found = locate("plates_cn", "plates_cn")
        paths = [crop.path for crop in plates_cn.load(found) if in_calibration(crop.file)][:CALIBRATION]
        return Items("plates_cn, calibration split", crops=pictures_of(paths))
    if task == "video-anomaly" and (data_root() / "ucsd_ped2").is_dir():
        found = locate("ucsd_ped2", "ucsd_ped2")
        return Items("ucsd_ped2, training clips", clips=clips_of(ucsd_ped2.training(found), CALIBRATION))
    raise BundleError(
        f"8 bits need pictures on which ranges are measured; for {task} there are none here beside the test set.",
        "Name a folder of your own: --calibrate FOLDER",
    )


def _quantisable(path: Path, feeds: Sequence[Mapping[str, Array]] | None) -> bool:
    """Whether a graph has convolutions, one input, and feeds to measure ranges on."""
    onnx = _onnx()
    graph = onnx.load(str(path)).graph
    if not feeds or len(feeds[0]) != 1:
        return False
    return any(node.op_type == "Conv" for node in graph.node)


def _converted(bundle: Bundle, graph: str, precision: VariantPrecision, feeds: Sequence[Mapping[str, Array]]) -> bytes:
    """A graph in this precision, which ONNX Runtime can run; the converters do not know every layer."""
    import onnxruntime as ort

    content = bundle.graph_path(graph).read_bytes()
    try:
        made = _eight(content, feeds) if precision == "int8" else _sixteen(content)
        ort.InferenceSession(made, providers=["CPUExecutionProvider"])
    except ZhsqError:
        raise
    except Exception as error:  # theirs have no common type
        others = " ".join(f"--graph {name}" for name in sorted(bundle.spec.graphs) if name != graph)
        raise BundleError(
            f"Graph {graph} of {bundle.name} can't be brought to {precision}: {error}", f"Leave it out: {others}"
        ) from error
    return made


def _eight(model: bytes, feeds: Sequence[Mapping[str, Array]]) -> bytes:
    ranges = quantise.measure(model, (next(iter(feed.values())) for feed in feeds))
    return quantise.quantise(model, ranges)


def _sixteen(model: bytes) -> bytes:
    """16-bit weights and arithmetic between inputs and outputs that stay in 32 bits."""
    onnx = _onnx()
    from onnxruntime.transformers.float16 import convert_float_to_float16

    half = convert_float_to_float16(onnx.load_from_string(model), keep_io_types=True)
    return bytes(half.SerializeToString(deterministic=True))


def _onnx() -> Any:
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("deploy", "Making a variant of a bundle") from error
    return onnx
