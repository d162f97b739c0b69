"""What both plate benchmarks need: images that may be broken, subsets, the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from zhsq.bench.result import BenchOptions
from zhsq.data import plate_labels
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.plate.grammar import is_plate
from zhsq.protocols.plate_reading import Figures
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef

Item = TypeVar("Item")
#: Labels outside the grammar that a note names before it only counts.
_NAMED = 5


def decode(path: Path) -> RGBImage | None:
    """The image, or None when it can't be decoded: that is an error of the reader, not of the run."""
    try:
        return decode_image(path)
    except BadImageError:
        return None


def subset(items: list[Item], options: BenchOptions) -> list[Item]:
    """All items, or a seeded draw of `options.limit` of them, in their order."""
    if not options.limit or options.limit >= len(items):
        return items
    chosen = np.random.default_rng(options.seed).choice(len(items), options.limit, replace=False)
    return [items[i] for i in np.sort(chosen)]


def protocol_name(name: str, measured: int, of: int) -> str:
    """The protocol's id, which says so when only a part was measured."""
    return name if measured == of else f"{name}/subset-{measured}"


def split_name(measured: int, of: int, what: str, options: BenchOptions) -> str:
    """Which part of the data was measured, in words."""
    return "all" if measured == of else f"{measured} of {of} {what}, drawn with seed {options.seed}"


def report_of(
    bundle: Bundle,
    data: DataSet,
    figures: Figures,
    truths: Sequence[str],
    *,
    task: str,
    protocol: str,
    split: str,
    seconds: float,
    items: int,
    item: str,
    intervals: str,
    thresholds: dict[str, ThresholdRef] | None = None,
    notes: tuple[str, ...] = (),
) -> Report:
    """The report of a plate benchmark: `items` of the kind `item` took `seconds`; `notes` come before the data's own."""
    return Report(
        task=task,
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=protocol,
        split=split,
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=len(truths),
        metrics=figures.metrics,
        thresholds=thresholds or {},
        seconds=seconds,
        items_per_second=items / seconds,
        interval_method=intervals,
        notes=(*notes, *_notes(bundle, data, truths)),
        details={**figures.details, "item": item},
    )


def _notes(bundle: Bundle, data: DataSet, truths: Sequence[str]) -> tuple[str, ...]:
    strange = [truth for truth in truths if not is_plate(truth)]
    named = ", ".join(strange[:_NAMED]) + (" ..." if len(strange) > _NAMED else "")
    doubt = (f"{len(strange)} of {len(truths)} labels are no plate by GA 36-2018: {named}.",) if strange else ()
    undeclared = [x.name for x in bundle.spec.training_data_licences if x.deployable is None]
    seen = [f"{name}: undeclared; the model may have seen these plates or cameras." for name in undeclared]
    return (*data.notes, *plate_labels.notes(data.root), *doubt, *seen)
