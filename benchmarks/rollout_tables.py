"""The measured part of docs/rollout.md, from what `rollout_under_load.py` recorded: for `figures.py`."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, table, where

_LATENCY = ("p50", "p95", "p99", "max")


def render(results: Path) -> str:
    """Bars, latency by phase, seconds of each move, and the bad trial; '' when nothing was recorded."""
    path = results / "triton" / "rollout_under_load.json"
    if not path.is_file():
        return ""
    record = json.loads(path.read_text("utf-8"))
    settings = record["settings"]
    busy = record["load"]["busy_cores"]
    about = (
        f"{where(record)}: {settings['clients']} clients that never pause, {settings['rounds']} version(s) that come and go "
        f"in each way, {settings['share']} of the calls on trial; the API is {settings['processes']} `zhsq serve` processes. "
        f"{record['images']['n']} pictures ({record['images']['source']}). Load of the machine, this benchmark and other "
        f"programs together: {'unknown' if busy is None else f'{busy:.2f}'} cores busy, "
        f"load average {record['load']['load_1_min']:.1f}."
    )
    return "\n\n".join((about, _bars(record), _latency(record), _moves(record), *_bad_trial(record)))


def _bars(record: Json) -> str:
    rows = [
        (what, bar["needed"], f"{bar['measured']:.3g}", "yes" if bar["met"] else "**no**")
        for what, bar in record["bars"].items()
    ]
    return table(("bar", "needed", "measured", "met"), rows)


def _latency(record: Json) -> str:
    rows = [
        (name, phase, str(found["n"]), *(f"{found[key]:.1f}" if key in found else "" for key in _LATENCY))
        for name, way in record["ways"].items()
        for phase, found in way["latency_ms"].items()
    ]
    return table(("way", "phase", "calls", *(f"{key} ms" for key in _LATENCY)), rows)


def _moves(record: Json) -> str:
    rows = []
    for name, way in record["ways"].items():
        back = way["rollbacks"]
        rows.append(
            (
                name,
                f"{way['requests']:,}",
                str(way["failed"]),
                str(way["wrong"]),
                _listed(way["deploy_s"]),
                _listed(way["promote_s"]),
                _listed([item["command_s"] for item in back]),
                _listed([item["command_cpu_s"] for item in back if "command_cpu_s" in item]),
                _listed([item["effective_s"] for item in back]),
            )
        )
    header = (
        "way",
        "requests",
        "failed",
        "wrong",
        "deploy s",
        "promote s",
        "rollback: command s",
        "of it processor s",
        "rollback: last call on the old version s",
    )
    return table(header, rows)


def _bad_trial(record: Json) -> list[str]:
    found = [way["bad_trial"] for way in record["ways"].values() if way["bad_trial"]]
    return [
        f"A version that is far less sure of its reads was {'taken back' if bad['taken_back'] else '**not** taken back'} by "
        f"itself after {bad['seconds']:.1f} s and {bad['calls_on_trial']} calls ({bad['reason']})."
        for bad in found
    ]


def _listed(seconds: list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in seconds)
