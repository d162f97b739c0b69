"""Synthetic crops as batches: a worker keeps a pool that it renews while it draws from it, so training never waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from zhsq.imaging import RGBImage
from zhsq.models.plate.grammar import PLACES
from zhsq.models.plate.preprocess import fit_crop
from zhsq.models.plate.types import codes_of
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.synthesis import SHARES, Synthesis


class Stream(IterableDataset[tuple[Tensor, Tensor]]):
    """Endless batches: crops (batch, 3, height, width) uint8 and classes (batch, 8) int64.

    Args:
        config: of the synthesis.
        size: width and height of the network's input.
        batch: crops in a batch.
        reuse: how often a crop is drawn on average before a new one takes its place; 1 draws each once.
        pool: crops kept, of which a batch is a random choice.
        seed: workers add their number to it.
    """

    def __init__(
        self, config: SynthesisConfig, size: tuple[int, int], batch: int, reuse: float, pool: int, seed: int
    ) -> None:
        self.config, self.size, self.batch, self.reuse, self.pool, self.seed = config, size, batch, reuse, pool, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        worker = get_worker_info()
        seed = self.seed * 1000 + (worker.id if worker else 0)
        synthesis, rng = Synthesis(self.config, seed), np.random.default_rng([seed, 2])
        width, height = self.size
        pixels = np.empty((self.pool, 3, height, width), np.uint8)
        codes = np.empty((self.pool, PLACES), np.int64)
        filled, written, owed = 0, 0, 0.0
        while True:
            owed += self.batch / self.reuse
            if filled < self.batch:
                owed = max(owed, self.batch - filled)
            for _ in range(int(owed)):
                sample = synthesis.sample()
                slot = written % self.pool
                pixels[slot] = fit_crop(sample.image, width, height).transpose(2, 0, 1)
                codes[slot] = codes_of(sample.text)
                written, filled = written + 1, min(filled + 1, self.pool)
            owed -= int(owed)
            chosen = rng.choice(filled, self.batch, replace=False)
            yield torch.from_numpy(pixels[chosen]), torch.from_numpy(codes[chosen])


@dataclass(frozen=True)
class FixedSet:
    """Crops that stay: `images` as the camera gave them, (h, w, 3) uint8 RGB; `crops` (n, 3, height, width) uint8 as the
    network takes them; `codes` (n, 8) int64, their texts and plate classes."""

    images: list[RGBImage]
    crops: NDArray[np.uint8]
    codes: NDArray[np.int64]
    texts: list[str]
    classes: list[str]


def fixed(config: SynthesisConfig, size: tuple[int, int], count: int, seed: int) -> FixedSet:
    """Draw a set whose plate classes take turns, so that each has an equal part."""
    synthesis, names = Synthesis(config, seed), list(SHARES)
    samples = [synthesis.sample(names[i % len(names)]) for i in range(count)]
    return FixedSet(
        [sample.image for sample in samples],
        np.stack([fit_crop(sample.image, *size).transpose(2, 0, 1) for sample in samples]),
        np.stack([codes_of(sample.text) for sample in samples]).astype(np.int64),
        [sample.text for sample in samples],
        [str(sample.plate_class) for sample in samples],
    )
