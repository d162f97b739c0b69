"""Latency and throughput of one model against concurrency: in process, and on the real Triton, in one run.

    python benchmarks/triton.py --json T [--model plate-zhsq] [--concurrency 1 2 4 8 16] [--seconds 0.8] [--rounds 3]

Three levels of the same bundle on the same images. *graph*: the reader's network on one prepared crop a call. *crop* and
*photo*: the pipeline, from an encoded image to a result. Ways to call each:

    in process          ONNX Runtime, one item a call, one thread a call: as many at the same time as there are clients
    one call at a time  ONNX Runtime, one item a call, which may use both cores; always one client
    grpc                Triton, the batcher off (max_batch 1)
    grpc, batching      Triton, the batcher on
    graphs served       as before, but the pipeline asks its graphs' own Triton models (business-logic scripting)
    shared memory       Triton, the batcher on, tensors in system shared memory instead of in the gRPC message

Clients are threads of this process, each with one call in flight. All run on the same cores, the clients included: what
they cost is part of the figure. Ways take turns within a round, and each round begins with another one. A figure is over
rounds; ratios are to both ways in process, paired by turn. `cpu_ms` (clients and server) says what a call costs on a machine that is
busy with other things too; `contention` says how busy it was.

--perf-analyzer adds NVIDIA's own client, which tritonclient's wheel carries, at the highest concurrency, with batching: a
cross-check that has none of a Python client's costs.

Needed: at concurrency 16, with batching, Triton's throughput is at least that of single calls in process on the same cores.
It is told against one call at a time, and against as many at the same time as there are clients, which is harder.

Exit: 0 when it was measured, whether or not the bar is met.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from load.breakdown import breakdown, counters, serialise_seconds
from load.clients import Turn, turn
from load.perf_analyzer import cross_check
from load.plates import BATCHING, IN_PROCESS, LEVELS, SHARED, SINGLE, Way, agree, pictures, serving, ways
from load.show import plot, show
from peers.timing import METHOD, rate_per_second, times_as_fast
from rich.console import Console

from zhsq.commands.output import progress_hook, write_json
from zhsq.deploy.serving import ModelServing
from zhsq.errors import ZhsqError
from zhsq.models.zoo.recipes import resolve
from zhsq.protocols.report import hardware, versions

Json = dict[str, Any]
BAR_AT = 16
CORES = 2
#: What Triton is held against, by the key of a row's ratio.
AGAINST = {"ratio_single": SINGLE, "ratio": IN_PROCESS}


@dataclass
class Run:
    """The turns of one way at one concurrency, and Triton's counters around them."""

    way: Way
    clients: int
    turns: list[Turn] = field(default_factory=list)
    counters: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def seconds(self) -> np.ndarray:
        """Seconds per call by turn: one over the throughput."""
        return np.array([1 / one.per_second for one in self.turns])


def measure(found: Sequence[Way], options: argparse.Namespace) -> list[Run]:
    """All ways of a level in turn, at every concurrency, in every round."""
    runs = [Run(way, clients) for clients in options.concurrency for way in found]
    blocks = [
        [run for run in runs if (run.way.level, run.clients) == (level, clients)]
        for clients in options.concurrency
        for level in LEVELS
    ]
    done = 0
    with progress_hook("triton") as hook:
        for number in range(options.rounds):
            for block in blocks:
                for place in range(len(block)):
                    _turn(block[(place + number) % len(block)], options.seconds)
                    done += 1
                    hook(done, options.rounds * len(runs), "turns")
    return runs


def _turn(run: Run, seconds: float) -> None:
    way = run.way
    before = counters(way.server.url, way.model.name) if way.server and way.model else None
    pid = way.server.pid if way.server else None
    run.turns.append(turn(way.opened, way.feeds, min(run.clients, way.most or run.clients), seconds, pid))
    if way.server and way.model:
        run.counters.append((before, counters(way.server.url, way.model.name)))


def figures(runs: Sequence[Run]) -> list[Json]:
    """One row a way and concurrency."""
    rows = []
    for run in runs:
        beside = {
            key: next(r for r in runs if (r.way.level, r.way.name, r.clients) == (run.way.level, name, run.clients))
            for key, name in AGAINST.items()
        }
        latencies = 1000 * np.concatenate([one.latencies for one in run.turns])
        row: Json = {
            "level": run.way.level,
            "way": run.way.name,
            "clients": run.clients,
            "n": len(latencies),
            "per_second": rate_per_second(run.seconds).model_dump(),
            **{key: times_as_fast(run.seconds, other.seconds).model_dump() for key, other in beside.items()},
            "latency_ms": {f"p{q}": float(np.percentile(latencies, q)) for q in (50, 95, 99)},
            "cpu_ms": float(np.median([one.cpu_ms for one in run.turns])),
        }
        if run.way.model is not None:
            single = next(
                r
                for r in runs
                if (r.way.level, r.way.name) == (run.way.level, IN_PROCESS) and r.clients == runs[0].clients
            )
            serialise = serialise_seconds(run.way.feeds, run.way.model.name, run.way.model.output)
            parts = [
                breakdown(b, a, float(one.latencies.mean()), serialise, float(s.latencies.mean()))
                for (b, a), one, s in zip(run.counters, run.turns, single.turns, strict=True)
            ]
            row["parts_ms"] = {name: float(np.median([part[name] for part in parts])) for name in parts[0]}
        rows.append(row)
    return rows


def bars(rows: Sequence[Json], clients: int) -> list[Json]:
    """For each level, the best way with batching at the highest concurrency, against both ways in process."""
    found = []
    for level in LEVELS:
        at = [row for row in rows if (row["level"], row["clients"]) == (level, clients)]
        at = [row for row in at if row["way"] in (BATCHING, SHARED)]
        for key, name in AGAINST.items():
            best = max(at, key=lambda row: row[key]["value"])
            found.append(
                {
                    "level": level,
                    "clients": clients,
                    "against": name,
                    "needed": 1.0,
                    "way": best["way"],
                    "ratio": best[key],
                    "met": best[key]["value"] >= 1.0,
                }
            )
    return found


def run_all(options: argparse.Namespace, folder: Path) -> Json:
    """All of the benchmark.

    Raises:
        ZhsqError: no bundle, or no server.
    """
    bundle = resolve(options.model)
    if bundle.spec.task != "plate":
        raise ZhsqError(f"{bundle.name} is of the task {bundle.spec.task}.", "Name a plate bundle.")
    shown = pictures(options.images)
    limits = ModelServing(
        instances=options.instances,
        threads=options.threads,
        max_batch=options.max_batch,
        max_delay_us=options.delay_us,
    )
    with serving(bundle, folder, limits) as servers:
        found = ways(bundle, shown, servers, CORES)
        agree(found)
        runs = measure(found, options)
        rows = figures(runs)
        most = max(options.concurrency)
        checked = cross_check([way for way in found if way.name == BATCHING], most) if options.perf_analyzer else []
    others = [one.others for run in runs for one in run.turns if one.others is not None]
    return {
        "rows": rows,
        "bars": bars(rows, max(options.concurrency)),
        "cross_check": checked,
        "images": {"source": shown.source, "crops": len(shown.crops), "photos": len(shown.photos)},
        "settings": {
            k: getattr(options, k) for k in ("instances", "threads", "max_batch", "delay_us", "seconds", "rounds")
        },
        "contention": {
            "other_busy_cores": {"median": float(np.median(others)), "max": max(others)} if others else None,
            "load_1_min": os.getloadavg()[0],
        },
        "statistics": f"per_second, ratio: {METHOD}; latency: over the calls of all turns",
        "models": [{"name": bundle.name, "version": bundle.version, "sha256": bundle.sha256}],
        "hardware": hardware(),
        "versions": versions(),
        "command": " ".join(["python", *sys.argv]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here, and the plot beside them (.png)")
    parser.add_argument("--model", default="plate-zhsq", help="plate bundle")
    parser.add_argument("--images", type=int, default=64, help="plate crops that are sent round and round")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 2, 4, 8, BAR_AT], help="clients")
    parser.add_argument("--seconds", type=float, default=0.8, help="of one turn")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way at each concurrency")
    parser.add_argument("--instances", type=int, default=2, help="copies of each served model")
    parser.add_argument("--threads", type=int, default=1, help="of a graph, in each copy")
    parser.add_argument("--max-batch", type=int, default=8, help="items that run together where the batcher is on")
    parser.add_argument("--delay-us", type=int, default=0, help="that a request waits for others, microseconds")
    parser.add_argument("--perf-analyzer", action="store_true", help="cross-check with NVIDIA's client")
    options = parser.parse_args()
    if min(*options.concurrency, options.images, options.rounds, options.max_batch - 1) < 1 or options.seconds <= 0:
        parser.error("concurrency, images and rounds begin at 1, --max-batch at 2, --seconds above 0")
    options.concurrency = sorted(set(options.concurrency))
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = run_all(options, Path(folder))
        except ZhsqError as error:
            raise SystemExit(str(error)) from error
    console = Console(width=None if sys.stdout.isatty() else 150)
    show(console, found)
    if options.json:
        write_json(options.json, json.dumps(found, indent=2, ensure_ascii=False))
        plot(found, options.json.with_suffix(".png"))
        console.print(f"figures: {options.json}, {options.json.with_suffix('.png')}", soft_wrap=True)
