"""Video anomaly: score every frame of the test clips in order."""

from __future__ import annotations

import time

import numpy as np

from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.imaging import decode_image
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.protocols.video_anomaly import VideoAnomaly, evaluate
from zhsq.runtime.load import open_runner
from zhsq.training.anomaly import fit
from zhsq.training.experiments import AnomalyExperiment
from zhsq.workspace import workspace


def run(bundle: Bundle | None, data: DataSet, options: BenchOptions) -> BenchResult:
    """Measure frame-level anomaly detection.

    Without a bundle, the default experiment is first fitted on the set's own training clips: a normal model belongs
    to one camera. A frame that can't be decoded stops the run, since the next one's motion would be wrong.

    Raises:
        DataSetError: clips or labels are missing or do not agree.
        BadImageError: a frame can't be decoded; names it.
    """
    clips = ucsd_ped2.testing(data)
    bundle = bundle or fit(data, AnomalyExperiment(seed=options.seed), workspace().bundles, options.progress)
    config = VideoAnomaly(resamples=options.resamples, seed=options.seed)
    if options.limit:
        kept, frames = [], 0
        for clip in clips:  # whole clips: a cut one would change what its frames mean
            kept.append(clip)
            frames += len(clip.frames)
            if (
                frames >= options.limit
                and len({bool(x) for c in kept for x in (c.anomalous if c.anomalous is not None else ())}) == 2
            ):
                break
        clips = kept
        config = config.model_copy(update={"protocol": f"{config.protocol}/subset-clips-{len(clips)}"})
    pipeline = AnomalyPipeline(bundle, open_runner(bundle, options.runtime))
    total = sum(len(clip.frames) for clip in clips)
    scores: list[float] = []
    start = time.perf_counter()
    for clip in clips:
        for result in pipeline.stream(decode_image(path) for path in clip.frames):
            scores.append(result.score)
            options.progress(len(scores), total, "test frames")
    seconds = time.perf_counter() - start
    trials = {
        "clip": np.array([clip.name for clip in clips for _ in clip.frames]),
        "frame": np.array([i for clip in clips for i in range(len(clip.frames))], dtype=np.int64),
        "score": np.array(scores, dtype=np.float64),
        "anomalous": np.concatenate([clip.anomalous for clip in clips if clip.anomalous is not None]),
    }
    figures = evaluate(config, scores=trials["score"], anomalous=trials["anomalous"], clips=trials["clip"])
    alert = bundle.threshold("alert")
    names = ", ".join(clip.name for clip in clips)
    report = Report(
        task="video-anomaly",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=config.protocol,
        split=f"test clips {names}",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=total,
        metrics=figures.metrics,
        thresholds={"alert": ThresholdRef(value=alert.value, source=f"{alert.protocol}; {alert.split}")},
        seconds=seconds,
        items_per_second=total / seconds,
        interval_method=(
            f"moving-block bootstrap within clips, blocks of {config.block} frames, {config.resamples} resamples, "
            f"seed {config.seed}; clips are taken as given"
        ),
        notes=(
            f"Clips {names} only; figures published for Ped2 are on 12 clips, often with per-clip min-max.",
            *(f"Not covered: {text}" for text in data.notes),
        ),
        details={**figures.details, "item": "frame, decoding included"},
    )
    return BenchResult(report, bundle, trials)
