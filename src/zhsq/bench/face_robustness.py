"""Face 1:1 under gate-camera conditions: clean enrolled photos against degraded probes."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.bench.face import embed_photos, subset
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.timer import Timer
from zhsq.data.degrade import CONDITIONS, Condition, apply
from zhsq.data.lfw import load
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError, NoFaceError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import Crops, FacePipeline
from zhsq.models.graph import FloatArray
from zhsq.protocols.face_robustness import CLEAN, INTERVALS, FaceRobustness, Step, evaluate
from zhsq.protocols.report import DataRef, ModelRef, Report
from zhsq.runtime.load import open_runner

#: Pairs that the protocol takes; `limit` changes it.
PAIRS = 600
#: Faces embedded at once by one worker.
BATCH = 12


def run(
    bundle: Bundle, data: DataSet, options: BenchOptions, conditions: Mapping[str, Condition] = CONDITIONS
) -> BenchResult:
    """Measure 1:1 verification of degraded probes at the threshold of the clean ones.

    A seeded subset of View 2's pairs: the first photo is enrolled as it is, the second is the probe. What is drawn on a
    face follows the landmarks found in the clean probe; the degraded probe is detected, aligned and embedded anew.
    The face nearest to the photo's middle is taken. Random draws depend on the seed, the condition and the photo, not on
    the level: a photo moves in one direction at every level of motion blur.

    Args:
        bundle: of the family face.
        data: in LFW's layout with `pairs.txt`.
        options: `limit` is the number of pairs, 600 when it is 0.
        conditions: what to measure.

    Raises:
        DataSetError: the set can't be read.
    """
    pairs = subset(load(data), options.limit or PAIRS, options.seed)
    config = FaceRobustness(resamples=options.resamples, seed=options.seed)
    suffix = f"/subset-{len(pairs)}" if options.limit not in (0, PAIRS) else ""
    if dict(conditions) != CONDITIONS:
        suffix += f"/conditions-{'+'.join(conditions)}"
    config = config.model_copy(update={"protocol": config.protocol + suffix})
    people = {pair.left: pair.left_name for pair in pairs} | {pair.right: pair.right_name for pair in pairs}
    enrolled, probes = sorted({pair.left for pair in pairs}), sorted({pair.right for pair in pairs})
    steps = [(condition.name, level) for condition in conditions.values() for level in condition.levels]
    with Timer() as timer:
        gallery = embed_photos(FacePipeline(bundle, open_runner(bundle, options.runtime)), enrolled, options)
        found = _embed_probes(bundle, probes, steps, options)
    rows = {photo: i for i, photo in enumerate(enrolled)}
    columns = {photo: i for i, photo in enumerate(probes)}
    left = np.array([rows[pair.left] for pair in pairs], dtype=np.int64)
    right = np.array([columns[pair.right] for pair in pairs], dtype=np.int64)
    reference = [gallery.get(photo) for photo in enrolled]
    unit = {condition.name: condition.unit for condition in conditions.values()}
    listed: list[NDArray[np.float64]] = []

    def matrix(step: int, name: str, level: float) -> Step:
        scores = _compare(reference, [vectors[step] for vectors in found])
        listed.append(scores[left, right].astype(np.float64))
        return Step(name, level, unit.get(name, ""), scores)

    figures = evaluate(
        config,
        clean=matrix(0, CLEAN, 0.0),
        degraded=(matrix(i, name, level) for i, (name, level) in enumerate(steps, start=1)),
        enrolled=np.array([people[photo] for photo in enrolled]),
        probes=np.array([people[photo] for photo in probes]),
        left=left,
        right=right,
    )
    trials = {
        "condition": np.repeat([CLEAN, *(name for name, _ in steps)], len(pairs)),
        "level": np.repeat([0.0, *(level for _, level in steps)], len(pairs)),
        "scores": np.concatenate(listed),
        "genuine": np.tile([pair.genuine for pair in pairs], len(steps) + 1),
        "left": np.tile([pair.left_name for pair in pairs], len(steps) + 1),
        "right": np.tile([pair.right_name for pair in pairs], len(steps) + 1),
    }
    photos = len(enrolled) + len(probes) * (len(steps) + 1)
    report = Report(
        task="face-robustness",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=config.protocol,
        split=f"View 2 (test), {len(pairs)} pairs drawn by seed {options.seed}, as many of each fold and kind",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=len(pairs),
        metrics=figures.metrics,
        thresholds=figures.thresholds,
        seconds=timer.seconds,
        items_per_second=photos / timer.seconds,
        interval_method=f"{INTERVALS}, {config.resamples} resamples, seed {config.seed}",
        notes=(*figures.notes, *(f"Not covered: {text}" for text in data.notes)),
        details={
            **figures.details,
            "item": "photo",
            "conditions": {condition.name: condition.summary for condition in conditions.values()},
        },
    )
    return BenchResult(report, bundle, trials, timer.processor_seconds)


def _embed_probes(
    bundle: Bundle, probes: Sequence[Path], steps: Sequence[tuple[str, float]], options: BenchOptions
) -> list[list[FloatArray | None]]:
    """Per probe its template clean and after every step; None where no face was found.

    Workers share a runner of one thread: degrading and detecting are serial, so a worker per core keeps all cores busy.
    """
    pipeline = FacePipeline(bundle, open_runner(bundle, options.runtime.model_copy(update={"threads": 1})))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    found = []
    with ThreadPoolExecutor(max_workers=options.runtime.threads or cores) as pool:
        for vectors in pool.map(lambda photo: _embed_steps(pipeline, photo, steps, options.seed), probes):
            found.append(vectors)
            options.progress(len(found), len(probes), "probes")
    return found


def _embed_steps(
    pipeline: FacePipeline, photo: Path, steps: Sequence[tuple[str, float]], seed: int
) -> list[FloatArray | None]:
    vectors: list[FloatArray | None] = [None] * (len(steps) + 1)
    places, crops = [], []
    for place, faces in _acquired(pipeline, photo, steps, seed):
        places.append(place)
        crops.append(faces)
    for at in range(0, len(crops), BATCH):
        for place, vector in zip(places[at : at + BATCH], pipeline.embed(crops[at : at + BATCH]), strict=True):
            vectors[place] = vector
    return vectors


def _acquired(
    pipeline: FacePipeline, photo: Path, steps: Sequence[tuple[str, float]], seed: int
) -> Iterator[tuple[int, Crops]]:
    """Place among the steps (0: clean) and crops, where a face was found."""
    try:
        image = decode_image(photo)
        face = pipeline.choose(image, "central")
    except (BadImageError, NoFaceError):
        return
    yield 0, pipeline.align(image, face)
    for place, (name, level) in enumerate(steps, start=1):
        key = zlib.crc32(f"{name}/{photo.parent.name}/{photo.name}".encode())
        degraded = apply(name, image, face.landmarks, level, np.random.default_rng([seed, key]))
        try:
            yield place, pipeline.align(degraded, pipeline.choose(degraded, "central"))
        except NoFaceError:
            continue


def _compare(reference: Sequence[FloatArray | None], probes: Sequence[FloatArray | None]) -> NDArray[np.float32]:
    """Cosines (rows, columns) float32; -inf where a template is missing."""
    scores = np.full((len(reference), len(probes)), -np.inf, dtype=np.float32)
    rows = [i for i, vector in enumerate(reference) if vector is not None]
    columns = [i for i, vector in enumerate(probes) if vector is not None]
    if rows and columns:
        a = np.stack([vector for vector in reference if vector is not None])
        b = np.stack([vector for vector in probes if vector is not None])
        scores[np.ix_(rows, columns)] = a @ b.T
    return scores
