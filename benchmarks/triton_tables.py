"""The measured part of docs/deploy.md, from `benchmarks/results/triton/load.json` of `triton.py`: for `figures.py`."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, table, where

_LEVELS = {"graph": "one network, a prepared crop in", "crop": "pipeline, a crop in", "photo": "pipeline, a photo in"}
_PARTS = ("latency", "serialise", "network", "queue", "copy", "compute", "overhead", "alone")


def render(results: Path) -> str:
    """Both tables; '' before anything is recorded."""
    path = results / "triton" / "load.json"
    if not path.is_file():
        return ""
    record = json.loads(path.read_text("utf-8"))
    return "\n\n".join((_load(record), _overhead(record), _bars(record)))


def _load(record: Json) -> str:
    most = max(row["clients"] for row in record["rows"])
    rows = [
        (
            _LEVELS[row["level"]],
            row["way"],
            f"{row['per_second']['value']:.0f}",
            *(f"{r['value']:.2f} ({r['low']:.2f} to {r['high']:.2f})" for r in (row["ratio_single"], row["ratio"])),
            *(f"{row['latency_ms'][q]:.1f}" for q in ("p50", "p95", "p99")),
            f"{row['cpu_ms']:.1f}",
        )
        for row in record["rows"]
        if row["clients"] == most
    ]
    header = (
        "what",
        "way",
        "calls a second",
        "of one call at a time in process",
        "of in process",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "CPU ms a call",
    )
    others = record["contention"]["other_busy_cores"]
    busy = (
        f" Other programs kept {others['median']:.2f} cores busy meanwhile (up to {others['max']:.2f})."
        if others
        else ""
    )
    settings = record["settings"]
    images = record["images"]
    about = (
        f"{most} clients. {record['models'][0]['name']} {record['models'][0]['version']}; {images['crops']} crops and {images['photos']} "
        f"photos ({images['source']}), the same for all; {settings['rounds']} rounds of {settings['seconds']:g} s; "
        f"{settings['instances']} copies of each model, {settings['threads']} thread each, batches of up to "
        f"{settings['max_batch']}. {where(record)}.{busy}"
    )
    return "\n\n".join(("### Load", table(header, rows), about, "![load](../benchmarks/results/triton/load.png)"))


def _overhead(record: Json) -> str:
    """What a call costs beside its work, with one client: nobody waits for anybody."""
    least = min(row["clients"] for row in record["rows"])
    at = [row for row in record["rows"] if row["clients"] == least]
    alone = {row["level"]: row["cpu_ms"] for row in at if row["way"] == "in process"}
    rows = [
        (
            _LEVELS[row["level"]],
            row["way"],
            *(f"{row['parts_ms'][part]:.2f}" for part in _PARTS),
            f"{row['cpu_ms'] - alone[row['level']]:+.2f}",
        )
        for row in at
        if "parts_ms" in row
    ]
    header = (
        "what",
        "way",
        "latency ms",
        "serialise",
        "network",
        "queue",
        "copy",
        "compute",
        "overhead",
        "latency in process",
        "CPU ms more than in process",
    )
    about = (
        f"{least} client, so that nobody waits for anybody. Queue, copy and compute are Triton's own statistics; serialise is "
        "the client's; network is what is left of the latency. Overhead is all but compute. What compute takes longer than "
        "the work in process is the hand-over to the Python backend's process; on a machine that was busy otherwise, look "
        "at CPU ms."
    )
    return "\n\n".join(("### Overhead of a call", table(header, rows), about))


def _bars(record: Json) -> str:
    lines = []
    for bar in record["bars"]:
        ratio = bar["ratio"]
        lines.append(
            f"- {_LEVELS[bar['level']]}: {ratio['value']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f}) times the "
            f"throughput of {bar['against']}, with {bar['clients']} clients ({bar['way']}); needed {bar['needed']:.2f}: "
            f"{'met' if bar['met'] else '**not met**'}"
        )
    lines += [
        f"- perf_analyzer, {_LEVELS[check['level']]}, {check['clients']} clients: {check['per_second']:.0f} calls a second, "
        f"p95 {check['p95_ms']:.1f} ms"
        for check in record["cross_check"]
    ]
    return "\n".join(("### Needed, and measured", "", *lines))
