"""A plate bundle is a reader and a locator, trained apart: take one of each and join them.

Licences whose names end in '(reader)' or '(locator)' are of that part; where a bundle marks none so, all are of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Licence, Metric, Provenance, Threshold
from zhsq.models.plate.confusion import FILE as CONFUSION

READER, LOCATOR = "(reader)", "(locator)"


@dataclass(frozen=True)
class Part:
    """A reader or a locator.

    Attributes:
        name: of what it is, for the bundle's description.
        graphs: by name in a bundle. files: content, or path, of each file.
        params: 'read', or 'locate' and 'upright', of the bundle's parameters.
        weights, data: licences.
        labels, thresholds: of a reader. metrics: with which it was measured.
        parents: addresses of the bundles that it was taken out of.
    """

    name: str
    graphs: Mapping[str, GraphSpec]
    files: Mapping[str, Path | bytes]
    params: Mapping[str, Any]
    weights: tuple[Licence, ...]
    data: tuple[Licence, ...]
    labels: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    metrics: tuple[Metric, ...] = ()
    parents: tuple[str, ...] = ()


def reader_of(bundle: Bundle) -> Part:
    """The reader of a plate bundle, with its confusion model when it has one."""
    spec, graph = bundle.spec, bundle.graph("read")
    files = {name: bundle.path / name for name in (graph.file, CONFUSION) if name in spec.files}
    return Part(
        name=bundle.name,
        graphs={"read": graph},
        files=files,
        params={"read": spec.params["read"]},
        weights=_of(spec.weights_licences, READER),
        data=_of(spec.training_data_licences, READER),
        labels=spec.labels,
        thresholds=spec.thresholds,
        metrics=tuple(metric for metric in spec.metrics if not metric.name.startswith("found_")),
        parents=(bundle.sha256,),
    )


def locator_of(bundle: Bundle) -> Part:
    """The locator of a plate bundle."""
    spec = bundle.spec
    graphs = {name: graph for name, graph in spec.graphs.items() if name != "read"}
    return Part(
        name=bundle.name,
        graphs=graphs,
        files={graph.file: bundle.path / graph.file for graph in graphs.values()},
        params={key: value for key, value in spec.params.items() if key != "read"},
        weights=_of(spec.weights_licences, LOCATOR),
        data=_of(spec.training_data_licences, LOCATOR),
        metrics=tuple(metric for metric in spec.metrics if metric.name.startswith("found_")),
        parents=(bundle.sha256,),
    )


def join(name: str, version: str, reader: Part, locator: Part, provenance: Provenance, store: Path) -> Bundle:
    """A plate bundle of both, put into a store.

    Args:
        name, version: of the bundle.
        reader, locator: its parts.
        provenance: its parents are taken from the parts.
        store: folder of bundles.
    """
    parents = tuple(dict.fromkeys((*reader.parents, *locator.parents)))
    spec = BundleSpec(
        task="plate",
        name=name,
        version=version,
        description=f"Reader of {reader.name}, locator of {locator.name}",
        graphs={**locator.graphs, **reader.graphs},
        params={**locator.params, **reader.params},
        labels=reader.labels,
        thresholds=reader.thresholds,
        metrics=(*reader.metrics, *locator.metrics),
        weights_licences=tuple(dict.fromkeys((*reader.weights, *locator.weights))),
        training_data_licences=tuple(dict.fromkeys((*reader.data, *locator.data))),
        provenance=provenance.model_copy(update={"parents": parents}),
    )
    return Bundle.build(spec, {**locator.files, **reader.files}, store)


def _of(licences: tuple[Licence, ...], part: str) -> tuple[Licence, ...]:
    marked = tuple(licence for licence in licences if licence.name.endswith(part))
    return marked or tuple(licence for licence in licences if not licence.name.endswith((READER, LOCATOR)))
