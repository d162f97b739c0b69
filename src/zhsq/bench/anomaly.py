"""Video anomaly: score every frame of the test clips in order, and where the evidence is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.timer import Timer
from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.data.ucsd_ped2 import Clip, read_mask
from zhsq.errors import DataSetError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.pipeline import AnomalyPipeline, FrameScore
from zhsq.models.bundle import Bundle
from zhsq.protocols.causality import require_causal
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.protocols.video_anomaly import Localisation, VideoAnomaly, evaluate
from zhsq.runtime.load import open_runner
from zhsq.training.anomaly.cells import fit
from zhsq.training.anomaly.config import AnomalyExperiment
from zhsq.workspace import workspace

#: Frames of the first test clip on which it is proved that scores do not depend on later frames.
PROVED = 40


def run(bundle: Bundle | None, data: DataSet, options: BenchOptions) -> BenchResult:
    """Measure frame-level anomaly detection, and localisation where the set has masks.

    Without a bundle, the default experiment is first fitted on the set's own training clips: a normal model belongs
    to one camera. A frame that can't be decoded stops the run, since the next one's motion would be wrong.

    Raises:
        DataSetError: clips, labels or masks are missing or do not agree, or training and test share a frame.
        BadImageError: a frame can't be decoded; names it.
        ValueError: the scorer looks at later frames, or its scores are normalised per clip.
    """
    every = ucsd_ped2.testing(data)
    _refuse_shared(data, every, fitted=bundle is not None)
    bundle = bundle or fit(data, AnomalyExperiment(seed=options.seed), workspace().bundles, options.progress)
    config = VideoAnomaly(resamples=options.resamples, seed=options.seed)
    clips = _limited(every, options.limit)
    if options.limit:
        config = config.model_copy(update={"protocol": f"{config.protocol}/subset-clips-{len(clips)}"})
    # The graphs are small: several threads cost more than they gain.
    runtime = options.runtime.model_copy(update={"threads": options.runtime.threads or 1})
    pipeline = AnomalyPipeline(bundle, open_runner(bundle, runtime))
    proof = require_causal(pipeline.score_clip, [decode_image(path) for path in clips[0].frames[:PROVED]])
    total = sum(len(clip.frames) for clip in clips)
    results: list[FrameScore] = []
    with Timer() as timer:
        for clip in clips:
            for result in pipeline.stream(decode_image(path) for path in clip.frames):
                results.append(result)
                options.progress(len(results), total, "test frames")
    trials: dict[str, NDArray[Any]] = {
        "clip": np.array([clip.name for clip in clips for _ in clip.frames]),
        "frame": np.array([i for clip in clips for i in range(len(clip.frames))], dtype=np.int64),
        "score": np.array([result.score for result in results], dtype=np.float64),
        "anomalous": np.concatenate([clip.anomalous for clip in clips if clip.anomalous is not None]),
        "heat": np.stack([result.heat for result in results]) if _one_size(results) else np.empty(0),
    }
    alert = bundle.threshold("alert")
    figures = evaluate(
        config,
        scores=trials["score"],
        anomalous=trials["anomalous"],
        clips=trials["clip"],
        localisation=_localisation(clips, results),
        thresholds={"alert": ThresholdRef(value=alert.value, source=f"{alert.protocol}; {alert.split}")},
    )
    alarms = next((m for m in bundle.spec.metrics if m.name == "false_alarms_per_hour"), None)
    names = ", ".join(clip.name for clip in clips)
    report = Report(
        task="video-anomaly",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=config.protocol,
        split=f"test clips {names}",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=total,
        metrics=figures.metrics,
        thresholds=figures.thresholds,
        seconds=timer.seconds,
        items_per_second=total / timer.seconds,
        interval_method=(
            f"circular block bootstrap within clips, blocks of {config.block} frames, {config.resamples} resamples, "
            f"seed {config.seed}; clips are taken as given, but tbdc: over clips"
        ),
        notes=(
            f"Clips {names} only; figures published for Ped2 are on 12 clips, often with per-clip min-max.",
            *figures.notes,
            *(f"Not covered: {text}" for text in data.notes),
        ),
        details={
            **figures.details,
            "item": "frame, decoding included",
            "causal": f"scores of {proof.frames} frames stay when later ones are cut off or replaced by noise",
            "false_alarms_per_hour": alarms.model_dump(mode="json") if alarms else "not measured for this bundle",
        },
    )
    return BenchResult(report, bundle, trials, timer.processor_seconds)


def _refuse_shared(data: DataSet, test: Sequence[Clip], *, fitted: bool) -> None:
    try:
        training = ucsd_ped2.training(data)
    except DataSetError:
        if not fitted:
            raise
        return  # a bundle of one's own needs no training clips here
    ucsd_ped2.refuse_shared_frames(training, test)


def _limited(clips: Sequence[Clip], limit: int) -> list[Clip]:
    """Whole clips, until there are `limit` frames of both kinds: a cut clip would change what its frames mean."""
    kept: list[Clip] = []
    for clip in clips:
        if limit and sum(len(c.frames) for c in kept) >= limit and len(_kinds(kept)) == 2:
            break
        kept.append(clip)
    return kept


def _kinds(clips: Sequence[Clip]) -> set[bool]:
    return {bool(mark) for clip in clips if clip.anomalous is not None for mark in clip.anomalous}


def _one_size(results: Sequence[FrameScore]) -> bool:
    return len({result.heat.shape for result in results}) == 1


def _localisation(clips: Sequence[Clip], results: Sequence[FrameScore]) -> Localisation:
    masked = all(clip.masks is not None for clip in clips)

    def masks() -> Iterator[NDArray[np.bool_]]:
        return (read_mask(path) for clip in clips for path in clip.masks or ())

    return Localisation(
        masks=masks if masked else None,
        regions=[[(region.box, region.score) for region in result.regions] for result in results],
        maps=lambda: (result.heat for result in results),
    )
