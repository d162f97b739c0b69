"""Frame-level video anomaly without the leak of per-clip normalisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics import anomaly as m
from zhsq.metrics.intervals import percentile_interval
from zhsq.protocols.report import Estimate, Figures


class VideoAnomaly(BaseModel):
    """The protocol's settings; changing one changes the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = "frame-auroc-no-clip-normalisation"
    #: Frames a block of the bootstrap: about three seconds of Ped2's ten frames a second.
    block: int = 30
    resamples: int = 1000
    seed: int = 0


def evaluate(
    config: VideoAnomaly, *, scores: NDArray[np.float64], anomalous: NDArray[np.bool_], clips: NDArray[Any]
) -> Figures:
    """Evaluate one score a frame; scores of all clips are compared as they are.

    Args:
        scores: higher is more unusual, shape (n,).
        anomalous: ground truth, shape (n,).
        clips: the clip of each frame, shape (n,).

    Raises:
        ValueError: a score is not finite, or all frames are of one kind.
    """
    if not np.isfinite(scores).all():
        bad = int((~np.isfinite(scores)).sum())
        raise ValueError(f"{bad} of {len(scores)} frame scores are NaN or infinite: the scorer failed on them.")
    if anomalous.all() or not anomalous.any():
        raise ValueError("The protocol needs normal and anomalous frames.")
    draws = m.block_draws(clips, block=config.block, resamples=config.resamples, seed=config.seed)

    def estimate(statistic: Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], float]) -> Estimate:
        values = np.array([statistic(scores[d], anomalous[d], clips[d]) for d in draws])
        low, high = percentile_interval(values)
        return Estimate(value=statistic(scores, anomalous, clips), low=low, high=high)

    stretched = scores.copy()
    for clip in np.unique(clips):
        inside = clips == clip
        low, high = scores[inside].min(), scores[inside].max()
        stretched[inside] = (scores[inside] - low) / max(high - low, 1e-12)
    return Figures(
        metrics={
            "frame_auroc_micro": estimate(lambda s, a, _: m.frame_auroc(s, a)),
            "frame_auroc_macro": estimate(lambda s, a, c: m.frame_auroc_macro(s, a, c)[0]),
            "eer": estimate(lambda s, a, _: m.frame_eer(s, a)),
        },
        details={
            "frames": len(scores),
            "anomalous_frames": int(anomalous.sum()),
            "auroc_by_clip": m.frame_auroc_macro(scores, anomalous, clips)[1],
            "padding": "macro: one normal frame below and one anomalous frame above each clip's scores",
            "comparison_only_frame_auroc_micro_with_per_clip_min_max": m.frame_auroc(stretched, anomalous),
        },
    )
