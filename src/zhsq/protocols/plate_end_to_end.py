"""Finding and reading plates in full photos: three protocols, by what the labels hold.

`ccpd-v1`: one plate a photo, its place labelled. Only the best sighting is judged ("detectors are allowed to predict
only one bounding box for each image"). CCPD has two rules for a recognition, both reported, never mixed:
  * `exact_match`, of the paper (Xu et al., "Towards End-to-End License Plate Detection and Recognition: A Large Dataset
    and Baseline", ECCV 2018, on the release of 2018): the box overlaps by IoU > 0.6 and every character is right;
  * `exact_match_text`, of the repository since the release of 2019 (github.com/detectRecog/CCPD, "metric"): every
    character is right, wherever the box lies.
A detection (`detection_iou_0.7`) is right by both when IoU > 0.7. The two releases hold different photos.
`plate-multi-v1`: several plates in a photo, their places labelled. Each is judged on the sighting that overlaps it
best, by the same rules.
`plate-text-v1`: places are not labelled. Each plate is judged on the sighting whose text is nearest; no overlap is
stated.

With labelled corners `exact_match_quad` tells how the recogniser alone reads the labelled quadrangle set upright
(`plate-quad-v1`), so that errors of the locator and of the reader part. A photo that can't be decoded, or in which
nothing is found, is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics.text import edit_distance, exact
from zhsq.protocols.plate_reading import Figures, character_error_rate, grouped, per_group, rate

Protocol = Literal["ccpd-v1", "plate-multi-v1", "plate-text-v1"]


class PlateEndToEndConfig(BaseModel):
    """Settings of the protocols."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Protocol = "ccpd-v1"
    #: The box must overlap the labelled one by more than this for a read to count.
    iou: float = 0.6
    #: And by more than this for the detection to count.
    detection_iou: float = 0.7
    #: Bootstrap resamples for the interval of `cer`.
    resamples: int = 1000
    #: Seed of the bootstrap.
    seed: int = 0


@dataclass(frozen=True)
class Photos:
    """The sighting that each labelled plate is judged on; all of one length.

    Attributes:
        files: as named in the labels. kinds: of plate, by the labels.
        truths: plates of the labels. reads: texts read, '' for none.
        quads: texts read on the labelled quadrangle, None where no corners are labelled.
        ious: (n,) overlap of the boxes, 0..1; 0 when nothing was found; NaN without a labelled box.
        corner_ious: (n,) overlap of the quadrangles, 0..1; NaN without labelled corners.
        confidences: (n,) weakest character, 0..1.
        unreadable: (n,) the image could not be decoded.
        unmatched: sightings that no labelled plate was judged on, in all photos.
    """

    files: Sequence[str]
    kinds: Sequence[str]
    truths: Sequence[str]
    reads: Sequence[str]
    quads: Sequence[str | None]
    ious: NDArray[np.float64]
    corner_ious: NDArray[np.float64]
    confidences: NDArray[np.float64]
    unreadable: NDArray[np.bool_]
    unmatched: int = 0


def protocol_of(files: Sequence[str], boxed: Sequence[bool]) -> Protocol:
    """Which protocol labels allow: by text where any plate's place is missing, else by the number of plates in a photo.

    Args:
        files: the photo of each labelled plate. boxed: whether the plate's place is labelled.
    """
    if not all(boxed):
        return "plate-text-v1"
    return "ccpd-v1" if len(set(files)) == len(files) else "plate-multi-v1"


def by_overlap(ious: NDArray[np.float64]) -> list[int | None]:
    """The sighting of each labelled plate of a photo: pairs of greatest overlap first, each side used once.

    Args:
        ious: (plates, sightings), 0..1.

    Returns:
        Index of the sighting, None for a plate that none overlaps.
    """
    chosen: list[int | None] = [None] * len(ious)
    order = np.argsort(-ious, axis=None, kind="stable")
    for plate, sighting in zip(*np.unravel_index(order, ious.shape), strict=True):
        if ious[plate, sighting] > 0 and chosen[plate] is None and sighting not in chosen:
            chosen[plate] = int(sighting)
    return chosen


def by_text(truths: Sequence[str], reads: Sequence[str]) -> list[int | None]:
    """The sighting of each labelled plate of a photo: least edits first, then the better sighting, each side used once.

    Args:
        truths: the photo's plates. reads: its sightings' texts, best first.

    Returns:
        Index of the sighting, None for a plate that no sighting is left for.
    """
    chosen: list[int | None] = [None] * len(truths)
    pairs = [(edit_distance(truth, read), s, p) for p, truth in enumerate(truths) for s, read in enumerate(reads)]
    for _, sighting, plate in sorted(pairs):
        if chosen[plate] is None and sighting not in chosen:
            chosen[plate] = sighting
    return chosen


def right(photos: Photos, config: PlateEndToEndConfig) -> NDArray[np.bool_]:
    """Whether each plate was found and read by the rule of `exact_match`. Shape (n,)."""
    read = exact(photos.truths, photos.reads)
    return np.asarray(read if config.id == "plate-text-v1" else read & (photos.ious > config.iou), dtype=bool)


def evaluate(photos: Photos, config: PlateEndToEndConfig) -> Figures:
    """Figures of the protocol, over one or more plates.

    Returns:
        Metrics `exact_match`, `cer`, `exact_match_<kind>` where there are several; with places labelled
        `exact_match_text` and `detection_iou_<x>`; with corners labelled `exact_match_quad`. Details: the rule of each
        metric, tables by kind, mean overlaps, failures with the reason.
    """
    correct = right(photos, config)
    by_kind = grouped(photos.kinds, correct)
    detection = f"detection_iou_{config.detection_iou:g}"
    metrics = {
        "exact_match": rate(correct),
        "cer": character_error_rate(photos.truths, photos.reads, resamples=config.resamples, seed=config.seed),
        **per_group(by_kind),
    }
    details: dict[str, Any] = {
        "photos": len(set(photos.files)),
        "unreadable_images": len({file for file, bad in zip(photos.files, photos.unreadable, strict=True) if bad}),
        "sightings_unmatched": photos.unmatched,
    }
    rules = {"exact_match": "plate-text-v1: every character right"}
    if config.id != "plate-text-v1":
        metrics["exact_match_text"] = rate(exact(photos.truths, photos.reads))
        metrics[detection] = rate(photos.ious > config.detection_iou)
        details["mean_box_iou"] = float(photos.ious.mean())
        rules = {
            "exact_match": f"recognition, CCPD's paper (ECCV 2018): IoU > {config.iou:g} and every character right",
            "exact_match_text": "recognition, CCPD's repository (release of 2019): every character right",
            detection: f"detection, CCPD: IoU > {config.detection_iou:g}, one box a plate",
        }
    labelled = [i for i, quad in enumerate(photos.quads) if quad is not None]
    if labelled:
        on_quad = np.array([photos.quads[i] == photos.truths[i] for i in labelled])
        metrics["exact_match_quad"] = rate(on_quad)
        rules["exact_match_quad"] = "plate-quad-v1: recogniser alone, on the labelled corners set upright"
        details["quads"] = {
            "n": len(labelled),
            "failures": [
                {"file": photos.files[i], "truth": photos.truths[i], "read": photos.quads[i]}
                for i, good in zip(labelled, on_quad.tolist(), strict=True)
                if not good
            ],
        }
        if config.id != "plate-text-v1":
            details["mean_corner_iou"] = float(np.nanmean(photos.corner_ious))
    failures = [_failure(photos, i, config) for i in np.flatnonzero(~correct).tolist()]
    return Figures(metrics, {"rules": rules, **details, "by_kind": by_kind, "failures": failures})


def _failure(photos: Photos, i: int, config: PlateEndToEndConfig) -> dict[str, Any]:
    row: dict[str, Any] = {"file": photos.files[i], "truth": photos.truths[i], "read": photos.reads[i]}
    if config.id != "plate-text-v1":
        row["iou"] = float(photos.ious[i])
    return {**row, "confidence": float(photos.confidences[i]), "reason": _reason(photos, i, config)}


def _reason(photos: Photos, i: int, config: PlateEndToEndConfig) -> str:
    if photos.unreadable[i]:
        return "image unreadable"
    if not photos.reads[i]:
        return "no plate found"
    if config.id != "plate-text-v1" and photos.ious[i] <= config.iou:
        return f"box overlaps by {photos.ious[i]:.2f} only"
    return "a character is wrong"
