"""Measure a plate bundle: reading of crops, and finding and reading in full photos."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data import ccpd, plates_cn
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError
from zhsq.imaging import RGBImage, decode_image
from zhsq.metrics.detection import box_iou, polygon_iou
from zhsq.metrics.text import exact
from zhsq.models.bundle import Bundle, Threshold
from zhsq.models.plate.grammar import classify, is_plate
from zhsq.models.plate.pipeline import BATCH, PlatePipeline
from zhsq.models.plate.types import PlateRead, PlateSighting
from zhsq.protocols import plate_end_to_end, plate_reading
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.runtime.load import open_runner

_INTERVALS = "Wilson for rates; percentile bootstrap over plates for cer, {resamples} resamples, seed {seed}"
Item = TypeVar("Item")


def run_reading(bundle: Bundle, data: DataSet, options: BenchOptions) -> BenchResult:
    """`plate-reading`: protocol exact-match-v1 on a folder of crops in the layout of plates_cn.

    Raises:
        DataSetError: the folder is not in the layout.
        BundleError: not a plate bundle, or without the threshold 'accept'.
        RuntimeUnavailableError: the inference server went away.
    """
    config = plate_reading.PlateReadingConfig(resamples=options.resamples, seed=options.seed)
    accept = bundle.threshold("accept")
    crops, protocol = _subset(plates_cn.load(data), config.id, options)
    started = time.perf_counter()
    readings = _read(bundle, crops, options)
    seconds = time.perf_counter() - started
    figures = plate_reading.evaluate(readings, accept.value, config)
    source = f"{accept.protocol} on {accept.data} ({accept.release}), {accept.split}"
    report = Report(
        task="plate-reading",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=protocol,
        split="all (figures with a threshold leave out the calibration split)",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=len(crops),
        metrics=figures.metrics,
        thresholds={"accept": ThresholdRef(value=accept.value, source=source)},
        seconds=seconds,
        items_per_second=len(crops) / seconds,
        interval_method=_INTERVALS.format(resamples=config.resamples, seed=config.seed),
        notes=(plate_reading.NOT_BLIND, *_notes(bundle, data)),
        details=figures.details,
    )
    trials = {
        "confidence": readings.confidences,
        "correct": exact(readings.truths, readings.reads),
        "truth": np.array(readings.truths),
        "read": np.array(readings.reads),
        "file": np.array(readings.files),
    }
    return BenchResult(report, bundle, trials)


def run_end_to_end(bundle: Bundle, data: DataSet, options: BenchOptions) -> BenchResult:
    """`plate-end-to-end`: protocol ccpd-v1 on a folder of photos in the layout of ccpd_samples.

    Raises:
        DataSetError: the folder is not in the layout.
        BundleError: not a plate bundle.
        RuntimeUnavailableError: the inference server went away.
    """
    config = plate_end_to_end.PlateEndToEndConfig(resamples=options.resamples, seed=options.seed)
    photos, protocol = _subset(ccpd.load(data), config.id, options)
    pipeline = PlatePipeline(bundle, open_runner(bundle, options.runtime))
    started = time.perf_counter()
    sightings: list[PlateSighting | None] = []
    unreadable = np.zeros(len(photos), bool)
    for i, photo in enumerate(photos):
        image = _decode(photo.path)
        unreadable[i] = image is None
        found = pipeline.read_photo(image) if image is not None else []
        sightings.append(found[0] if found else None)
        options.progress(i + 1, len(photos), "photos")
    seconds = time.perf_counter() - started
    pairs = list(zip(sightings, photos, strict=True))
    measured = plate_end_to_end.Photos(
        files=[photo.file for photo in photos],
        kinds=[photo.kind for photo in photos],
        truths=[photo.plate for photo in photos],
        reads=[s.read.text if s else "" for s in sightings],
        ious=np.array([float(box_iou(s.box[None], p.box[None])[0, 0]) if s else 0.0 for s, p in pairs]),
        corner_ious=np.array([polygon_iou(s.corners, p.corners) if s else 0.0 for s, p in pairs]),
        confidences=np.array([s.read.confidence if s else 0.0 for s in sightings]),
        unreadable=unreadable,
    )
    figures = plate_end_to_end.evaluate(measured, config)
    report = Report(
        task="plate-end-to-end",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=protocol,
        split="all",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=len(photos),
        metrics=figures.metrics,
        seconds=seconds,
        items_per_second=len(photos) / seconds,
        interval_method=_INTERVALS.format(resamples=config.resamples, seed=config.seed),
        notes=_notes(bundle, data),
        details=figures.details,
    )
    trials = {
        "confidence": measured.confidences,
        "correct": plate_end_to_end.right(measured, config),
        "truth": np.array(measured.truths),
        "read": np.array(measured.reads),
        "file": np.array(measured.files),
    }
    return BenchResult(report, bundle, trials)


def calibrate(bundle: Bundle, data: DataSet, options: BenchOptions) -> Threshold:
    """The threshold 'accept' by plate-accept-v1, from the calibration split of a folder of crops.

    Raises:
        DataSetError: the folder is not in the layout.
        ValueError: the split is empty, or no threshold parts right from wrong reads.
    """
    crops = [crop for crop in plates_cn.load(data) if plate_reading.in_calibration(crop.file)]
    readings = _read(bundle, crops, options)
    value = plate_reading.calibrate_accept(readings.confidences, exact(readings.truths, readings.reads))
    return Threshold(
        name="accept",
        value=value,
        protocol=plate_reading.ACCEPT_PROTOCOL,
        data=data.name,
        release=data.release,
        split=f"{plate_reading.CALIBRATION_SPLIT}, n = {len(crops)}",
    )


def _read(bundle: Bundle, crops: Sequence[plates_cn.PlateCrop], options: BenchOptions) -> plate_reading.Readings:
    """Read every crop; one that can't be decoded is read as ''."""
    pipeline = PlatePipeline(bundle, open_runner(bundle, options.runtime))
    reads: list[PlateRead | None] = []
    for start in range(0, len(crops), BATCH):
        images = [_decode(crop.path) for crop in crops[start : start + BATCH]]
        found = iter(pipeline.read_crops([image for image in images if image is not None]))
        reads += [next(found) if image is not None else None for image in images]
        options.progress(len(reads), len(crops), "crops")
    return plate_reading.Readings(
        files=[crop.file for crop in crops],
        truths=[crop.plate for crop in crops],
        reads=[read.text if read else "" for read in reads],
        classes=[classify(crop.plate) for crop in crops],
        confidences=np.array([read.confidence if read and is_plate(read.text) else 0.0 for read in reads]),
        unreadable=np.array([read is None for read in reads], dtype=bool),
    )


def _decode(path: Path) -> RGBImage | None:
    try:
        return decode_image(path)
    except BadImageError:
        return None


def _subset(items: list[Item], protocol: str, options: BenchOptions) -> tuple[list[Item], str]:
    """All items, or a seeded draw of `options.limit` of them; and the protocol's name, which then says so."""
    if not options.limit or options.limit >= len(items):
        return items, protocol
    chosen = np.random.default_rng(options.seed).choice(len(items), options.limit, replace=False)
    name = f"{protocol}, subset of {options.limit}, seed {options.seed}"
    return [items[i] for i in np.sort(chosen)], name


def _notes(bundle: Bundle, data: DataSet) -> tuple[str, ...]:
    undeclared = [x.name for x in bundle.spec.training_data_licences if x.deployable is None]
    doubt = [f"{name}: undeclared; the model may have seen these plates or cameras." for name in undeclared]
    return (*data.notes, *doubt)
