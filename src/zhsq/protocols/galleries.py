"""Seeded galleries drawn from a set of templates, and what its other photos score against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.identification import Search

#: Probes compared at once; bounds the memory.
ROWS = 1024
#: People left out of the largest gallery, so that false positives can be counted at all.
LEFT_OUT = 300


@dataclass(frozen=True)
class Templates:
    """Templates of a set, photo by photo.

    Attributes:
        vectors: L2-normalised, shape (n, d); NaN rows for photos that failed to acquire.
        people: person of each photo, codes 0..p-1, shape (n,).
        names: of the people, shape (p,).
        photos: shape (n,).
    """

    vectors: NDArray[np.float32]
    people: NDArray[np.int64]
    names: NDArray[np.str_]
    photos: tuple[Path, ...]

    @property
    def acquired(self) -> NDArray[np.bool_]:
        """Photos in which a face was found, shape (n,)."""
        return np.asarray(np.isfinite(self.vectors).all(axis=1), dtype=np.bool_)

    @classmethod
    def of(cls, photos: Mapping[Path, str], vectors: Mapping[Path, NDArray[np.float32]]) -> Templates:
        """From the person and the template of every photo; a photo without a template failed to acquire."""
        order = tuple(sorted(photos))
        names, people = np.unique(np.array([photos[photo] for photo in order]), return_inverse=True)
        length = len(next(iter(vectors.values()))) if vectors else 1
        rows = np.full((len(order), length), np.nan, dtype=np.float32)
        for i, photo in enumerate(order):
            if photo in vectors:
                rows[i] = vectors[photo]
        return cls(rows, people.astype(np.int64), names, order)


def largest(templates: Templates) -> int:
    """The largest gallery that leaves enough people out."""
    return largest_of(len(np.unique(templates.people[templates.acquired])))


def largest_of(people: int) -> int:
    """The largest gallery of so many people that leaves enough of them out."""
    return max(1, people - min(LEFT_OUT, people // 2))


def search(templates: Templates, size: int, seed: int, photos_each: int = 1) -> tuple[Search, NDArray[np.int64]]:
    """Enrol `size` people and search every other photo; a person's score is that of the best of their templates.

    People with further photos are enrolled first, in an order drawn by the seed: they are the ones whose recognition
    can be measured. Only photos that were acquired are enrolled. People who are not enrolled are the non-mated probes.

    Args:
        templates: the set.
        size: people to enrol.
        seed: of the draw.
        photos_each: photos enrolled of a person at most; one at least stays a probe where there are two.

    Returns:
        (the scores, the photos' indices: mated probes first, then non-mated, in the order of the scores).

    Raises:
        ValueError: the set has too few people for this gallery.
    """
    if not 1 <= size <= largest(templates):
        raise ValueError(f"a gallery of {size} people; the set allows 1 to {largest(templates)}")
    random = np.random.default_rng(seed)
    acquired = templates.acquired
    photos = np.bincount(templates.people, minlength=len(templates.names))
    order = random.permutation(np.unique(templates.people[acquired]))
    order = np.concatenate([order[photos[order] > 1], order[photos[order] == 1]])
    slot = np.full(len(templates.names), -1)
    slot[order[:size]] = np.arange(size)
    shuffled = random.permutation(np.flatnonzero(acquired))
    person = templates.people[shuffled]
    # Rank of each photo among its person's, in the shuffled order.
    grouped = np.argsort(person, kind="stable")
    starts = np.searchsorted(person[grouped], person[grouped], side="left")
    rank = np.empty(len(person), dtype=np.int64)
    rank[grouped] = np.arange(len(person)) - starts
    allowed = np.maximum(1, np.minimum(photos_each, photos - 1))
    entries = shuffled[(slot[person] >= 0) & (rank < allowed[person])]
    entries = entries[np.argsort(slot[templates.people[entries]], kind="stable")]
    is_entry = np.zeros(len(templates.people), dtype=bool)
    is_entry[entries] = True
    known = slot[templates.people] >= 0
    mated, other = np.flatnonzero(known & ~is_entry), np.flatnonzero(~known)
    gallery, owner = templates.vectors[entries], slot[templates.people[entries]]
    own, best = _scores(templates.vectors[mated], gallery, owner, slot[templates.people[mated]])
    _, top = _scores(templates.vectors[other], gallery, owner, np.zeros(len(other), dtype=np.int64))
    found = Search(
        gallery=size,
        mated=own,
        first=(own >= best) & np.isfinite(own),
        mated_people=templates.people[mated],
        other=top,
        other_people=templates.people[other],
    )
    return found, np.concatenate([mated, other])


def _scores(
    probes: NDArray[np.float32], gallery: NDArray[np.float32], owner: NDArray[np.int64], own: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score of the own person and of the best; -inf where the probe was not acquired. `owner` is sorted, 0..N-1."""
    starts = np.searchsorted(owner, np.arange(owner[-1] + 1))
    mine, best = np.full(len(probes), -np.inf), np.full(len(probes), -np.inf)
    for at in range(0, len(probes), ROWS):
        block = probes[at : at + ROWS] @ gallery.T
        good = np.isfinite(block).all(axis=1)
        people = np.maximum.reduceat(block, starts, axis=1)
        rows = np.arange(len(block))
        mine[at : at + ROWS] = np.where(good, people[rows, own[at : at + ROWS]], -np.inf)
        best[at : at + ROWS] = np.where(good, np.nan_to_num(people, nan=-np.inf).max(axis=1), -np.inf)
    return mine, best
