"""Protocol `ccpd-v1`: find and read the plate in a full photo, by the rule of CCPD's authors.

Xu et al., "Towards End-to-End License Plate Detection and Recognition: A Large Dataset and Baseline", ECCV 2018:
a recognition is right when the box overlaps the labelled one by IoU > 0.6 and every character is right; a
detection is right when IoU > 0.7. Each photo has one labelled plate; the best sighting of the photo is judged.
A photo that can't be decoded, or in which nothing is found, is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics.text import exact
from zhsq.protocols.plate_reading import Figures, character_error_rate, rate


class PlateEndToEndConfig(BaseModel):
    """Settings of the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Literal["ccpd-v1"] = "ccpd-v1"
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
    """The best sighting of each photo; all of one length.

    Attributes:
        files: as named in the labels. kinds: of plate, by the labels.
        truths: plates of the labels. reads: texts read, '' for none.
        ious: (n,) overlap of the boxes, 0..1; 0 when nothing was found.
        corner_ious: (n,) overlap of the quadrangles, 0..1.
        confidences: (n,) weakest character, 0..1.
        unreadable: (n,) the image could not be decoded.
    """

    files: Sequence[str]
    kinds: Sequence[str]
    truths: Sequence[str]
    reads: Sequence[str]
    ious: NDArray[np.float64]
    corner_ious: NDArray[np.float64]
    confidences: NDArray[np.float64]
    unreadable: NDArray[np.bool_]


def right(photos: Photos, config: PlateEndToEndConfig) -> NDArray[np.bool_]:
    """Whether each photo was found and read by the rule. Shape (n,)."""
    return np.asarray(exact(photos.truths, photos.reads) & (photos.ious > config.iou), dtype=bool)


def evaluate(photos: Photos, config: PlateEndToEndConfig) -> Figures:
    """Figures of the protocol, over one or more photos.

    Returns:
        Metrics `exact_match`, `detection_iou_<x>`, `cer`; details by kind, mean overlaps, failures with the reason.
    """
    correct, detected = right(photos, config), photos.ious > config.detection_iou
    metrics = {
        "exact_match": rate(correct),
        f"detection_iou_{config.detection_iou:g}": rate(detected),
        "cer": character_error_rate(photos.truths, photos.reads, resamples=config.resamples, seed=config.seed),
    }
    kinds = np.asarray(photos.kinds)
    details = {
        "unreadable_images": int(photos.unreadable.sum()),
        "mean_box_iou": float(photos.ious.mean()),
        "mean_corner_iou": float(photos.corner_ious.mean()),
        "by_kind": {
            str(kind): {"n": int((kinds == kind).sum()), **rate(correct[kinds == kind]).model_dump()}
            for kind in np.unique(kinds)
        },
        "failures": [
            {
                "file": photos.files[i],
                "truth": photos.truths[i],
                "read": photos.reads[i],
                "iou": float(photos.ious[i]),
                "confidence": float(photos.confidences[i]),
                "reason": _reason(photos, i, config),
            }
            for i in np.flatnonzero(~correct).tolist()
        ],
    }
    return Figures(metrics, details)


def _reason(photos: Photos, i: int, config: PlateEndToEndConfig) -> str:
    if photos.unreadable[i]:
        return "image unreadable"
    if not photos.reads[i]:
        return "no plate found"
    if photos.ious[i] <= config.iou:
        return f"box overlaps by {photos.ious[i]:.2f} only"
    return "a character is wrong"
