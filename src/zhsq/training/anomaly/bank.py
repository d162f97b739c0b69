"""Banks of normal examples, and the statistics of their distances by cross-fitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhsq.models.anomaly.build import Bank
from zhsq.models.graph import FloatArray

#: The 95 % quantile of a standard normal.
Z95 = 1.6449


def spread(features: FloatArray, size: int, pool: int, random: np.random.Generator) -> FloatArray:
    """Rows that cover what is normal: greedy k-centre (Gonzalez, 1985), as PatchCore's coreset (Roth et al., CVPR 2022).

    Args:
        features: (n, d).
        size: rows chosen.
        pool: rows drawn at random, from which they are chosen.
        random: of the draw.

    Returns:
        (min(n, size), d).
    """
    drawn = features[random.permutation(len(features))[:pool]]
    if len(drawn) <= size:
        return drawn
    squares, chosen = (drawn**2).sum(1), [0]
    nearest = np.full(len(drawn), np.inf, np.float32)
    while len(chosen) < size:
        at = chosen[-1]
        nearest = np.minimum(nearest, squares - 2 * (drawn @ drawn[at]) + squares[at])
        chosen.append(int(np.argmax(nearest)))
    return drawn[chosen]


def fit_bank(features: FloatArray, size: int, pool: int, components: int, seed: int) -> Bank:
    """A bank whose distances are not calibrated yet.

    Args:
        features: (n, d) of normal windows.
        size, pool: see `spread`.
        components: principal components kept and made equally wide; 0 scales each feature by itself.
        seed: of the draw.
    """
    mean, scale = features.mean(0), np.maximum(features.std(0), 1e-3)
    project = np.diag(1 / scale)
    if components:
        values, axes = np.linalg.eigh(np.cov(((features - mean) / scale).T.astype(np.float64)))
        best = np.argsort(values)[::-1][:components]
        project = project @ (axes[:, best] / np.sqrt(values[best] + 0.01))
    project = project.astype(np.float32)
    rows = spread((features - mean) @ project, size, pool, np.random.default_rng(seed))
    return Bank(mean.astype(np.float32), project, rows.astype(np.float32))


def calibrated(bank: Bank, distances: NDArray[np.float32], weight: float = 1.0) -> Bank:
    """The bank with the statistics of distances (n,) of normal windows that no bank held, and its weight."""
    middle, spread = middle_and_spread(distances)
    return replace(bank, middle=middle, spread=spread, weight=weight)


def middle_and_spread(values: NDArray[np.float32]) -> tuple[float, float]:
    """Median, and standard deviation as the 95 % quantile gives it: a few odd values do not blunt the rest."""
    middle, high = (float(value) for value in np.quantile(values, (0.5, 0.95)))
    return middle, max((high - middle) / Z95, 1e-3)


def folds(count: int, wanted: int) -> list[list[int]]:
    """Indices of clips in folds of neighbours: clips of one hour resemble each other."""
    parts = np.array_split(np.arange(count), min(count, wanted))
    return [part.tolist() for part in parts]


def others(parts: Sequence[Sequence[int]], held: int) -> list[int]:
    """All indices but those of one fold."""
    return [i for k, part in enumerate(parts) if k != held for i in part]
