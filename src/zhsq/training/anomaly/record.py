"""What a fitted bundle says of itself: where its frames came from, its threshold, its false alarms, its licences."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.data.registry import DataSet, cards
from zhsq.data.ucsd_ped2 import Clip
from zhsq.models.anomaly.backbone import LITE0
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Licence, Metric, Provenance, Threshold
from zhsq.runtime.onnx import OnnxRunner
from zhsq.watch.rates import false_alarms_of


@dataclass(frozen=True)
class Source:
    """Where the frames came from: name of the data, release, its terms, and the clips in words."""

    name: str
    release: str
    terms: str
    split: str


def source_of(data: DataSet, clips: Sequence[Clip]) -> Source:
    """A data set's training clips as a source."""
    card = cards().get(data.name)
    names = ", ".join(clip.name for clip in clips)
    return Source(data.name, data.release, card.licence if card else "the user's own", f"training clips {names}")


def recorded(
    base: BundleSpec,
    source: Source,
    scores: Sequence[NDArray[np.float64]],
    *,
    alert: float,
    how: str,
    scored: str,
    lite0: bool,
) -> BundleSpec:
    """The spec with threshold, false alarms and licences.

    Args:
        base: with graphs and parameters, `fps` among them.
        source: of the frames.
        scores: by clip, of normal frames that were held out.
        alert: the threshold.
        how: the threshold came about. scored: how the frames were, for the metric's protocol.
        lite0: whether EfficientNet-Lite0 is in it.
    """
    count = sum(map(len, scores))
    alarms = false_alarms_of(scores, base.params["fps"], alert)
    threshold = Threshold(
        name="alert",
        value=alert,
        protocol=how,
        data=source.name,
        release=source.release,
        split=f"{source.split}, {count} frames",
    )
    metric = Metric(
        name="false_alarms_per_hour",
        value=alarms.per_hour,
        low=alarms.low,
        high=alarms.high,
        protocol=f"events at 'alert' in {scored}; exact Poisson interval",
        data=source.name,
        release=source.release,
        n=count,
    )
    own = Licence(name=base.name, spdx="Apache-2.0", source="zhsq train", deployable=True)
    frames = Licence(
        name=source.name,
        spdx="UNDECLARED",
        source=f"{source.name} ({source.release}), {source.split}; {source.terms}",
        deployable=None,
    )
    return base.model_copy(
        update={
            "thresholds": (threshold,),
            "metrics": (metric,),
            "weights_licences": (own, *((LITE0.licence,) if lite0 else ())),
            "training_data_licences": (frames, *((LITE0.training_data,) if lite0 else ())),
        }
    )


@contextmanager
def running(name: str, spec: GraphSpec, graph: bytes) -> Iterator[OnnxRunner]:
    """Runs one graph, called `name`, through the runtime that will serve it, before there is a bundle to serve."""
    draft = BundleSpec(
        task="video-anomaly",
        name=f"draft-{name}",
        version="1.0.0",
        graphs={name: spec},
        provenance=Provenance(built_by="zhsq train"),
    )
    with tempfile.TemporaryDirectory() as folder:
        yield OnnxRunner(Bundle.build(draft, {spec.file: graph}, Path(folder)))
