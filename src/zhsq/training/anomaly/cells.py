"""Fit a camera's normal model: banks of normal windows, and thresholds from clips scored by banks of the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.backbone import SPEC, backbone_graph
from zhsq.models.anomaly.build import score_graph
from zhsq.models.anomaly.params import CHANNELS, MOTION
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec
from zhsq.training.anomaly.bank import folds
from zhsq.training.anomaly.config import AnomalyExperiment
from zhsq.training.anomaly.normal import Clip, Normal, learn, windows_of
from zhsq.training.anomaly.record import Source, recorded, running, source_of
from zhsq.training.hooks import Progress

#: Fewer moving windows than this say nothing about a place.
LEAST = 50
CROSS_FITTED = "normal frames, each scored by banks of the other clips"


def fit(data: DataSet, config: AnomalyExperiment, store: Path, progress: Progress) -> Bundle:
    """Fit on the training clips of a data set; the same frames and config give the same bundle.

    Raises:
        DataSetError: there are no training clips, or too little moves in them.
        BadImageError: a frame can't be decoded.
        DownloadError: the backbone's weights can't be had.
    """
    clips = ucsd_ped2.training(data)
    total, done = sum(len(clip.frames) for clip in clips), 0

    def decoded(paths: Sequence[Path]) -> Iterable[NDArray[np.uint8]]:
        nonlocal done
        for path in paths:
            yield decode_image(path)
            done += 1
            progress(done, total, "normal frames")

    return _fit([decoded(clip.frames) for clip in clips], source_of(data, clips), config, store)


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
    with running("look", SPEC, graphs[SPEC.file]) if graphs else nullcontext() as runner:
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
    base = _base(config).model_copy(
        update={
            "description": f"How windows move and look, against those of {source.split}; made for one camera's view",
            "params": config.params.model_copy(update={"region": normal.region(config)}).model_dump(),
        }
    )
    how = f"{config.alert_quantile:g} quantile of {CROSS_FITTED}, median over {config.folds} folds"
    alert = normal.threshold(config)
    return recorded(
        base, source, normal.scores, alert=alert, how=how, scored=CROSS_FITTED, lite0=config.params.appearance
    )
