"""`plate-reading`: a bundle's recogniser on a folder of crops, and the threshold 'accept' from one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zhsq.bench.plate.common import decode, protocol_name, report_of, split_name, subset
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.timer import Timer
from zhsq.data import plates_cn
from zhsq.data.registry import DataSet
from zhsq.metrics.text import exact
from zhsq.models.bundle import Bundle, Threshold
from zhsq.models.plate.grammar import classify, is_plate
from zhsq.models.plate.pipeline import BATCH, PlatePipeline
from zhsq.models.plate.types import PlateRead
from zhsq.protocols import plate_accept, plate_home, plate_reading
from zhsq.protocols.report import ThresholdRef
from zhsq.runtime.load import open_runner

_INTERVALS = (
    "Wilson for rates; percentile bootstrap over plates for cer, aurc and ece, {resamples} resamples, seed {seed}"
)


def run(bundle: Bundle, data: DataSet, options: BenchOptions) -> BenchResult:
    """Protocol exact-match-v1 on a folder of crops in the layout of plates_cn.

    Raises:
        DataSetError: the folder is not in the layout.
        BundleError: not a plate bundle, or without the threshold 'accept'.
        RuntimeUnavailableError: the inference server went away.
    """
    config = plate_reading.PlateReadingConfig(resamples=options.resamples, seed=options.seed)
    threshold = bundle.threshold("accept")
    accept = plate_accept.Accept(threshold.value, threshold.protocol, threshold.data)
    every = plates_cn.load(data)
    crops = subset(every, options)
    with Timer() as timer:
        reads = _read(bundle, crops, options)
    readings = _readings(crops, reads)
    home = plate_home.evaluate(
        readings.files,
        readings.truths,
        reads,
        lambda chosen, weighed: _readings([crops[i] for i in chosen], weighed),
        accept.value,
    )
    figures = plate_reading.evaluate(readings, accept, config)
    figures = plate_reading.Figures({**figures.metrics, **home.metrics}, {**figures.details, **home.details})
    source = f"{threshold.protocol} on {threshold.data} ({threshold.release}), {threshold.split}"
    split = split_name(len(crops), len(every), "crops", options)
    report = report_of(
        bundle,
        data,
        figures,
        readings.truths,
        task="plate-reading",
        protocol=protocol_name(config.id, len(crops), len(every)),
        split=split if accept.split == "all" else f"{split} (figures with a threshold: {accept.split})",
        seconds=timer.seconds,
        items=len(crops),
        item="crop, decoding included",
        intervals=_INTERVALS.format(resamples=config.resamples, seed=config.seed),
        # Under the names of the metrics too: a table of metrics shows the threshold of each.
        thresholds=dict.fromkeys(
            (
                "accept",
                "error_among_accepted",
                "review_share",
                *(name for name in plate_home.AT_THRESHOLD if name in home.metrics),
            ),
            ThresholdRef(value=threshold.value, source=source),
        ),
        notes=accept.notes,
    )
    confidence, right = plate_reading.by_character(readings)
    trials = {
        "confidence": readings.confidences,
        "correct": exact(readings.truths, readings.reads),
        "truth": np.array(readings.truths),
        "read": np.array(readings.reads),
        "file": np.array(readings.files),
        "plate_class": np.array(readings.classes),
        "character_confidence": confidence,
        "character_right": right,
    }
    return BenchResult(report, bundle, trials, timer.processor_seconds)


def calibrate(bundle: Bundle, data: DataSet, options: BenchOptions) -> Threshold:
    """The threshold 'accept' by plate-accept-v1, from the calibration split of a folder of crops.

    Raises:
        DataSetError: the folder is not in the layout.
        ValueError: the split is empty, or no threshold parts right from wrong reads.
    """
    crops = [crop for crop in plates_cn.load(data) if plate_accept.in_calibration(crop.file)]
    readings = _readings(crops, _read(bundle, crops, options))
    value = plate_accept.calibrate_accept(readings.confidences, exact(readings.truths, readings.reads))
    return Threshold(
        name="accept",
        value=value,
        protocol=plate_accept.ACCEPT_PROTOCOL,
        data=data.name,
        release=data.release,
        split=f"{plate_accept.CALIBRATION_SPLIT}, n = {len(crops)}",
    )


def _read(bundle: Bundle, crops: Sequence[plates_cn.PlateCrop], options: BenchOptions) -> list[PlateRead | None]:
    """Read every crop; None for one that can't be decoded."""
    pipeline = PlatePipeline(bundle, open_runner(bundle, options.runtime))
    reads: list[PlateRead | None] = []
    for start in range(0, len(crops), BATCH):
        images = [decode(crop.path) for crop in crops[start : start + BATCH]]
        found = iter(pipeline.read_crops([image for image in images if image is not None]))
        reads += [next(found) if image is not None else None for image in images]
        options.progress(len(reads), len(crops), "crops")
    return reads


def _readings(crops: Sequence[plates_cn.PlateCrop], reads: Sequence[PlateRead | None]) -> plate_reading.Readings:
    """What the protocol judges of what was read; a crop that can't be decoded is read as ''."""
    return plate_reading.Readings(
        files=[crop.file for crop in crops],
        truths=[crop.plate for crop in crops],
        reads=[read.text if read else "" for read in reads],
        characters=[[c.confidence for c in read.characters] if read else [] for read in reads],
        classes=[crop.plate_class or classify(crop.plate) for crop in crops],
        read_classes=[read.plate_class if read else "unknown" for read in reads],
        confidences=np.array([read.confidence if read and is_plate(read.text) else 0.0 for read in reads]),
        unreadable=np.array([read is None for read in reads], dtype=bool),
        classes_labelled=any(crop.plate_class for crop in crops),
    )
