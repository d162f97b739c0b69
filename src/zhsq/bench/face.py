"""Face 1:1: every photo of the set once through the bundle's pipeline, then every pair."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.timer import Timer
from zhsq.data.lfw import Pair, load
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError, NoFaceError
from zhsq.imaging import RGBImage, decode_image
from zhsq.metrics.impostors import impostor_tail
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import Crops, FacePipeline
from zhsq.models.graph import FloatArray
from zhsq.protocols.face_verification import INTERVALS, FaceVerification, evaluate
from zhsq.protocols.galleries import Templates
from zhsq.protocols.report import DataRef, Figures, ModelRef, Report
from zhsq.runtime.load import open_runner

BATCH = 32


def run(bundle: Bundle, data: DataSet, options: BenchOptions) -> BenchResult:
    """Measure 1:1 verification.

    The face nearest to the photo's middle is taken: LFW's photos are centred on the person named. A photo without a
    face, or one that can't be decoded, is a failure to acquire and stays in every figure.

    Raises:
        DataSetError: the set can't be read.
    """
    pairs = load(data)
    config = FaceVerification(resamples=options.resamples, seed=options.seed)
    if options.limit:
        pairs = subset(pairs, options.limit, options.seed)
        config = config.model_copy(update={"protocol": f"{config.protocol}/subset-{len(pairs)}"})
    pipeline = FacePipeline(bundle, open_runner(bundle, options.runtime))
    photos = sorted(_people(pairs))
    with Timer() as timer:
        vectors = embed_photos(pipeline, photos, options)
    options.progress(0, 1, "all impostor pairs")
    found = measure(config, pairs, vectors)
    options.progress(1, 1, "all impostor pairs")
    trials = {
        "scores": found.scores,
        "genuine": np.array([pair.genuine for pair in pairs]),
        "fold": np.array([pair.fold for pair in pairs], dtype=np.int64),
        "left": np.array([pair.left_name for pair in pairs]),
        "right": np.array([pair.right_name for pair in pairs]),
        "left_file": np.array([pair.left.name for pair in pairs]),
        "right_file": np.array([pair.right.name for pair in pairs]),
    }
    figures = found.figures
    report = Report(
        task="face-verification",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=config.protocol,
        split="View 2, 10 folds (test)",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=len(pairs),
        metrics=figures.metrics,
        thresholds=figures.thresholds,
        seconds=timer.seconds,
        items_per_second=len(photos) / timer.seconds,
        interval_method=f"{INTERVALS}, {config.resamples} resamples, seed {config.seed}; fta: Wilson",
        notes=(*figures.notes, *(f"Not covered: {text}" for text in data.notes)),
        details={
            **figures.details,
            "item": "photo",
            "missing_photos": [p.name for p in photos if p not in vectors][:50],
        },
    )
    return BenchResult(report, bundle, trials, timer.processor_seconds)


@dataclass(frozen=True)
class Measured:
    """The protocol's figures, one score per pair (n,) float64, and the templates of the pairs' photos."""

    figures: Figures
    scores: NDArray[np.float64]
    templates: Templates


def measure(config: FaceVerification, pairs: Sequence[Pair], vectors: Mapping[Path, FloatArray]) -> Measured:
    """Evaluate templates of the pairs' photos: the listed pairs, and every impostor pair.

    Args:
        config: settings of the protocol.
        pairs: listed.
        vectors: template of each photo; one that is left out failed to acquire.
    """
    people = _people(pairs)
    templates = Templates.of(people, vectors)
    acquired = templates.acquired
    tail = impostor_tail(
        templates.vectors[acquired],
        templates.people[acquired],
        count=len(templates.names),
        fmr=config.largest_far,
        seed=config.seed,
    )
    scores = np.array(
        [
            float(vectors[pair.left] @ vectors[pair.right]) if {pair.left, pair.right} <= vectors.keys() else -np.inf
            for pair in pairs
        ]
    )
    figures = evaluate(
        config,
        scores=scores,
        genuine=np.array([pair.genuine for pair in pairs]),
        folds=np.array([pair.fold for pair in pairs], dtype=np.int64),
        left=np.searchsorted(templates.names, np.array([pair.left_name for pair in pairs])),
        right=np.searchsorted(templates.names, np.array([pair.right_name for pair in pairs])),
        tail=tail,
        images=len(people),
        failures=len(people) - len(vectors),
    )
    return Measured(figures, scores, templates)


def _people(pairs: Sequence[Pair]) -> dict[Path, str]:
    """Every photo of the pairs, and the person it shows."""
    return {
        photo: name for pair in pairs for photo, name in ((pair.left, pair.left_name), (pair.right, pair.right_name))
    }


def embed_photos(pipeline: FacePipeline, photos: Sequence[Path], options: BenchOptions) -> dict[Path, FloatArray]:
    """Template vectors by photo, in batches; photos that fail to acquire are left out."""
    vectors: dict[Path, FloatArray] = {}
    waiting: list[tuple[Path, Crops]] = []

    def flush() -> None:
        if waiting:
            for (photo, _), vector in zip(waiting, pipeline.embed([crop for _, crop in waiting]), strict=True):
                vectors[photo] = vector
            waiting.clear()

    for done, (photo, image) in enumerate(_decoded(photos), start=1):
        if image is not None:
            with contextlib.suppress(NoFaceError):
                waiting.append((photo, pipeline.align(image, pipeline.choose(image, "central"))))
        if len(waiting) >= BATCH:
            flush()
        options.progress(done, len(photos), "photos")
    flush()
    return vectors


def _decoded(photos: Sequence[Path]) -> Iterator[tuple[Path, RGBImage | None]]:
    """Photos decoded one batch ahead in threads; None for one that can't be."""

    def decode(photo: Path) -> tuple[Path, RGBImage | None]:
        try:
            return photo, decode_image(photo)
        except BadImageError:
            return photo, None

    with ThreadPoolExecutor(max_workers=2) as pool:
        for at in range(0, len(photos), BATCH):  # bounded: a whole set of decoded photos would fill the memory
            yield from pool.map(decode, photos[at : at + BATCH])


def subset(pairs: list[Pair], limit: int, seed: int) -> list[Pair]:
    """About `limit` pairs: as many of each fold and kind, drawn by the seed."""
    random = np.random.default_rng(seed)
    groups: dict[tuple[int, bool], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.fold, pair.genuine), []).append(pair)
    share = max(1, limit // len(groups))
    chosen = []
    for group in groups.values():
        for index in sorted(random.permutation(len(group))[:share]):
            chosen.append(group[index])
    return chosen
