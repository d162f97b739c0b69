"""Fit a model of whole frames: learn from most normal clips, and set what a value means and the threshold by the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.frames import GRAPH, FrameCamera, fitted_to_cells, graph_spec
from zhsq.models.anomaly.params import FrameParams
from zhsq.models.bundle import Bundle, BundleSpec, Provenance
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.anomaly.bank import middle_and_spread
from zhsq.training.anomaly.config import PatchCoreExperiment, PredictionExperiment
from zhsq.training.anomaly.record import recorded, running, source_of
from zhsq.training.hooks import Log, Progress

Clips = Sequence[NDArray[np.uint8]]
#: Makes the graph, from the middle and the spread of normal cells' values.
Finish = Callable[[float, float], bytes]
#: Every so many held-out frames tell what a value means: neighbours say the same.
EVERY = 5


def fit(
    data: DataSet, config: PatchCoreExperiment | PredictionExperiment, store: Path, progress: Progress, log: Log
) -> Bundle:
    """Fit on the training clips of a data set.

    Args:
        data: in the layout of ucsd_ped2; all its normal frames are held in memory, scaled.
        log: takes losses of training.

    Raises:
        DataSetError: no training clips, too few frames in them, or frames of several sizes.
        BadImageError: a frame can't be decoded.
        DownloadError: the backbone's weights can't be had.
    """
    sources, params = ucsd_ped2.training(data), config.params
    clips: list[list[NDArray[np.uint8]]] = []
    done, total = 0, sum(len(clip.frames) for clip in sources)
    for clip in sources:
        clips.append([])
        for path in clip.frames:
            clips[-1].append(fitted_to_cells(decode_image(path), params))
            done += 1
            progress(done, total, "normal frames")
    if len({frame.shape for clip in clips for frame in clip}) > 1:
        raise DataSetError(f"The training frames of {data.name} have several sizes.", "One camera has one.")
    fitted, held = divided([np.stack(clip) for clip in clips if clip], config)
    finish = _learn(fitted, config, progress, log)
    middle, spread = _usual(finish(0.0, 1.0), held, params)
    graph = finish(middle, spread)
    with running(GRAPH, graph_spec(params), graph) as runner:
        scores, hottest = _watched(runner, held, params, progress)
    params = params.model_copy(update={"region": float(np.quantile(np.concatenate(hottest), config.region_quantile))})
    base = BundleSpec(
        task="video-anomaly",
        name=config.name,
        version=config.version,
        description=f"{_WHAT[config.kind]}, of {data.name}'s training clips; made for one camera's view",
        graphs={GRAPH: graph_spec(params)},
        params=params.model_dump(),
        provenance=Provenance(built_by=f"zhsq train {config.kind}, seed {config.seed}"),
    )
    alert = float(np.quantile(np.concatenate(scores), config.alert_quantile))
    scored = f"the last {config.held:.0%} of the normal frames, which nothing was learnt from"
    how = f"{config.alert_quantile:g} quantile of {scored}"
    lite0 = isinstance(config, PatchCoreExperiment)
    spec = recorded(base, source_of(data, sources), scores, alert=alert, how=how, scored=scored, lite0=lite0)
    return Bundle.build(spec, {graph_spec(params).file: graph}, store)


_WHAT = {
    "video-anomaly-patchcore": "PatchCore on EfficientNet-Lite0: each patch against normal ones",
    "video-anomaly-prediction": "Error of the newest frame's prediction through a memory of normal ones",
}


def _learn(clips: Clips, config: PatchCoreExperiment | PredictionExperiment, progress: Progress, log: Log) -> Finish:
    if isinstance(config, PatchCoreExperiment):
        from zhsq.training.anomaly.patches import learn as fill

        return fill(clips, config, progress)
    from zhsq.training.anomaly.prediction import learn

    return learn(clips, config, progress, log)


def divided(clips: Clips, config: PatchCoreExperiment | PredictionExperiment) -> tuple[Clips, Clips]:
    """Clips to learn from and clips held out: the last frames, and the clip in which the cut falls is cut.

    Raises:
        DataSetError: too few frames for either part.
    """
    at = round(sum(map(len, clips)) * (1 - config.held))
    parts: tuple[list[NDArray[np.uint8]], list[NDArray[np.uint8]]] = ([], [])
    for clip in clips:
        for part, frames in zip(parts, (clip[: max(at, 0)], clip[max(at, 0) :]), strict=True):
            if len(frames) >= config.params.stack:
                part.append(frames)
        at -= len(clip)
    for name, part in zip(("learn from", "hold out"), parts, strict=True):
        if sum(map(len, part)) < 2 * config.params.stack:
            raise DataSetError(
                f"Too few normal frames to {name}: {sum(map(len, part))}, "
                f"{2 * config.params.stack} are needed, {config.params.stack} of a clip.",
                "Give more normal clips, or longer ones.",
            )
    return parts


def _usual(graph: bytes, clips: Clips, params: FrameParams) -> tuple[float, float]:
    """Middle and spread of normal cells' values, by the graph with none."""
    values = []
    with running(GRAPH, graph_spec(params), graph) as runner:
        for clip in clips:
            for at in range(0, len(clip) - params.stack + 1, EVERY):
                stacked = clip[at : at + params.stack][None].astype(np.float32)
                values.append(runner.run(GRAPH, {"frames": stacked})["heat"].ravel())
    return middle_and_spread(np.concatenate(values))


def _watched(
    runner: OnnxRunner, clips: Clips, params: FrameParams, progress: Progress
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """By clip: frame scores and each frame's hottest cell, as watching gives them."""
    scores, hottest, done, total = [], [], 0, sum(map(len, clips))
    for clip in clips:
        camera, found = FrameCamera(params, runner), []
        for frame in clip:
            found.append(camera(frame))
            done += 1
            progress(done, total, "held-out frames")
        scores.append(np.array([result.score for result in found]))
        hottest.append(np.array([result.heat.max() for result in found], np.float64))
    return scores, hottest
