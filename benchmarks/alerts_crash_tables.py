"""The crash and cut suite's part of docs/alerts.md, from what `alerts_crash.py` recorded: for `figures.py`."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import table

_HEAD = (
    "store", "kills", "of these while it starts", "cuts", "events acknowledged", "of these by MQTT", "alerts",
    "messages, each applied once", "sent more than once", "faults", "minutes", "load average",
)  # fmt: skip


def render(results: Path) -> str:
    """One row per recorded store; '' when nothing was recorded."""
    rows = []
    for path in sorted((results / "alerts").glob("crash*.json")):
        one = json.loads(path.read_text("utf-8"))
        counts = [one[name] for name in ("kills", "kills_while_starting", "cuts", "events_acknowledged")]
        counts += [one[name] for name in ("events_by_mqtt", "alerts", "messages", "sent_again")]
        faults, minutes = len(one["faults"]), f"{one['seconds'] / 60:.1f}"
        rows.append((one["database"], *(f"{n:,}" for n in counts), str(faults), minutes, str(one["load_average"])))
    return table(_HEAD, rows) if rows else ""
