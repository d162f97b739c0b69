"""`plate-end-to-end`: finding and reading plates in full photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhsq.bench.plate.common import decode, protocol_name, report_of, split_name, subset
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.timer import Timer
from zhsq.data import ccpd
from zhsq.data.ccpd import PlatePhoto
from zhsq.data.registry import DataSet
from zhsq.imaging import RGBImage
from zhsq.metrics.detection import box_iou, polygon_iou
from zhsq.models.bundle import Bundle
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.types import PlateBox, PlateSighting
from zhsq.protocols import plate_end_to_end
from zhsq.protocols.plate_end_to_end import Protocol, by_overlap, by_text
from zhsq.runtime.load import open_runner

_INTERVALS = "Wilson for rates; percentile bootstrap over plates for cer, {resamples} resamples, seed {seed}"


@dataclass(frozen=True)
class _Seen:
    """One labelled plate, the sighting that it is judged on, and what the recogniser reads at its labelled corners."""

    plate: PlatePhoto
    sighting: PlateSighting | None
    quad: str | None
    unreadable: bool

    @property
    def iou(self) -> float:
        if self.plate.box is None:
            return float("nan")
        return float(box_iou(self.sighting.box[None], self.plate.box[None])[0, 0]) if self.sighting else 0.0

    @property
    def corner_iou(self) -> float:
        if self.plate.corners is None:
            return float("nan")
        return polygon_iou(self.sighting.corners, self.plate.corners) if self.sighting else 0.0


def run(bundle: Bundle, data: DataSet, options: BenchOptions) -> BenchResult:
    """Protocol ccpd-v1, plate-multi-v1 or plate-text-v1, by what the labels of a folder of photos hold.

    Raises:
        DataSetError: the folder is not in the layout.
        BundleError: not a plate bundle.
        RuntimeUnavailableError: the inference server went away.
    """
    labelled = ccpd.load(data)
    boxed = [plate.box is not None for plate in labelled]
    protocol = plate_end_to_end.protocol_of([plate.file for plate in labelled], boxed)
    config = plate_end_to_end.PlateEndToEndConfig(id=protocol, resamples=options.resamples, seed=options.seed)
    every: dict[str, list[PlatePhoto]] = {}
    for plate in labelled:
        every.setdefault(plate.file, []).append(plate)
    photos = subset(list(every.values()), options)
    pipeline = PlatePipeline(bundle, open_runner(bundle, options.runtime))
    seen: list[_Seen] = []
    unmatched, timer = 0, Timer()
    for done, plates in enumerate(photos, 1):
        with timer:
            image = decode(plates[0].path)
            found = pipeline.read_photo(image) if image is not None else []
        chosen = _judged(plates, found, protocol)
        unmatched += len(found) - sum(i is not None for i in chosen)
        for plate, i in zip(plates, chosen, strict=True):
            quad = _on_corners(pipeline, image, plate)
            seen.append(_Seen(plate, None if i is None else found[i], quad, image is None))
        options.progress(done, len(photos), "photos")
    measured = plate_end_to_end.Photos(
        files=[s.plate.file for s in seen],
        kinds=[s.plate.kind for s in seen],
        truths=[s.plate.plate for s in seen],
        reads=[s.sighting.read.text if s.sighting else "" for s in seen],
        quads=[s.quad for s in seen],
        ious=np.array([s.iou for s in seen]),
        corner_ious=np.array([s.corner_iou for s in seen]),
        confidences=np.array([s.sighting.read.confidence if s.sighting else 0.0 for s in seen]),
        unreadable=np.array([s.unreadable for s in seen], dtype=bool),
        unmatched=unmatched,
    )
    missing = len(boxed) - sum(boxed)
    report = report_of(
        bundle,
        data,
        plate_end_to_end.evaluate(measured, config),
        measured.truths,
        task="plate-end-to-end",
        protocol=protocol_name(config.id, len(photos), len(every)),
        split=split_name(len(photos), len(every), "photos", options),
        seconds=timer.seconds,
        items=len(photos),
        item="photo, decoding included",
        intervals=_INTERVALS.format(resamples=config.resamples, seed=config.seed),
        notes=(f"{missing} of {len(boxed)} plates have no labelled place: reads count by text alone.",)
        if missing
        else (),
    )
    trials = {
        "confidence": measured.confidences,
        "correct": plate_end_to_end.right(measured, config),
        "truth": np.array(measured.truths),
        "read": np.array(measured.reads),
        "file": np.array(measured.files),
        "iou": measured.ious,
    }
    return BenchResult(report, bundle, trials, timer.processor_seconds)


def _on_corners(pipeline: PlatePipeline, image: RGBImage | None, plate: PlatePhoto) -> str | None:
    """What is read at the labelled corners, set upright as the pipeline does with those of the locator; None without."""
    if plate.corners is None or plate.box is None:
        return None
    if image is None:
        return ""
    box = PlateBox(plate.box.astype(np.float32), plate.corners.astype(np.float32), 1.0)
    return pipeline.read_boxes(image, [box])[0].text


def _judged(plates: list[PlatePhoto], found: list[PlateSighting], protocol: Protocol) -> list[int | None]:
    """The sighting that each plate of a photo is judged on, by its index; None for none."""
    if not found:
        return [None] * len(plates)
    if protocol == "ccpd-v1":
        return [0]
    boxes = [plate.box for plate in plates if plate.box is not None]
    if protocol == "plate-multi-v1":
        return by_overlap(box_iou(np.stack(boxes), np.stack([sighting.box for sighting in found])))
    return by_text([plate.plate for plate in plates], [sighting.read.text for sighting in found])
