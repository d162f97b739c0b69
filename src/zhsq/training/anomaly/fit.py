"""Fit a camera's normal model: banks of normal windows, and thresholds from clips scored by banks of the others."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet, cards
from zhsq.errors import DataSetError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.backbone import LITE0, SPEC, backbone_graph
from zhsq.models.anomaly.build import score_graph
from zhsq.models.anomaly.params import CHANNELS, MOTION
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Licence, Metric, Provenance, TensorSpec, Threshold
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.anomaly.bank import folds
from zhsq.training.anomaly.normal import Clip, Normal, learn, windows_of
from zhsq.training.experiments import AnomalyExperiment
from zhsq.training.hooks import Progress
from zhsq.watch.rates import false_alarms_of

#: Fewer moving windows than this say nothing about a place.
LEAST = 50
CROSS_FITTED = "normal frames, each scored by banks of the other clips"


@dataclass(frozen=True)
class Source:
    """Where the frames came from: name of the data, release, its terms, and the clips in words."""

    name: str
    release: str
    terms: str
    split: str


def fit(data: DataSet, config: AnomalyExperiment, store: Path, progress: Progress) -> Bundle:
    """Fit on the training clips of a data set; the same frames and config give the same bundle.

    Raises:
        DataSetError: there are no training clips, or too little moves in them.
        BadImageError: a frame can't be decoded.
        DownloadError: the backbone's weights can't be had.
    """
    clips = ucsd_ped2.training(data)
    card = cards().get(data.name)
    source = Source(
        data.name,
        data.release,
        card.licence if card else "the user's own",
        f"training clips {', '.join(clip.name for clip in clips)}",
    )
    total, done = sum(len(clip.frames) for clip in clips), 0

    def decoded(paths: Sequence[Path]) -> Iterable[NDArray[np.uint8]]:
        nonlocal done
        for path in paths:
            yield decode_image(path)
            done += 1
            progress(done, total, "normal frames")

    return _fit([decoded(clip.frames) for clip in clips], source, config, store)


def fit_frames(
    clips: Sequence[Iterable[NDArray[np.uint8]]],
    name: str,
    store: Path,
    config: AnomalyExperiment,
    progress: Progress,
) -> Bundle:
    """Fit a camera's normal model from its own frames.

    Args:
        clips: frames in order, grey or RGB uint8, at about `config.params.fps` frames a second.
        name: of the camera, for the bundle's record.
        store: folder of bundles.
        config: of the experiment.
        progress: called with clips done and all.

    Raises:
        DataSetError: too little moves in them.
        DownloadError: the backbone's weights can't be had.
    """
    done = 0

    def told(clip: Iterable[NDArray[np.uint8]]) -> Iterable[NDArray[np.uint8]]:
        nonlocal done
        yield from clip
        done += 1
        progress(done, len(clips), "normal clips")

    source = Source(name, "own video", "the estate's own", "the camera's own normal hours")
    return _fit([told(clip) for clip in clips], source, config, store)


def _fit(
    clips: Sequence[Iterable[NDArray[np.uint8]]], source: Source, config: AnomalyExperiment, store: Path
) -> Bundle:
    graphs = {SPEC.file: backbone_graph()} if config.params.appearance else {}
    with tempfile.TemporaryDirectory() as folder:
        runner = look_runner(graphs[SPEC.file], Path(folder)) if graphs else None
        windows = [windows_of(frames, config.params, runner) for frames in clips]
    moving = sum(_moving(clip) for clip in windows)
    if moving < LEAST:
        raise DataSetError(
            f"Too little moves in {source.split} of {source.name}: {moving} windows of {LEAST} at least.",
            "Give clips with normal movement, or more of them.",
        )
    parts = _parts(windows, config.folds)
    most = max(sum(_moving(parts[i]) for i in fold) for fold in folds(len(parts), config.folds))
    if moving - most < LEAST / 2:
        raise DataSetError(
            f"Nearly all that moves in {source.split} of {source.name} is in one part of it: {most} of {moving} windows.",
            "Give more clips with normal movement: each is scored by what was learnt from the others.",
        )
    normal = learn(parts, config)
    graphs["score.onnx"] = score_graph(normal.banks["motion"], normal.banks.get("looks"))
    return Bundle.build(_spec(source, config, normal), graphs, store)


def _parts(clips: list[Clip], wanted: int) -> list[Clip]:
    """The clips; the one in which most moves is cut where half of that is past, until some can be held out."""
    parts = [clip for clip in clips if clip]
    while len(parts) < max(2, wanted):
        most = max(range(len(parts)), key=lambda i: _moving(parts[i]))
        clip = parts[most]
        if len(clip) < 2:
            break
        past = np.cumsum([len(frame.places) for frame in clip])
        at = min(int(np.searchsorted(past, past[-1] / 2)) + 1, len(clip) - 1)
        parts[most : most + 1] = [clip[:at], clip[at:]]
    return parts


def _moving(clip: Clip) -> int:
    return sum(len(frame.places) for frame in clip)


def look_runner(graph: bytes, folder: Path) -> OnnxRunner:
    """Runs the backbone through the runtime that will serve it: fitting needs looks before there is a scorer.

    Args:
        graph: of `backbone_graph`.
        folder: gets the bundle that carries it; must stay while the runner is used.
    """
    spec = BundleSpec(
        task="video-anomaly",
        name="backbone",
        version="1.0.0",
        graphs={"look": SPEC},
        provenance=Provenance(built_by="zhsq train"),
    )
    return OnnxRunner(Bundle.build(spec, {SPEC.file: graph}, folder))


def _base(config: AnomalyExperiment) -> BundleSpec:
    looks = (TensorSpec(name="looks", shape=(-1, CHANNELS)),) if config.params.appearance else ()
    score = GraphSpec(
        file="score.onnx",
        inputs=(TensorSpec(name="motion", shape=(-1, len(MOTION))), *looks),
        outputs=(TensorSpec(name="score", shape=(-1,)),),
        batched=False,
    )
    return BundleSpec(
        task="video-anomaly",
        name=config.name,
        version=config.version,
        graphs={"score": score} | ({"look": SPEC} if config.params.appearance else {}),
        params=config.params.model_dump(),
        labels=MOTION,
        provenance=Provenance(built_by=f"zhsq train {config.kind}, seed {config.seed}"),
    )


def _spec(source: Source, config: AnomalyExperiment, normal: Normal) -> BundleSpec:
    scores = np.concatenate(normal.scores)
    alert = Threshold(
        name="alert",
        value=normal.threshold(config),
        protocol=f"{config.alert_quantile:g} quantile of {CROSS_FITTED}, median over {config.folds} folds",
        data=source.name,
        release=source.release,
        split=f"{source.split}, {len(scores)} frames",
    )
    alarms = false_alarms_of(normal.scores, config.params.fps, alert.value)
    metric = Metric(
        name="false_alarms_per_hour",
        value=alarms.per_hour,
        low=alarms.low,
        high=alarms.high,
        protocol=f"events at 'alert' in {CROSS_FITTED}; exact Poisson interval",
        data=source.name,
        release=source.release,
        n=len(scores),
    )
    base = _base(config)
    lite0 = (LITE0.licence,) if config.params.appearance else ()
    imagenet = (LITE0.training_data,) if config.params.appearance else ()
    return base.model_copy(
        update={
            "description": f"How windows move and look, against those of {source.split}; made for one camera's view",
            "params": config.params.model_copy(update={"region": normal.region(config)}).model_dump(),
            "thresholds": (alert,),
            "metrics": (metric,),
            "weights_licences": (
                Licence(name=config.name, spdx="Apache-2.0", source="zhsq train", deployable=True),
                *lite0,
            ),
            "training_data_licences": (
                Licence(
                    name=source.name,
                    spdx="UNDECLARED",
                    source=f"{source.name} ({source.release}), {source.split}; {source.terms}",
                    deployable=None,
                ),
                *imagenet,
            ),
        }
    )
