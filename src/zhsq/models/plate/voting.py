"""One read from several frames of one pass: provisional after each frame, then final.

Frames are pooled by a logarithmic opinion pool (Genest and Zidek, Combining probability distributions, Statistical
Science 1, 1986): per place, the weighted sum of the logarithms of the frames' tables. Three things make it hold in
practice:

- A frame counts by its confidence, so that a blurred one says little.
- Frames of one pass share the car, the light and the dirt. Were they taken as independent, ten poor frames would make
  certainty. The weights add up to the effective number of frames, m / (1 + (m - 1) rho) for m frames correlated by rho
  (Kish, Survey Sampling, 1965, design effect): at most 1 / rho however many there are.
- A frame of something else (the car in the next lane, a text that lost a character, a sign) must not blend in. A frame
  belongs to the pass with the probability by Bayes that it shows the pooled plate and not just any plate of the grammar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from zhsq.errors import ZhsqError
from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.grammar import Colour, is_plate
from zhsq.models.plate.lattice import Float64Array, Posterior, condition, count, likeliest
from zhsq.models.plate.matching import lost_on_green
from zhsq.models.plate.provinces import ProvincePrior
from zhsq.models.plate.types import PlateRead, Table, codes_of

#: Correlation between frames of one pass: half of what is wrong with one is wrong with all (a choice, not a fit).
CORRELATION = 0.5
#: Share of frames that show something else, before any is seen.
OUTLIERS = 0.1
#: A symbol that some frame gives this much is not vetoed by another: that one counts as if it gave as much.
FLOOR = 1e-3
#: Share of all weight that frames of the plate read must have for it to be sure.
LEAST_AGREEMENT = 2 / 3
#: Frames that must show it for a sure read to be final before the pass is closed.
LEAST_FRAMES = 2
#: Different texts that are tried as the plate of the pass, those of most weight first.
_TRIED = 6
_ROUNDS = 3
_TINY = 1e-12


class VoteClosedError(ZhsqError):
    """A frame came after the final read."""

    code = "conflict"


@dataclass(frozen=True)
class Ballot:
    """The outcome so far.

    Attributes:
        state: 'provisional' until it is sure enough or closed, then 'final'.
        read: the pooled read; None when no frame showed a plate.
        frames: how many were given, those without a plate included.
        agreeing: how many of them show the plate that was read (the sum of their probabilities to).
        agreement: their share of the weight of all frames that showed a plate, 0..1.
        sure: whether the read is a plate that its ground does not contradict, its weakest place reaches the vote's
            threshold, and the frames that show it have two thirds of the weight.
    """

    state: Literal["provisional", "final"]
    read: PlateRead | None
    frames: int
    agreeing: float
    agreement: float
    sure: bool


@dataclass(frozen=True)
class _Frame:
    read: PlateRead
    weight: float
    seen: Posterior


@dataclass(frozen=True)
class _Pool:
    table: Table
    belongs: Float64Array
    score: float


class Vote:
    """The vote of one pass. It keeps tables of probabilities and no image. Not for several threads at once.

    Args:
        accept: what the weakest place must reach for the read to be sure, 0..1 (bundle threshold 'accept').
        stop_when_sure: whether a sure read is final at once, or only when the vote is closed.
        provinces: what to expect at this gate; counted once, however many frames there are. None expects all alike.
    """

    def __init__(self, accept: float, stop_when_sure: bool = True, provinces: ProvincePrior | None = None) -> None:
        self._accept = accept
        self._provinces = provinces
        self._stop = stop_when_sure
        self._frames: list[_Frame] = []
        self._given = 0
        self._ballot = Ballot("provisional", None, 0, 0.0, 0.0, False)

    @property
    def ballot(self) -> Ballot:
        """The outcome so far."""
        return self._ballot

    def add(self, read: PlateRead | None) -> Ballot:
        """Count one frame; None, or a read without text, is a frame that showed no plate.

        Raises:
            VoteClosedError: the read is final.
        """
        if self._ballot.state == "final":
            raise VoteClosedError("The read of this pass is final.", "Open another pass.")
        self._given += 1
        if read is not None and read.text:
            self._frames.append(_Frame(read, max(read.confidence, _TINY), condition(read.table)))
        ballot = self._count()
        enough = ballot.sure and ballot.agreeing >= LEAST_FRAMES - 0.5
        self._ballot = replace(ballot, state="final") if enough and self._stop else ballot
        return self._ballot

    def close(self) -> Ballot:
        """Make the outcome final, sure or not."""
        self._ballot = replace(self._ballot, state="final")
        return self._ballot

    def _count(self) -> Ballot:
        if not self._frames:
            return Ballot("provisional", None, self._given, 0.0, 0.0, False)
        weights = np.array([frame.weight for frame in self._frames])
        pool = _pool(self._frames, weights)
        agreeing = float(pool.belongs.sum())
        agreement = float((weights * pool.belongs).sum() / weights.sum())
        colour = _colour(self._frames, weights * pool.belongs)
        doubt = () if agreement >= LEAST_AGREEMENT else ("frames of this pass show different plates",)
        read = read_of(pool.table, colour, doubt)
        if self._provinces is not None:
            read = self._provinces.apply(read)
        sure = (
            is_plate(read.text)
            and not lost_on_green(read)
            and read.confidence >= self._accept
            and agreement >= LEAST_AGREEMENT
        )
        return Ballot("provisional", read, self._given, agreeing, agreement, sure)


def _pool(frames: Sequence[_Frame], weights: Float64Array) -> _Pool:
    """The pool of greatest likelihood of those that grow from each text that was read, and from all frames together."""
    tables = np.stack([frame.read.table for frame in frames]).astype(np.float64)
    support: Counter[str] = Counter()
    for frame, weight in zip(frames, weights, strict=True):
        support[frame.read.text] += weight
    starts: list[Float64Array] = [np.ones(len(frames))]
    if len(support) > 1:
        texts = [text for text, _ in support.most_common(_TRIED)]
        starts += [np.array([float(frame.read.text == text) for frame in frames]) for text in texts]
    return max((_grow(frames, tables, weights, start) for start in starts), key=lambda pool: pool.score)


def _grow(frames: Sequence[_Frame], tables: Float64Array, weights: Float64Array, belongs: Float64Array) -> _Pool:
    """Pool those that belong, ask who belongs to that, and again."""
    for _ in range(_ROUNDS):
        table = _together(tables, weights * belongs)
        text = likeliest(table)
        if not text:  # no plate of the grammar is left: nothing to compare frames with
            return _Pool(table.astype(np.float32), belongs, -np.inf)
        codes = codes_of(text)[None]
        shown = (1 - OUTLIERS) * np.array([float(frame.seen.likelihood(codes)[0]) for frame in frames])
        by_chance = OUTLIERS / _plates()
        following = shown / (shown + by_chance)
        score = float((weights * np.log(shown + by_chance)).sum())
        if not following.any():
            return _Pool(table.astype(np.float32), belongs, score)
        belongs = following
    return _Pool(_together(tables, weights * belongs).astype(np.float32), belongs, score)


def _together(tables: Float64Array, weights: Float64Array) -> Float64Array:
    """The pool of tables (n, 8, 73) by weights (n,), of which at least one isn't 0: (8, 73), rows add up to 1."""
    weights = weights / weights.max()  # squares of very small ones would vanish
    effective = weights.sum() ** 2 / (weights**2).sum()
    shares = weights / weights.sum() * effective / (1 + (effective - 1) * CORRELATION)
    supported = tables[weights > 0].max(axis=0) >= FLOOR
    heard = np.where(supported, np.maximum(tables, FLOOR), np.maximum(tables, _TINY))
    logs = np.tensordot(shares, np.log(heard), axes=1)
    pooled = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(pooled / pooled.sum(axis=1, keepdims=True), np.float64)


def _colour(frames: Sequence[_Frame], weights: Float64Array) -> Colour:
    """The ground that most weight saw; 'unknown' when no frame saw one."""
    seen: dict[Colour, float] = {}
    for frame, weight in zip(frames, weights, strict=True):
        if frame.read.colour != "unknown":
            seen[frame.read.colour] = seen.get(frame.read.colour, 0.0) + float(weight)
    return max(seen, key=lambda colour: seen[colour], default="unknown")


@cache
def _plates() -> int:
    return count()
