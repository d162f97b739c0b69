"""Write the recorded figures into both READMEs, the pages of docs that have a measured part, and the leaderboard, from
`benchmarks/results`.

    .venv/bin/python benchmarks/figures.py

A report is recorded by `zhsq bench ... --json benchmarks/results/NAME.json`; what the benchmarks of each write with
`--json` or `--record` lies in folders there. No figure is typed by hand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import alerts_crash_tables
import alerts_tables
import anomaly_tables
import evidence_tables
import face_tables
import leaderboard
import parity_tables
import plate_tables
import privacy_tables
import rollout_tables
import serving_tables
import triton_tables

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parent.parent


def _alerts(results: Path) -> str:
    parts = {"### Load": alerts_tables.render(results), "### Kills and cuts": alerts_crash_tables.render(results)}
    return "\n\n".join(f"{title}\n\n{part}" for title, part in parts.items() if part)


PAGES = {
    ROOT / "docs" / "faces.md": face_tables.render,
    ROOT / "docs" / "plates.md": plate_tables.render,
    ROOT / "docs" / "anomaly.md": anomaly_tables.render,
    ROOT / "docs" / "parity.md": parity_tables.render,
    ROOT / "docs" / "deploy.md": triton_tables.render,
    ROOT / "docs" / "rollout.md": rollout_tables.render,
    ROOT / "docs" / "privacy.md": privacy_tables.render,
    ROOT / "docs" / "serving.md": serving_tables.render,
    ROOT / "docs" / "console.md": evidence_tables.render,
    ROOT / "docs" / "alerts.md": _alerts,
}
LEADERBOARDS = {
    ROOT / "benchmarks" / "leaderboard.md": leaderboard.markdown,
    ROOT / "benchmarks" / "leaderboard.html": leaderboard.page,
}
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
HEADERS = {
    "README.md": ("task", "data", "model", "metric", "value", "95 % interval", "n"),
    "README.zh.md": ("任务", "数据", "模型", "指标", "数值", "95% 区间", "n"),
}


def rows() -> list[tuple[str, ...]]:
    """One row per headline metric of every recorded report."""
    found = []
    for path in sorted(RESULTS.glob("*.json")):
        report: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for name in leaderboard.HEADLINES[report["task"]]:
            figure = report["metrics"][name]
            interval = f"{figure['low']:.4f} to {figure['high']:.4f}"
            model = f"{report['model']['name']} {report['model']['version']}"
            value = f"{figure['value']:.4f}"
            found.append((report["task"], report["data"]["name"], model, name, value, interval, str(report["n"])))
    return found


def render(readme: Path) -> str:
    """The README's text with its table of figures made anew."""
    header = HEADERS[readme.name]
    table = [header, tuple("---" for _ in header), *rows()]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in table)
    block = f"<!-- figures -->\n{lines}\n<!-- /figures -->"
    text = readme.read_text("utf-8")
    return re.sub(r"<!-- figures -->.*<!-- /figures -->", lambda _: block, text, flags=re.S)


def render_page(page: Path) -> str:
    """A page of docs with its measured part made anew."""
    measured = PAGES[page](RESULTS)
    block = f"<!-- measured -->\n{measured}\n<!-- /measured -->"
    return re.sub(r"<!-- measured -->.*<!-- /measured -->", lambda _: block, page.read_text("utf-8"), flags=re.S)


if __name__ == "__main__":
    for target in READMES:
        target.write_text(render(target), encoding="utf-8")
    for page in PAGES:
        page.write_text(render_page(page), encoding="utf-8")
    for page, write in LEADERBOARDS.items():
        page.write_text(write(), encoding="utf-8")
