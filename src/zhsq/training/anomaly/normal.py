"""Windows of normal clips, and their scores by banks that never saw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhsq.models.anomaly.build import Bank
from zhsq.models.anomaly.evidence import Evidence, heat
from zhsq.models.anomaly.params import AnomalyParams
from zhsq.models.anomaly.pipeline import Features, Windows
from zhsq.models.graph import FloatArray, GraphRunner
from zhsq.training.anomaly.bank import calibrated, fit_bank, folds, others
from zhsq.training.anomaly.config import AnomalyExperiment

#: The kinds of features, in the order in which they are summed.
KINDS = ("motion", "looks")
Clip = list[Windows]


@dataclass(frozen=True)
class Normal:
    """What is normal: the final banks, and cross-fitted figures of the clips.

    Attributes:
        banks: by kind, of all clips, calibrated on windows that were held out.
        scores: by clip, (n,) float64 frame scores as watching would give them, by banks of the other clips.
        hottest: by clip, (n,) float64 highest heat of each frame.
    """

    banks: dict[str, Bank]
    scores: list[NDArray[np.float64]]
    hottest: list[NDArray[np.float64]]

    def threshold(self, config: AnomalyExperiment) -> float:
        """The recommended alert threshold: see `AnomalyExperiment.alert_quantile`."""
        parts = folds(len(self.scores), config.folds)
        levels = [np.quantile(np.concatenate([self.scores[i] for i in p]), config.alert_quantile) for p in parts]
        return float(np.median(levels))

    def region(self, config: AnomalyExperiment) -> float:
        """From how much heat on a cell is part of a region: see `AnomalyExperiment.region_quantile`."""
        return float(np.quantile(np.concatenate(self.hottest), config.region_quantile))


def windows_of(frames: Iterable[NDArray[np.uint8]], params: AnomalyParams, runner: GraphRunner | None) -> Clip:
    """Windows of a clip's frames; `runner` runs the backbone, None where `params` have none."""
    features = Features(params, runner)
    return [features(frame) for frame in frames]


def learn(clips: Sequence[Clip], config: AnomalyExperiment) -> Normal:
    """Banks of all clips, and how each clip scores against banks of the others.

    Args:
        clips: at least `config.folds`, each with moving windows somewhere.
        config: of the experiment.
    """
    kinds = KINDS if config.params.appearance else KINDS[:1]
    rows = {kind: [rows_of(clip, kind) for clip in clips] for kind in kinds}
    parts = folds(len(clips), config.folds)
    held: dict[str, list[NDArray[np.float32]]] = {kind: [np.empty(0, np.float32)] * len(clips) for kind in kinds}
    for kind in kinds:
        for fold, part in enumerate(parts):
            bank = bank_of([rows[kind][i] for i in others(parts, fold)], kind, config)
            for i in part:
                held[kind][i] = bank.distances(rows[kind][i])
    weights = {"motion": 1.0, "looks": config.looks}
    banks = {
        kind: calibrated(bank_of(rows[kind], kind, config), np.concatenate(held[kind]), weights[kind]) for kind in kinds
    }
    scores, hottest = [], []
    for i, clip in enumerate(clips):
        frame_scores, hot, _ = replay(clip, standard({k: held[k][i] for k in kinds}, banks), config.params)
        scores.append(frame_scores)
        hottest.append(hot)
    return Normal(banks, scores, hottest)


def bank_of(rows: Sequence[FloatArray], kind: str, config: AnomalyExperiment) -> Bank:
    """A bank of one kind of feature, not calibrated yet."""
    components = config.components if kind == "looks" else 0
    return fit_bank(np.concatenate(rows), config.bank, config.pool, components, config.seed)


def scored(
    clip: Clip, banks: dict[str, Bank], params: AnomalyParams
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[FloatArray]]:
    """What `replay` gives for a clip that none of the banks saw."""
    distances = {kind: bank.distances(rows_of(clip, kind)) for kind, bank in banks.items()}
    return replay(clip, standard(distances, banks), params)


def standard(distances: dict[str, NDArray[np.float32]], banks: dict[str, Bank]) -> FloatArray:
    """Scores of windows from their distances, as the graph of `models.anomaly.build` computes them: (n,) >= 0."""
    parts = [(distances[k] - bank.middle) / bank.spread * bank.weight for k, bank in banks.items()]
    return np.asarray(np.maximum(np.sum(parts, axis=0), 0), np.float32)


def replay(
    clip: Clip, scores: FloatArray, params: AnomalyParams
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[FloatArray]]:
    """Gather evidence over a clip.

    Args:
        clip: windows of its frames.
        scores: (windows of all frames,), in order.
        params: of the model.

    Returns:
        Frame scores (n,), each frame's highest heat (n,), and the heat of each frame.
    """
    evidence, frame_scores, maps, at = Evidence(params), [], [], 0
    for windows in clip:
        grid = np.full(windows.flow.shape[:2], np.nan, np.float32)
        n = len(windows.places)
        grid[tuple(windows.places.T)] = scores[at : at + n]
        at += n
        held = evidence(grid, windows.flow)
        frame_scores.append(float(held.max()))
        maps.append(heat(held, windows.shape, params))
    return np.array(frame_scores), np.array([float(m.max()) for m in maps]), maps


def rows_of(clip: Clip, kind: str) -> FloatArray:
    """Features of one kind of all windows of a clip, frames in order: (n, d) float32."""
    return np.concatenate([windows.motion if kind == "motion" else windows.looks for windows in clip])
