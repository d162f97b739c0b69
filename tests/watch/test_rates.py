from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.watch.events import EventRules
from zhsq.watch.rates import false_alarms, garwood, rate


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (100, 81.364, 121.627)],
)
def test_garwood_agrees_with_the_published_table(events: int, low: float, high: float) -> None:
    found = garwood(events)
    assert found == pytest.approx((low, high), abs=2e-3)


def test_the_interval_covers_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    inside = [low <= 4.0 <= high for low, high in map(garwood, random.poisson(4.0, 2000).tolist())]
    assert np.mean(inside) >= 0.95


def test_events_are_counted_after_the_hysteresis() -> None:
    scores = np.zeros(36_000)  # an hour at 10 frames a second
    scores[1000] = 9  # too short to be an event
    scores[2000:2010] = 9
    scores[2012:2020] = 9  # the same event: it had not closed
    scores[9000:9050] = 9
    found = false_alarms(scores, 10, 5.0)
    assert (found.events, found.hours) == (2, 1.0)
    assert found.low < found.per_hour == 2.0 < found.high
    assert false_alarms(scores, 10, 5.0, EventRules(open_frames=1)).events == 3


def test_nothing_watched_says_nothing() -> None:
    assert rate(0, 0).high == math.inf
    with pytest.raises(ValueError, match="fps"):
        false_alarms([1.0], 0, 1.0)
