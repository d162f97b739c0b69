"""Batches for the two networks, with what each shall say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from zhsq.imaging import RGBImage
from zhsq.models.plate.locate_centres import cut, expected
from zhsq.training.locator.network import STRIDE
from zhsq.training.locator.pool import Kept, tinted, view

Floats = NDArray[np.float32]
#: Share of a plate that must be seen for it to be asked for, and below the other for it to be neither right nor wrong.
SEEN, GLIMPSED = 0.7, 0.15
#: Width in pixels below which a plate is neither right nor wrong: nobody could read it.
NARROWEST = 14
#: Crops of one scene, at most.
_CROPS = 8


class FinderBatches(IterableDataset[tuple[Tensor, Tensor, Tensor, Tensor, Tensor]]):
    """Endless batches: photos (n, 3, side, side) uint8; heat (n, 1, s, s) 0..1; its weight; corners (n, 8, s, s) in
    cells from the cell's centre; their weight (n, 1, s, s), in which the size of the plate is accounted for."""

    def __init__(self, pool: Sequence[Kept], side: int, batch: int, seed: int) -> None:
        self.pool, self.side, self.batch, self.seed = pool, side, batch, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor, Tensor]]:
        rng = _generator(self.seed)
        while True:
            photos, targets = [], []
            for index in rng.integers(0, len(self.pool), self.batch):
                kept = self.pool[int(index)]
                image, corners = view(kept, self.side, rng)
                photos.append(torch.from_numpy(image.transpose(2, 0, 1).copy()))
                targets.append(finder_target(corners, kept.visible, self.side))
            heat, care, corners_, weight = (torch.from_numpy(np.stack(part)) for part in zip(*targets, strict=True))
            yield torch.stack(photos), heat, care, corners_, weight


def finder_target(corners: Floats, visible: Floats, side: int) -> tuple[Floats, Floats, Floats, Floats]:
    """What the finder shall say of a square view.

    Args:
        corners: (n, 4, 2) pixels of the view.
        visible: (n,) share of each that its scene showed.
        side: of the view, pixels.

    Returns:
        heat (1, s, s), its weight (1, s, s), corners (8, s, s), their weight (1, s, s), s = side / 8.
    """
    cells = side // STRIDE
    heat, care = np.zeros((cells, cells), np.float32), np.ones((cells, cells), np.float32)
    where, weight = np.zeros((8, cells, cells), np.float32), np.zeros((cells, cells), np.float32)
    middle = np.stack(np.meshgrid(np.arange(cells), np.arange(cells)), axis=-1) + 0.5  # (y, x) -> x, y in cells
    for quad, shown in zip(corners / STRIDE, visible, strict=True):
        seen = float(shown) * _inside(quad, cells)
        centre = quad.mean(0)
        wide = float(np.linalg.norm(quad[1] + quad[2] - quad[0] - quad[3])) / 2
        if seen < SEEN or wide * STRIDE < NARROWEST or not (centre.min() >= 0 and centre.max() < cells):
            if seen > 0:
                grown = centre + (quad - centre) * 1.3
                cv2.fillConvexPoly(care, np.round(grown - 0.5).astype(np.int32), 0.0)
            continue
        # The hill is as long and as tall as a quarter of the plate, and turned with it.
        axes = np.stack([quad[1] + quad[2] - quad[0] - quad[3], quad[2] + quad[3] - quad[0] - quad[1]], axis=1) / 4
        spread = axes @ np.diag([0.3**2, 0.4**2]) @ axes.T + np.eye(2) * 0.35**2
        away = middle - centre
        hill = np.exp(-0.5 * np.einsum("yxi,ij,yxj->yx", away, np.linalg.inv(spread), away)).astype(np.float32)
        row, column = int(centre[1]), int(centre[0])
        hill[row, column] = 1.0
        owns = hill > np.maximum(heat, 0.3)
        where[:, owns] = (quad[None] - middle[owns][:, None]).reshape(-1, 8).T
        weight[owns] = hill[owns] / np.sqrt(max(cv2.contourArea(quad.astype(np.float32)), 1.0))
        np.maximum(heat, hill, out=heat)
    return heat[None], np.maximum(care, heat >= 0.3)[None].astype(np.float32), where, weight[None]


def _generator(seed: int) -> np.random.Generator:
    """Each worker of a loader draws its own."""
    worker = get_worker_info()
    return np.random.default_rng(seed if worker is None else [seed, worker.id])


def _inside(quad: Floats, cells: int) -> float:
    """Share of a plate within the view, by a grid of points on it."""
    u, v = np.meshgrid((np.arange(8) + 0.5) / 8, (np.arange(3) + 0.5) / 3)
    u, v = u[..., None], v[..., None]
    points = quad[0] * (1 - u) * (1 - v) + quad[1] * u * (1 - v) + quad[2] * u * v + quad[3] * (1 - u) * v
    return float(((points >= 0) & (points < cells)).all(-1).mean())


class RefinerBatches(IterableDataset[tuple[Tensor, Tensor, Tensor, Tensor]]):
    """Endless batches: crops (n, 3, 64, 128) uint8, moves (n, 8), whether they count (n,), plate or not (n,)."""

    def __init__(self, pool: Sequence[Kept], batch: int, seed: int) -> None:
        self.pool, self.batch, self.seed = pool, batch, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        rng = _generator(self.seed)
        while True:
            found: list[tuple[RGBImage, Floats, bool]] = []
            while len(found) < self.batch:
                found += refiner_examples(self.pool[int(rng.integers(len(self.pool)))], rng)
            crops, moves, plates = zip(*found[: self.batch], strict=True)
            truth = torch.tensor(plates, dtype=torch.float32)
            pixels = torch.from_numpy(np.stack(crops).transpose(0, 3, 1, 2).copy())
            yield pixels, torch.from_numpy(np.stack(moves)), truth, truth


def refiner_examples(kept: Kept, rng: np.random.Generator) -> list[tuple[RGBImage, Floats, bool]]:
    """Crops of one scene, the moves (8,) that lead to the true corners (0 where there is no plate), plate or not."""
    image = kept.image()
    wanted = kept.visible >= SEEN
    examples: list[tuple[RGBImage, Floats, bool]] = []
    for quad in kept.corners[wanted]:
        if np.linalg.norm(quad[1] - quad[0]) < NARROWEST:
            continue
        for _ in range(3):
            guess = jittered(quad, rng)
            if _convex(guess):
                examples.append((tinted(cut(image, guess), rng), moves_to(guess, quad), True))
    side = image.shape[0]
    free = [jittered(quad, rng) for quad in kept.others]
    for _ in range(2):  # anything else
        wide = float(np.exp(rng.uniform(np.log(16), np.log(200))))
        tall = wide * rng.uniform(0.2, 0.6)
        corner = rng.uniform(-10, side - 20, 2)
        free.append(
            (
                corner + np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]]) + rng.normal(0, 0.04 * wide, (4, 2))
            ).astype(np.float32)
        )
    for guess in free:
        inside = (guess.mean(0) > 0).all() and (guess.mean(0) < side).all()
        if inside and _convex(guess) and not any(_overlap(guess, quad) > 0.1 for quad in kept.corners):
            examples.append((tinted(cut(image, guess), rng), np.zeros(8, np.float32), False))
    order = rng.permutation(len(examples))[:_CROPS]
    return [examples[int(i)] for i in order]


def jittered(quad: Floats, rng: np.random.Generator) -> Floats:
    """Corners as wrong as the finder's are: moved, scaled and turned together, and each by itself."""
    much = rng.choice([0.25, 1.0, 1.6], p=[0.35, 0.5, 0.15])
    along, down = (quad[1] + quad[2] - quad[0] - quad[3]) / 2, (quad[2] + quad[3] - quad[0] - quad[1]) / 2
    grid = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    grid = grid * (1 + rng.normal(0, (0.07, 0.12)) * much) + rng.normal(0, (0.04, 0.09)) * much
    grid[:, 1] += grid[:, 0] * rng.normal(0, 0.15) * much
    grid += rng.normal(0, 1, (4, 2)) * (0.025, 0.06) * much
    start = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    change = grid - start
    return np.asarray(quad + change[:, :1] * along + change[:, 1:] * down, np.float32)


def moves_to(guess: Floats, quad: Floats) -> Floats:
    """The moves (8,) by which `locate_centres.moved` turns `guess` into `quad`."""
    target = expected()
    matrix = cv2.getPerspectiveTransform(np.asarray(guess, np.float32), target)
    there = cv2.perspectiveTransform(np.asarray(quad, np.float32)[None], matrix)[0]
    return np.asarray(((there - target) / (target[2] - target[0])).reshape(8), np.float32)


def _convex(quad: Floats) -> bool:
    return bool(cv2.isContourConvex(quad.astype(np.float32).reshape(-1, 1, 2))) and cv2.contourArea(quad) > 20


def _overlap(a: Floats, b: Floats) -> float:
    """Share of the smaller of two convex quadrangles that the other covers."""
    common, _ = cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))
    return float(common) / max(1.0, min(cv2.contourArea(a), cv2.contourArea(b)))
