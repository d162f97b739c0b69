"""Video anomaly by frame, by pixel, by region and by track, without the leak of per-clip normalisation.

Scores of all clips are compared as they are; what normalises them may come from training clips only. Known leaks are
refused where they can be seen: scores normalised per clip (`refuse_per_clip_normalisation`), thresholds set on test clips
(`refuse_test_thresholds`), a look at later frames (`zhsq.protocols.causality`), frames that are in training and test
(`zhsq.data.ucsd_ped2.refuse_shared_frames`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics import anomaly as m
from zhsq.metrics import anomaly_pixels as pixels
from zhsq.metrics import anomaly_regions as regions
from zhsq.metrics.intervals import people_draws, percentile_interval
from zhsq.protocols.report import Estimate, Figures, ThresholdRef

Draws = list[NDArray[np.int64]]
Box = tuple[int, int, int, int]


class VideoAnomaly(BaseModel):
    """The protocol's settings; changing one changes the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = "frame-auroc-no-clip-normalisation"
    #: Frames a block of the bootstrap: about three seconds of Ped2's ten frames a second.
    block: int = 30
    resamples: int = 1000
    seed: int = 0
    #: Least IoU of a detected and a true region, and least share of a track's regions (Ramachandra and Jones, 2020).
    beta: float = regions.BETA
    alpha: float = regions.ALPHA
    #: Share of an anomalous frame's anomalous pixels (Mahadevan et al., 2010).
    pixel_share: float = pixels.SHARE
    #: Components of a mask below this many pixels are no regions.
    least_area: int = regions.LEAST_AREA
    #: Regions of consecutive frames are one track from this IoU on.
    track_iou: float = 0.1


@dataclass(frozen=True)
class Localisation:
    """Where a scorer saw anomalies, and where they are; frames as in `scores`. What is None is not measured.

    Masks are asked for once and kept as bits; maps are asked for three times, and none is kept.

    Attributes:
        masks: gives each frame's true mask, (h, w) bool.
        regions: for each frame its regions, each a box (x1 y1 x2 y2 in pixels of the mask, ends exclusive) and its score.
        maps: gives each frame's scores, finite, (h, w), or coarse (a, b): cell (i, j) stands for rows i h/a to (i+1) h/a
            and columns j w/b to (j+1) w/b.
    """

    masks: Callable[[], Iterable[NDArray[np.bool_]]] | None = None
    regions: Sequence[Sequence[tuple[Box, float]]] | None = None
    maps: Callable[[], Iterable[NDArray[np.floating]]] | None = None


def evaluate(
    config: VideoAnomaly,
    *,
    scores: NDArray[np.float64],
    anomalous: NDArray[np.bool_],
    clips: NDArray[Any],
    localisation: Localisation | None = None,
    thresholds: Mapping[str, ThresholdRef] | None = None,
) -> Figures:
    """Evaluate one score a frame; scores of all clips are compared as they are.

    Args:
        scores: higher is more unusual, shape (n,).
        anomalous: ground truth, shape (n,).
        clips: the clip of each frame, shape (n,); frames of a clip are in order.
        localisation: for the figures by pixel, region and track.
        thresholds: that the model came with; none may come from the test clips.

    Raises:
        ValueError: a score is not finite, all frames are of one kind, localisation and labels do not agree, or a leak
            is seen.
    """
    if not np.isfinite(scores).all():
        bad = int((~np.isfinite(scores)).sum())
        raise ValueError(f"{bad} of {len(scores)} frame scores are NaN or infinite: the scorer failed on them.")
    if anomalous.all() or not anomalous.any():
        raise ValueError("The protocol needs normal and anomalous frames.")
    refuse_per_clip_normalisation(scores, clips)
    refuse_test_thresholds(thresholds or {}, [str(clip) for clip in np.unique(clips)])
    draws = m.block_draws(clips, block=config.block, resamples=config.resamples, seed=config.seed)

    def estimate(statistic: Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], float]) -> Estimate:
        values = np.array([statistic(scores[d], anomalous[d], clips[d]) for d in draws])
        return _estimate(statistic(scores, anomalous, clips), values)

    stretched = scores.copy()
    for clip in np.unique(clips):
        inside = clips == clip
        low, high = scores[inside].min(), scores[inside].max()
        stretched[inside] = (scores[inside] - low) / max(high - low, 1e-12)
    metrics, details = _localised(config, localisation or Localisation(), anomalous, clips, draws)
    return Figures(
        metrics={
            "frame_auroc_micro": estimate(lambda s, a, _: m.frame_auroc(s, a)),
            "frame_auroc_macro": estimate(lambda s, a, c: m.frame_auroc_macro(s, a, c)[0]),
            "eer": estimate(lambda s, a, _: m.frame_eer(s, a)),
            **metrics,
        },
        thresholds=dict(thresholds or {}),
        notes=_suspicions(scores, clips),
        details={
            "frames": len(scores),
            "anomalous_frames": int(anomalous.sum()),
            "auroc_by_clip": m.frame_auroc_macro(scores, anomalous, clips)[1],
            "padding": "macro: one normal frame below and one anomalous frame above each clip's scores",
            "comparison_only_frame_auroc_micro_with_per_clip_min_max": m.frame_auroc(stretched, anomalous),
            "localisation": details,
        },
    )


def refuse_per_clip_normalisation(scores: NDArray[np.float64], clips: NDArray[Any]) -> None:
    """Refuse scores that were stretched to one range, or standardised, in each clip by itself.

    Doing so needs a clip's last frame before its first can be scored, and tells the scorer that every clip has something
    unusual. It shows: all clips have the same lowest and the same highest score, or the same mean and deviation.

    Raises:
        ValueError: they do, to 1e-9, in two clips or more.
    """
    parts = [scores[clips == clip] for clip in np.unique(clips)]
    for kind, low, high in (
        ("min-max: lowest and highest score", np.min, np.max),
        ("standardisation: mean and standard deviation", np.mean, np.std),
    ):
        values = np.array([(low(part), high(part)) for part in parts])
        # A constant score has been normalised by nothing.
        if len(parts) > 1 and np.ptp(scores) > 0 and (np.ptp(values, axis=0) <= 1e-9).all():
            raise ValueError(
                f"Leak: the scores look normalised per clip ({kind} are the same in all {len(parts)} clips). "
                "Normalise by statistics of the training clips; a scorer that saturates must give its score before that."
            )


def refuse_test_thresholds(thresholds: Mapping[str, ThresholdRef], test_clips: Collection[str]) -> None:
    """Refuse a threshold whose source says that it was set on test clips.

    It does when it has the word test or testing, alone or before a number (testing/01, Test001), or names a test clip
    without the word training: in Ped2, training clips have the same numbers.

    Raises:
        ValueError: one does; names it.
    """
    for name, threshold in thresholds.items():
        source = threshold.source
        named = [c for c in test_clips if re.search(rf"(?<![\w.]){re.escape(c)}(?!\w|\.\d)", source)]
        if re.search(r"(?<![a-z])test(ing|s)?(?![a-z])", source, re.IGNORECASE):
            raise ValueError(f"Leak: threshold {name!r} comes from test clips ({source!r}): set it on training clips.")
        if named and not re.search(r"(?<![a-z])train", source, re.IGNORECASE):
            raise ValueError(
                f"Leak: threshold {name!r} ({source!r}) names test clips {', '.join(named)}: set it on training clips, "
                "and say that they are."
            )


def _suspicions(scores: NDArray[np.float64], clips: NDArray[Any]) -> tuple[str, ...]:
    """What may be a leak and may not. A same lowest score is none: many scorers give 0 to a clip's first frame."""
    tops = np.array([scores[clips == clip].max() for clip in np.unique(clips)])
    if len(tops) < 2 or np.ptp(scores) == 0 or np.ptp(tops) > 1e-9:
        return ()
    return ("Every clip has the same highest score: it saturates, or was divided by each clip's own maximum, a leak.",)


def _localised(
    config: VideoAnomaly, given: Localisation, anomalous: NDArray[np.bool_], clips: NDArray[Any], draws: Draws
) -> tuple[dict[str, Estimate], dict[str, Any]]:
    """Figures by pixel, region and track, as far as there are masks, maps and regions; details say why one is absent."""
    if given.masks is None:
        why = "the test clips have no pixel masks" if given.maps or given.regions else "none was given"
        return {}, {"not_measured": f"pixel_auroc, pixel_auroc_40, rbdc, tbdc: {why}"}
    truth: list[regions.Boxes] = []
    bits: list[tuple[tuple[int, ...], NDArray[np.uint8]]] = []
    for i, mask in enumerate(given.masks()):
        if i >= len(anomalous) or mask.any() != anomalous[i]:
            raise ValueError(f"Mask {i} does not agree with the frame labels: is it of the same frame?")
        truth.append(regions.regions_of_mask(mask, least_area=config.least_area))
        bits.append((mask.shape, np.packbits(mask)))
    if len(truth) != len(anomalous):
        raise ValueError(f"There are {len(truth)} masks for {len(anomalous)} frames.")
    times = np.stack([np.bincount(draw, minlength=len(anomalous)) for draw in draws])
    metrics: dict[str, Estimate] = {}
    details: dict[str, Any] = {}
    missing = []
    if given.maps is None:
        missing.append("pixel_auroc, pixel_auroc_40: the scorer gives no maps")
    else:
        found, said = _by_pixel(config, bits, given.maps, times)
        metrics, details = metrics | found, details | said
    if given.regions is None:
        missing.append("rbdc, tbdc: the scorer gives no regions")
    else:
        found, said = _by_region(config, truth, given.regions, clips, times)
        metrics, details = metrics | found, details | said
    return metrics, details | ({"not_measured": "; ".join(missing)} if missing else {})


def _by_pixel(
    config: VideoAnomaly,
    bits: list[tuple[tuple[int, ...], NDArray[np.uint8]]],
    maps: Callable[[], Iterable[NDArray[np.floating]]],
    times: NDArray[np.int64],
) -> tuple[dict[str, Estimate], dict[str, Any]]:
    def masks() -> Iterator[NDArray[np.bool_]]:
        return (np.unpackbits(b, count=h * w).reshape(h, w).astype(np.bool_) for (h, w), b in bits)

    def full() -> Iterator[NDArray[np.floating]]:
        return (pixels.stretched(cells, (h, w)) for cells, ((h, w), _) in zip(maps(), bits, strict=True))

    whole = pixels.pixel_counts(full(), masks())
    by_frame = pixels.frame_counts(full(), masks(), whole)
    drawn = [times.astype(np.float64) @ kind for kind in by_frame]
    marks, truth = pixels.criterion_scores(full(), masks(), share=config.pixel_share)
    frames = np.arange(len(marks))
    values = [m.frame_auroc(marks[draw], truth[draw]) for draw in (np.repeat(frames, row) for row in times)]
    return {
        "pixel_auroc": _estimate(
            float(pixels.counts_auroc(whole.normal, whole.anomalous)), pixels.counts_auroc(drawn[0], drawn[1])
        ),
        "pixel_auroc_40": _estimate(m.frame_auroc(marks, truth), np.array(values)),
    }, {
        "pixel_auroc": f"every pixel a trial, {2**pixels.BITS} bins; intervals from coarser ones",
        "pixel_auroc_error_at_most": whole.error,
        "pixel_auroc_40": (
            f"a frame is detected when {config.pixel_share:g} of its anomalous pixels score at or above the threshold; "
            "a normal frame is a false alarm when any pixel does"
        ),
    }


def _by_region(
    config: VideoAnomaly,
    truth: list[regions.Boxes],
    found: Sequence[Sequence[tuple[Box, float]]],
    clips: NDArray[Any],
    times: NDArray[np.int64],
) -> tuple[dict[str, Estimate], dict[str, Any]]:
    boxes = [np.array([box for box, _ in frame], np.int64).reshape(-1, 4) for frame in found]
    marks = [np.array([score for _, score in frame], np.float64) for frame in found]
    if not all(np.isfinite(part).all() for part in marks):
        raise ValueError("A region's score is NaN or infinite: the scorer failed on it.")
    matches = regions.match_regions(truth, boxes, marks, beta=config.beta)
    tracks, count = [np.zeros(0, np.int64)] * len(truth), 0
    names, codes = np.unique(clips, return_inverse=True)
    for clip in names:
        places = np.flatnonzero(clips == clip)
        links = regions.tracks_of([truth[i] for i in places], least_iou=config.track_iou)
        for i, link in zip(places, links, strict=True):
            tracks[i] = link + count
        count += 1 + max((int(link.max(initial=-1)) for link in links), default=-1)
    linked = np.concatenate(tracks)
    # A track is whole or not at all, so clips are drawn for it, not blocks of frames. One clip says nothing of others.
    clip_times = people_draws(len(names), resamples=config.resamples, seed=config.seed)[:, codes]
    by_track = np.array([regions.tbdc(matches, linked, alpha=config.alpha, times=row) for row in clip_times])
    whole = regions.tbdc(matches, linked, alpha=config.alpha)
    return {
        "rbdc": _estimate(regions.rbdc(matches), np.array([regions.rbdc(matches, row) for row in times])),
        "tbdc": _estimate(whole, by_track) if len(names) > 1 else Estimate(value=whole, low=0.0, high=1.0),
    }, {
        "beta": config.beta,
        "alpha": config.alpha,
        "true_regions": len(matches.truth),
        "true_tracks": count,
        "detected_regions": sum(len(part) for part in marks),
        "regions": f"boxes of the masks' 8-connected components of at least {config.least_area} pixels",
        "tracks": (
            f"components of consecutive frames, linked greedily from IoU {config.track_iou:g} on; published RBDC and "
            "TBDC of Ped2 use tracks drawn by hand, so these are near those, not the same"
        ),
        "area": "0 to 1 false region a frame, by trapezoids, flat after the last point; equal scores come together",
        "tbdc_interval": (
            f"bootstrap over the {len(names)} clips, whole: rough, since they are few"
            if len(names) > 1
            else "none: clips are drawn and there is one, so it is given as 0 to 1"
        ),
    }


def _estimate(value: float, resampled: NDArray[np.float64]) -> Estimate:
    low, high = percentile_interval(resampled)
    return Estimate(value=value, low=low, high=high)
