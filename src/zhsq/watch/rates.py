"""False alarms an hour, with an exact interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.watch.events import EventRules, Tracker


class Rate(BaseModel):
    """Events an hour with their 95 % interval; infinite where nothing was watched."""

    model_config = ConfigDict(frozen=True)

    events: int
    hours: float
    per_hour: float
    low: float
    high: float


def false_alarms(scores: Iterable[float], fps: float, threshold: float, rules: EventRules | None = None) -> Rate:
    """What a threshold costs on normal footage: every event there is a false alarm.

    Events are counted as the watcher raises them, by the same hysteresis and cool-down.

    Args:
        scores: of consecutive normal frames, smoothed as they are when watching.
        fps: frames a second.
        threshold: of the score.
        rules: the watcher's.

    Raises:
        ValueError: `fps` is not positive.
    """
    if fps <= 0:
        raise ValueError("fps must be positive")
    tracker = Tracker(threshold, rules)
    frames = 0
    for score in scores:
        tracker.update(frames / fps, float(score))
        frames += 1
    return rate(tracker.count, frames / fps / 3600)


def false_alarms_of(
    clips: Iterable[Sequence[float] | NDArray[np.float64]],
    fps: float,
    threshold: float,
    rules: EventRules | None = None,
) -> Rate:
    """`false_alarms` of several clips of normal footage together; no event goes on from one to the next."""
    listed = list(clips)
    events = sum(false_alarms(clip, fps, threshold, rules).events for clip in listed)
    return rate(events, sum(len(clip) for clip in listed) / fps / 3600)


def rate(events: int, hours: float) -> Rate:
    """Events over hours, with the exact 95 % interval of a Poisson rate (Garwood, Biometrika 28, 1936)."""
    if hours <= 0:
        return Rate(events=events, hours=0.0, per_hour=0.0, low=0.0, high=math.inf)
    low, high = garwood(events)
    return Rate(events=events, hours=hours, per_hour=events / hours, low=low / hours, high=high / hours)


def garwood(events: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact central interval of a Poisson mean.

    Args:
        events: seen, at least 0.
        confidence: in 0..1.
    """
    tail = (1 - confidence) / 2
    low = 0.0 if events == 0 else _mean_where(events - 1, 1 - tail)
    return low, _mean_where(events, tail)


def _mean_where(events: int, probability: float) -> float:
    """The mean at which at most `events` are seen with this probability; it falls as the mean rises, so bisection."""
    low, high = 0.0, events + 10 * math.sqrt(events + 1) + 10
    for _ in range(200):
        middle = (low + high) / 2
        if _at_most(events, middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(events: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(events + 1))
