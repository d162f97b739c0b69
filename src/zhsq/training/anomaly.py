"""Fit the motion baseline: a bank of normal windows, and an alert threshold from normal clips held out of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet, cards
from zhsq.errors import DataSetError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.build import neighbour_graph
from zhsq.models.anomaly.pipeline import FEATURES, AnomalyPipeline, Motion
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Licence, Provenance, TensorSpec, Threshold
from zhsq.models.graph import FloatArray
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.experiments import AnomalyExperiment
from zhsq.training.hooks import Progress


def fit(data: DataSet, config: AnomalyExperiment, store: Path, progress: Progress) -> Bundle:
    """Fit on the training clips alone; the same frames and config give the same bundle.

    Raises:
        DataSetError: there are no training clips, or nothing moves in them.
        BadImageError: a frame can't be decoded.
    """
    clips = ucsd_ped2.training(data)
    held = max(1, round(len(clips) * config.held_out)) if len(clips) > 1 else 0
    fitted, checked = clips[: len(clips) - held], clips[len(clips) - held :] or clips
    total, done = sum(len(clip.frames) for clip in clips), 0
    rows = []
    for clip in fitted:
        motion = Motion(config.motion)
        for path in clip.frames:
            rows.append(motion(decode_image(path))[0][:: config.keep_every])
            done += 1
            progress(done, total, "normal frames")
    features = np.concatenate(rows)
    if len(features) < config.neighbours:
        raise DataSetError(f"Nothing moves in the training clips of {data.root}.", "Give clips with normal movement.")
    mean, scale = features.mean(0), np.maximum(features.std(0), 1e-3)
    bank = _spread((features - mean) / scale, config)
    spec = _spec(data, config, [clip.name for clip in fitted], len(features))
    graph = neighbour_graph(bank, mean, scale, config.neighbours)
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        draft = Bundle.build(spec, {"model.onnx": graph}, Path(folder))
        pipeline = AnomalyPipeline(draft, OnnxRunner(draft))
        for clip in checked:
            for result in pipeline.stream(decode_image(path) for path in clip.frames):
                scores.append(result.score)
                done += 1
                progress(min(done, total), total, "normal frames")
    threshold = Threshold(
        name="alert",
        value=float(np.quantile(scores, config.alert_quantile)),
        protocol=f"{config.alert_quantile:g} quantile of normal frames",
        data=data.name,
        release=data.release,
        split=f"training clips held out of the bank: {', '.join(clip.name for clip in checked)}",
    )
    return Bundle.build(spec.model_copy(update={"thresholds": (threshold,)}), {"model.onnx": graph}, store)


def _spread(features: FloatArray, config: AnomalyExperiment) -> FloatArray:
    """A bank that covers what is normal: greedy k-centre (Gonzalez 1985), as PatchCore's coreset (Roth et al., 2022)."""
    random = np.random.default_rng(config.seed)
    pool = features[random.permutation(len(features))[: config.pool]]
    if len(pool) <= config.bank:
        return pool
    chosen = [0]
    nearest = ((pool - pool[0]) ** 2).sum(1)
    while len(chosen) < config.bank:
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, ((pool - pool[chosen[-1]]) ** 2).sum(1))
    return pool[chosen]


def _spec(data: DataSet, config: AnomalyExperiment, clips: list[str], examples: int) -> BundleSpec:
    card = cards().get(data.name)
    source = f"{data.name} ({data.release}), training clips {', '.join(clips)}"
    terms = card.licence if card else "the user's own"
    return BundleSpec(
        task="video-anomaly",
        name="anomaly-flow",
        version="1.0.0",
        description=f"Distance of moving windows to {examples} normal ones; made for one camera's view",
        graphs={
            "score": GraphSpec(
                file="model.onnx",
                inputs=(TensorSpec(name="features", shape=(-1, len(FEATURES))),),
                outputs=(TensorSpec(name="score", shape=(-1,)),),
                batched=False,
            )
        },
        params=config.motion.model_dump(),
        labels=FEATURES,
        weights_licences=(Licence(name="anomaly-flow", spdx="Apache-2.0", source="zhsq train", deployable=True),),
        training_data_licences=(
            Licence(name=data.name, spdx="UNDECLARED", source=f"{source}; {terms}", deployable=None),
        ),
        provenance=Provenance(built_by=f"zhsq train, seed {config.seed}"),
    )
