"""The crash and cut suite's part of docs/alerts.md, from what `alerts_crash.py` and `alerts_outage.py` recorded: for
`figures.py`."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, table

_CRASH = (
    "store", "kills", "of these while it starts", "cuts", "events acknowledged", "of these by MQTT", "alerts",
    "messages, each applied once", "sent more than once", "faults", "minutes", "load average",
)  # fmt: skip
_OUTAGE = (
    "store", "outage, s", "kills", "messages", "sent more than once", "most in five seconds", "allowed", "catch-up, s",
    "faults", "load average",
)  # fmt: skip


def render(results: Path) -> str:
    """A row per recorded store: of kills and cuts, then of a long outage; '' when nothing was recorded."""
    crashes = [_crash(one) for one in _read(results, "crash")]
    outages = [_outage(one) for one in _read(results, "outage")]
    tables = [table(head, rows) for head, rows in ((_CRASH, crashes), (_OUTAGE, outages)) if rows]
    return "\n\n".join(tables)


def _read(results: Path, name: str) -> list[Json]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((results / "alerts").glob(f"{name}*.json"))]


def _crash(one: Json) -> tuple[str, ...]:
    names = ("kills", "kills_while_starting", "cuts", "events_acknowledged", "events_by_mqtt", "alerts", "messages")
    counts = (f"{one[name]:,}" for name in (*names, "sent_again"))
    faults, minutes = len(one["faults"]), f"{one['seconds'] / 60:.1f}"
    return (one["database"], *counts, str(faults), minutes, str(one["load_average"]))


def _outage(one: Json) -> tuple[str, ...]:
    names = ("outage_s", "kills", "messages", "sent_again", "most_in_five_seconds", "allowed_in_five_seconds")
    counts = (str(one[name]) for name in (*names, "catch_up_s"))
    return (one["database"], *counts, str(len(one["faults"])), str(one["load_average"]))
