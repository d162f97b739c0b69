"""RBDC and TBDC: do detected regions lie where the anomalies are, and is each anomaly found while it lasts?

Both are of Ramachandra and Jones, "Street Scene: A new dataset and evaluation protocol for video anomaly detection",
WACV 2020. A box is x1 y1 x2 y2 in pixels, ends exclusive; a score is at or above the threshold to count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.detection import box_iou
from zhsq.metrics.verification import roc

Scores = NDArray[np.float64]
Boxes = NDArray[np.int64]
Counts = NDArray[np.int64]

#: A region counts as found at this IoU (beta), a track when this share of its regions is found (alpha): the paper's.
BETA = 0.1
ALPHA = 0.1
#: Pixels below which a component of a mask is a speck.
LEAST_AREA = 10


@dataclass(frozen=True)
class Matches:
    """All that a sweep over thresholds needs.

    Attributes:
        truth: (g,) for each true region the highest score of a detection that overlaps it, -inf for none; frame by frame.
        truth_frames: (g,) its frame.
        false: (f,) scores of the detections that overlap no true region, lowest first.
        false_frames: (f,) their frames.
        frames: how many there are, with and without regions.
    """

    truth: Scores
    truth_frames: Counts
    false: Scores
    false_frames: Counts
    frames: int


def match_regions(
    truth: Sequence[Boxes], found: Sequence[Boxes], scores: Sequence[Scores], *, beta: float = BETA
) -> Matches:
    """Compare detected with true regions, frame by frame.

    A true region is found by every detection with IoU >= beta, also by one that finds another; a detection is false
    when no true region of its frame has IoU >= beta. A second detection of a region is neither.

    Args:
        truth: for each frame, boxes (k, 4).
        found: for each frame, boxes (m, 4).
        scores: for each frame, (m,), higher is more unusual.
        beta: the least IoU.

    Raises:
        ValueError: the three differ in length.
    """
    best, false = [np.empty(0)], [np.empty(0)]
    for true, boxes, marks in zip(truth, found, scores, strict=True):
        overlaps = box_iou(_float(true), _float(boxes)) >= beta
        best.append(np.where(overlaps, marks[None], -math.inf).max(axis=1, initial=-math.inf))
        false.append(marks[~overlaps.any(axis=0)])
    places = np.arange(len(truth))
    false_scores = np.concatenate(false)
    order = np.argsort(false_scores, kind="stable")
    return Matches(
        truth=np.concatenate(best),
        truth_frames=np.repeat(places, [len(part) for part in best[1:]]),
        false=false_scores[order],
        false_frames=np.repeat(places, [len(part) for part in false[1:]])[order],
        frames=len(truth),
    )


def rbdc(matches: Matches, times: Counts | None = None) -> float:
    """Region-based detection criterion: area under the share of found regions over false regions a frame, 0 to 1.

    Args:
        matches: of `match_regions`.
        times: how often each frame counts, shape (frames,), for the bootstrap; None is once.

    Returns:
        0..1; NaN without a true region.
    """
    t = np.ones(matches.frames) if times is None else times.astype(np.float64)
    return _area(matches.truth, t[matches.truth_frames], matches.false, t[matches.false_frames], float(t.sum()))


def tbdc(matches: Matches, tracks: Counts, *, alpha: float = ALPHA, times: Counts | None = None) -> float:
    """Track-based detection criterion: the same area with the share of found tracks.

    A track is found when at least the share alpha of its regions is: so at the threshold of its ceil(alpha n)-th
    highest region.

    Args:
        matches: of `match_regions`.
        tracks: the track of each true region, in the order of `matches.truth`, shape (g,).
        alpha: the least share.
        times: how often each frame counts, shape (frames,): the same for all frames of a track, since tracks are drawn
            whole; None is once.

    Returns:
        0..1; NaN without a true region.
    """
    t = np.ones(matches.frames) if times is None else times.astype(np.float64)
    best, weights = [], []
    for track in np.unique(tracks):
        inside = np.flatnonzero(tracks == track)
        ordered = np.sort(matches.truth[inside])[::-1]
        # 0.1 * 30 is a little more than 3 in floating point, and must need 3 regions, not 4.
        best.append(ordered[max(1, math.ceil(alpha * len(ordered) - 1e-9)) - 1])
        weights.append(t[matches.truth_frames[inside[0]]])
    return _area(np.array(best), np.array(weights), matches.false, t[matches.false_frames], float(t.sum()))


def _area(found: Scores, weights: Scores, false: Scores, false_weights: Scores, frames: float) -> float:
    """Area under the share of `found` over `false` a frame, from 0 to 1 false region a frame.

    As in the evaluation code published with Georgescu et al. (TPAMI 2021): from (0, 0) by trapezoids to the last point
    with at most one false region a frame, and flat from there to 1. Unlike there, detections of one score come
    together, so that their order can't change the figure.
    """
    if weights.sum() == 0 or frames == 0:
        return math.nan
    scores = np.concatenate([found, false])
    kinds = np.arange(len(scores)) < len(found)
    total = false_weights.sum()
    _, fmr, share = roc(scores, kinds, np.concatenate([weights, false_weights]))
    rate = fmr * total / frames if total else np.zeros_like(fmr)
    last = int(np.flatnonzero(rate <= 1 + 1e-12)[-1]) + 1
    return float(np.trapezoid(np.append(share[:last], share[last - 1]), np.append(rate[:last], 1.0)))


def regions_of_mask(mask: NDArray[np.bool_], *, least_area: int = LEAST_AREA) -> Boxes:
    """Boxes of a mask's components (8-connected); components of fewer than `least_area` pixels are dropped.

    Args:
        mask: (h, w).
        least_area: pixels.

    Returns:
        (n, 4) x1 y1 x2 y2, ends exclusive, in the order in which a scan by rows meets them.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    x, y, width, height, area = np.asarray(stats[1:], np.int64).T  # row 0 is the background
    return np.asarray(np.stack([x, y, x + width, y + height], axis=1)[area >= least_area], np.int64)


def tracks_of(boxes: Sequence[Boxes], *, least_iou: float = 0.1) -> list[Counts]:
    """Link one clip's regions to tracks.

    Regions of consecutive frames are linked greedily, highest IoU first (ties: the earlier region first), each at most
    once, while IoU >= `least_iou`; an unlinked region starts a track. So an object that is hidden for one frame is two
    tracks, and two that touch are one. RBDC and TBDC published for Ped2 use tracks drawn by hand (Ramachandra and Jones):
    figures on tracks from masks are near those, not the same.

    Args:
        boxes: for each frame in order, (k, 4).
        least_iou: for a link.

    Returns:
        For each frame the track of each box, (k,), numbered from 0 in order of appearance.
    """
    tracks: list[Counts] = []
    count = 0
    for i, now in enumerate(boxes):
        mine = np.full(len(now), -1, np.int64)
        if i and len(now) and len(boxes[i - 1]):
            overlaps = box_iou(_float(boxes[i - 1]), _float(now))
            for flat in np.argsort(-overlaps, axis=None, kind="stable"):
                earlier, later = divmod(int(flat), len(now))
                if overlaps[earlier, later] < least_iou:
                    break
                if mine[later] < 0 and tracks[-1][earlier] not in mine:
                    mine[later] = tracks[-1][earlier]
        new = np.flatnonzero(mine < 0)
        mine[new] = count + np.arange(len(new))
        count += len(new)
        tracks.append(mine)
    return tracks


def _float(boxes: Boxes) -> Scores:
    return boxes.reshape(-1, 4).astype(np.float64)
