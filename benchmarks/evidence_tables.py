"""The measured part of docs/console.md, from recorded results: for `figures.py`.

`hiding.json` in `benchmarks/results/alerts` is of `evidence_hiding.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, table


def render(results: Path) -> str:
    """Figures of hidden faces; '' where none are recorded."""
    path = results / "alerts" / "hiding.json"
    return _hiding(json.loads(path.read_text("utf-8"))) if path.is_file() else ""


def _hiding(record: Json) -> str:
    header = ("face's height, pixels", "people", "hidden (95 %)", "found again", "recognised where it was", "AUROC")
    rows = [
        (
            str(row["height"]),
            str(row["people"]),
            f"{row['hidden'] / row['people']:.1%} ({row['hidden_interval'][0]:.1%} to {row['hidden_interval'][1]:.1%})",
            str(row["found_again"]),
            str(row["recognised"]),
            f"{row['auroc']:.3f}",
        )
        for row in record["rows"]
    ]
    told = (
        f"Faces of LFW on a grey picture of 1280x720, {record['bundle']} {record['version']}; "
        "`benchmarks/evidence_hiding.py --json benchmarks/results/alerts/hiding.json`."
    )
    return f"{table(header, rows)}\n\n{told}"
