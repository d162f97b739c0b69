"""Exact 1:N search among the people of one estate who enrolled and whose consent holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from zhsq.models.graph import FloatArray


@dataclass(frozen=True)
class Entry:
    """One enrolled template, protected."""

    subject: str
    vector: FloatArray
    expires_at: datetime


@dataclass(frozen=True)
class Identification:
    """'match' names one subject; 'unknown' names nobody, whatever came closest."""

    decision: Literal["match", "unknown"]
    subject: str | None
    score: float | None
    margin: float | None
    threshold: float
    gallery: int


def identify(
    probe: FloatArray, entries: list[Entry], *, threshold: float, margin: float, at: datetime
) -> Identification:
    """Search every entry whose consent holds at `at`.

    A match needs a similarity of at least `threshold` and a lead of at least `margin` over the next person: between
    two people who are alike, no one is named. Of an unknown, no score is given: it would tell of a stranger.

    Args:
        probe: protected, L2-normalised (d,) float32.
        entries: of one estate, protected alike.
        threshold: cosine, -1..1.
        margin: cosine, >= 0.
        at: the time of the decision, UTC.
    """
    valid = [entry for entry in entries if entry.expires_at > at]
    unknown = Identification("unknown", None, None, None, threshold, len(valid))
    if not valid:
        return unknown
    scores = np.stack([entry.vector for entry in valid]) @ probe
    order = np.argsort(-scores)
    best = float(scores[order[0]])
    lead = best - float(scores[order[1]]) if len(order) > 1 else best + 1.0
    if best < threshold or lead < margin:
        return unknown
    return Identification("match", valid[int(order[0])].subject, best, lead, threshold, len(valid))
