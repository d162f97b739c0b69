"""The measured part of docs/alerts.md, from what `alerts_load.py` recorded: for `figures.py`."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, table, where

#: Events a second that are to be taken, and the 99th percentile from event to alert that is to be kept, with 200 rules.
BAR = {"sqlite": 1000, "postgresql": 2000}
P99_MS, RULES = 200.0, 200
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def render(results: Path) -> str:
    """The bar, then every run; '' when nothing was recorded."""
    path = results / "alerts" / "load.json"
    if not path.is_file():
        return ""
    record = json.loads(path.read_text("utf-8"))
    settings = "; ".join(
        f"{NAMES[store]}: {', '.join(f'{name} {value}' for name, value in found.items())}"
        for store, found in record["settings"].items()
    )
    about = (
        f"{where(record)}, for the API, the database and the sender together; {record['seconds']:g} s a run, batches of "
        f"{record['batch']}. {settings}. The load average tells what else the machine did: above the number of cores, times "
        "are those of a machine that is shared; CPU seconds depend on it less."
    )
    return "\n\n".join((about, _bar(record["runs"]), _runs(record["runs"])))


def _bar(runs: list[Json]) -> str:
    rows = []
    for run in runs:
        if run["rules"] != RULES or run["history"]:
            continue
        needed, taken, p99 = BAR[run["store"]], run["taken_per_s"], run["event_to_alert_ms"]["p99"]
        # The last answers come after the last moment: one in a hundred is not lack of speed.
        met = taken >= 0.99 * needed and p99 < P99_MS
        rows.append((_where(run), f"{needed:,}", f"{taken:,.0f}", f"{p99:.0f}", "yes" if met else "**no**"))
    header = ("store", "events a second needed", "taken", f"event to alert p99, ms (needed: under {P99_MS:g})", "met")
    return table(header, rows)


def _runs(runs: list[Json]) -> str:
    rows = []
    for run in runs:
        cpu, times = run["cpu_s_per_1000_events"], run["event_to_alert_ms"]
        rows.append(
            (
                _where(run),
                f"{run['rules']:,}",
                f"{run['history']:,}",
                f"{run['taken_per_s']:,.0f} of {run['asked_per_s']:,}",
                *(f"{times[name]:.0f}" for name in ("p50", "p90", "p99")),
                *(f"{cpu[name]:.3f}" for name in ("api", "postgresql", "sender")),
                f"{run['load_after']:.1f}",
            )
        )
    header = (
        "store",
        "rules",
        "events stored before",
        "taken a second",
        "event to alert p50, ms",
        "p90",
        "p99",
        "CPU s per 1,000 events: API",
        "PostgreSQL",
        "sender",
        "load average",
    )
    return table(header, rows)


def _where(run: Json) -> str:
    many = f", {run['processes']} processes" if run["processes"] > 1 else ""
    return f"{NAMES[run['store']]}{many}"
