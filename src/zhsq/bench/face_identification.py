"""Face 1:N, open set: every photo of the set once through the bundle's pipeline, then seeded galleries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from zhsq.bench.face import embed_photos
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.timer import Timer
from zhsq.data.lfw import photos as find_photos
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.protocols.face_identification import INTERVALS, FaceIdentification, evaluate
from zhsq.protocols.galleries import Templates, largest, largest_of
from zhsq.protocols.report import DataRef, ModelRef, Report
from zhsq.runtime.load import open_runner


def run(bundle: Bundle, data: DataSet, options: BenchOptions) -> BenchResult:
    """Measure open-set identification at `options.gallery_size` (0: 1,000, or the largest gallery if that is smaller).

    `options.limit` takes only about that many photos: whole people, drawn by the seed.

    Raises:
        DataSetError: the set can't be read, or has too few people for the gallery.
    """
    _allow(data, options, largest_of(len(set(find_photos(data).values()))))  # before minutes of work
    templates, timer = load_templates(bundle, data, options)
    top = largest(templates)
    _allow(data, options, top)
    config = FaceIdentification(
        gallery_size=options.gallery_size or min(1000, top), resamples=options.resamples, seed=options.seed
    )
    if options.limit:
        config = config.model_copy(update={"protocol": f"{config.protocol}/subset-{len(templates.photos)}"})
    figures = evaluate(config, templates, options.progress)
    report = Report(
        task="face-identification",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=config.protocol,
        split=f"{config.draws} galleries of {config.gallery_size} people drawn from all photos (test)",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=figures.details["mated_probes"] + figures.details["non_mated_probes"],
        metrics=figures.metrics,
        thresholds=figures.thresholds,
        seconds=timer.seconds,
        items_per_second=len(templates.photos) / timer.seconds,
        interval_method=f"{INTERVALS}, {config.resamples} resamples, seed {config.seed}; fta: Wilson",
        notes=(*figures.notes, *(f"Not covered: {text}" for text in data.notes)),
        details={**figures.details, "item": "photo"},
    )
    return BenchResult(report, bundle, figures.trials, timer.processor_seconds)


def _allow(data: DataSet, options: BenchOptions, top: int) -> None:
    if options.gallery_size > top:
        raise DataSetError(
            f"{data.name} allows galleries of up to {top} people, and {options.gallery_size} were asked for.",
            "Ask for fewer with --gallery-size; zhsq calibrate extrapolates to larger galleries.",
        )


def load_templates(bundle: Bundle, data: DataSet, options: BenchOptions) -> tuple[Templates, Timer]:
    """Templates of every photo (or of about `options.limit`), and the time that took.

    Raises:
        DataSetError: no photos, or a face in the photos of fewer than two people.
    """
    people = find_photos(data)
    if options.limit:
        people = _subset(people, options.limit, options.seed)
    pipeline = FacePipeline(bundle, open_runner(bundle, options.runtime))
    with Timer() as timer:
        vectors = embed_photos(pipeline, sorted(people), options)
    if len({people[photo] for photo in vectors}) < 2:
        raise DataSetError(
            f"{data.root}: faces of fewer than two people were found in {len(people)} photos.",
            "Open-set figures need people who enrol and people who do not.",
        )
    return Templates.of(people, vectors), timer


def _subset(photos: dict[Path, str], limit: int, seed: int) -> dict[Path, str]:
    """Photos of people drawn by the seed, until there are about `limit`."""
    names = sorted(set(photos.values()))
    order = np.random.default_rng(seed).permutation(len(names))
    of = Counter(photos.values())
    sizes = np.cumsum([of[names[i]] for i in order])
    chosen = {names[i] for i in order[: int(np.searchsorted(sizes, limit)) + 1]}
    return {photo: name for photo, name in photos.items() if name in chosen}
