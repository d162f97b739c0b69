"""What the turns of `anomaly_speed.py` come to: rates, cost of one more camera, the ratio to the peer, the bar."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from peers import timing
from peers.anomaly_scorers import Scorer

Json = dict[str, Any]
SIZE = (360, 240)
#: Frames per second of one camera that issue 5 asks for, at `SIZE` and on so many cores.
NEEDED, CORES = 25.0, 2


@dataclass
class Run:
    """What one process did: entries a turn, but `decode` and `score` a frame."""

    scorer: Scorer
    about: Json
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    decode: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=dict)
    #: Cores that other programs kept busy during the turn; empty where the system does not tell.
    others: list[float] = field(default_factory=list)
    peak_mib: float | None = None


def spread(values: Any, digits: int = 4) -> Json:
    """Median, least and most."""
    found = {"median": np.median(values), "min": np.min(values), "max": np.max(values)}
    return {name: round(float(value), digits) for name, value in found.items()}


def row(run: Run) -> Json:
    """One process's figures."""
    seconds, frames = np.array(run.seconds), np.array(run.frames)
    latency = 1000 * (np.array(run.decode) + np.array(run.score))
    whole = sum(run.decode) + sum(run.score)
    parts = {"decode": sum(run.decode), **(run.steps or {"score": sum(run.score)})}
    return {
        "scorer": run.scorer.key,
        "title": run.scorer.title,
        "ours": run.scorer.ours,
        "cameras": run.scorer.cameras,
        "models": run.scorer.models,
        "inner": run.scorer.inner,
        "per_second": spread(frames / seconds),
        "per_second_a_camera": spread(frames / seconds / run.scorer.cameras),
        "cpu_ms": spread(1000 * np.array(run.cpu_seconds) / frames),
        "frame_ms": {
            **spread(latency),
            "p95": round(float(np.percentile(latency, 95)), 4),
            "decode": round(1000 * float(np.median(run.decode)), 4),
            "score": round(1000 * float(np.median(run.score)), 4),
        },
        "steps": {name: round(part / whole, 4) for name, part in parts.items()},
        "peak_mib": run.peak_mib,
        "n": int(frames.sum()),
        "settings": run.about["settings"],
        "versions": run.about["versions"],
    }


def growth(rows: Sequence[Json]) -> Json:
    """What one more camera costs: peak memory and CPU, between one camera and the most, a model for all or one for each."""
    mine = [found for found in rows if found["ours"]]
    one = next((found for found in mine if found["cameras"] == found["inner"] == 1), None)
    if one is None:
        return {}
    grown: Json = {}
    for models in ("one", "each"):
        most = max((r for r in mine if r["models"] == models), key=lambda r: r["cameras"], default=None)
        if most is None or most["cameras"] == 1:
            continue
        known = None not in (most["peak_mib"], one["peak_mib"])
        grown[models] = {
            "cameras": [1, most["cameras"]],
            "mib_a_camera": (most["peak_mib"] - one["peak_mib"]) / (most["cameras"] - 1) if known else None,
            "cpu_ms": [one["cpu_ms"]["median"], most["cpu_ms"]["median"]],
            "per_second": [one["per_second"]["median"], most["per_second"]["median"]],
        }
    return grown


def ratio(runs: Sequence[Run]) -> Json | None:
    """Ours with one camera beside the peer, each in its faster setting of threads: times as fast, times the CPU."""
    alone = [run for run in runs if run.scorer.ours and run.scorer.cameras == 1]
    mine = min(alone, key=lambda run: np.median(run.seconds), default=None)
    peer = min((run for run in runs if not run.scorer.ours), key=lambda run: np.median(run.seconds), default=None)
    if mine is None or peer is None:
        return None

    def each(run: Run, seconds: Sequence[float]) -> Any:
        return np.array(seconds) / np.array(run.frames)

    pairs = each(peer, peer.seconds) / each(mine, mine.seconds)
    return {
        "ours": mine.scorer.key,
        "peer": peer.scorer.key,
        "per_second": timing.times_as_fast(each(mine, mine.seconds), each(peer, peer.seconds)).model_dump(),
        "turns": spread(pairs),
        "cpu": timing.times_as_fast(each(mine, mine.cpu_seconds), each(peer, peer.cpu_seconds)).model_dump(),
    }


def bar(rows: Sequence[Json], size: Sequence[int], drawn: bool) -> Json:
    """Issue 5's bar; not judged on a drawn scene, on frames of another size, on fewer cores, or without one camera."""
    alone = [found for found in rows if found["ours"] and found["cameras"] == 1]
    one = max(alone, key=lambda found: found["per_second"]["median"], default=None)
    cores = len(os.sched_getaffinity(0))
    judged = one is not None and not drawn and tuple(size) == SIZE and cores >= CORES
    return {
        "needed": NEEDED,
        "measured": one["per_second"] if one else None,
        "scorer": one["scorer"] if one else None,
        "met": bool(one["per_second"]["median"] >= NEEDED) if one and judged else None,
        "rule": "median frames per second of one camera, decoding included, in its faster setting of threads",
    }
