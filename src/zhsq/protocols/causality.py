"""Does a frame's score depend on later frames? Then it can't be had live, and its figures are too good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
#: Scores a clip's frames anew at each call: (n,) for n frames.
Scorer = Callable[[Sequence[Frame]], NDArray[np.float64]]


@dataclass(frozen=True)
class Causality:
    """What a check found.

    Attributes:
        frames: how many were scored; the check says nothing about dependence over longer times.
        cuts: after how many frames the clip was changed.
        first: the first frame (from 0) whose score differed, None if none did.
        change: what was done to make it differ, '' if none did.
    """

    frames: int
    cuts: tuple[int, ...]
    first: int | None = None
    change: str = ""

    @property
    def causal(self) -> bool:
        return self.first is None


def causality(
    scorer: Scorer, frames: Sequence[Frame], *, cuts: Sequence[int] = (), tolerance: float = 0.0, seed: int = 0
) -> Causality:
    """Score a clip, then again with all frames after a cut left out, and replaced by noise: the scores before the cut
    must stay.

    First the same frames are scored twice, so that a scorer that is random, or keeps state, is not taken for one that
    looks ahead.

    Args:
        scorer: called with the whole clip each time; must start afresh.
        frames: a clip's first frames, each (h, w) or (h, w, 3) uint8; at least 2.
        cuts: how many frames stay, each 1..n-1; none given: after a third and two thirds.
        tolerance: how far two scores may differ.
        seed: of the noise.

    Raises:
        ValueError: fewer than 2 frames, a cut out of range, or the scorer gives another number of scores than frames.
    """
    n = len(frames)
    places = tuple(cuts) or tuple(sorted({max(1, n // 3), max(1, 2 * n // 3)}))
    if n < 2 or not all(0 < cut < n for cut in places):
        raise ValueError(f"The check needs at least 2 frames and cuts within them, not {n} frames and cuts {places}.")
    random = np.random.default_rng(seed)
    noise = [random.integers(0, 256, frame.shape, dtype=np.uint8) for frame in frames]
    whole = _scored(scorer, frames)
    trials = [(n, list(frames), "the same frames were scored again")]
    for cut in places:
        trials.append((cut, list(frames[:cut]), f"the frames after the first {cut} were left out"))
        trials.append((cut, [*frames[:cut], *noise[cut:]], f"the frames after the first {cut} were replaced by noise"))
    for cut, changed, change in trials:
        # Written so that NaN counts as a difference, unless it was there before.
        before, after = whole[:cut], _scored(scorer, changed)[:cut]
        same = (before == after) | (np.abs(before - after) <= tolerance) | (np.isnan(before) & np.isnan(after))
        if not same.all():
            return Causality(n, places, int(np.argmin(same)), change)
    return Causality(n, places)


def require_causal(
    scorer: Scorer, frames: Sequence[Frame], *, cuts: Sequence[int] = (), tolerance: float = 0.0, seed: int = 0
) -> Causality:
    """`causality`, refusing a scorer whose scores change.

    Raises:
        ValueError: a score changed (names the first frame and what changed it); or as `causality`.
    """
    found = causality(scorer, frames, cuts=cuts, tolerance=tolerance, seed=seed)
    if not found.causal:
        raise ValueError(
            f"Leak: the score of frame {found.first} changed when {found.change}. "
            "A score may depend on its own and earlier frames only, and must be the same each time."
        )
    return found


def _scored(scorer: Scorer, frames: Sequence[Frame]) -> NDArray[np.float64]:
    scores = np.asarray(scorer(frames), np.float64)
    if scores.shape != (len(frames),):
        raise ValueError(f"The scorer gave scores of shape {scores.shape} for {len(frames)} frames.")
    return scores
