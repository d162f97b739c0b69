"""Write the recorded figures into both READMEs and the pages of faces, plates, anomaly and privacy, from `benchmarks/results`.

    .venv/bin/python benchmarks/figures.py

A report is recorded by `zhsq bench ... --json benchmarks/results/NAME.json`; what the benchmarks of each write with
`--json` lies in `benchmarks/results/faces`, `plates` and `anomaly`. No figure is typed by hand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import anomaly_tables
import face_tables
import plate_tables
import privacy_tables

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parent.parent
FACES, PLATES, ANOMALY, PRIVACY = (ROOT / "docs" / f"{name}.md" for name in ("faces", "plates", "anomaly", "privacy"))
PAGES = {
    FACES: face_tables.render,
    PLATES: plate_tables.render,
    ANOMALY: anomaly_tables.render,
    PRIVACY: privacy_tables.render,
}
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
#: The metrics of each task that a reader looks for first.
HEADLINES = {
    "face-verification": ("accuracy", "tar_at_far_1e-3", "tar_at_far_1e-4", "eer", "fta"),
    "face-identification": ("fnir_at_fpir_0.01", "fnir_at_fpir_0.01_photos_3", "fnir_at_fpir_0.003", "rank_1"),
    "face-robustness": ("fnmr_clean", "fnmr_low_light_5", "fnmr_motion_blur_20", "fnmr_mask_50", "fnmr_sunglasses_3"),
    "face-pad": ("apcer", "bpcer"),
    "plate-reading": ("exact_match", "cer", "error_among_accepted", "review_share"),
    "plate-end-to-end": ("exact_match", "detection_iou_0.7"),
    "video-anomaly": ("frame_auroc_micro", "frame_auroc_macro", "rbdc", "tbdc"),
}
HEADERS = {
    "README.md": ("task", "data", "model", "metric", "value", "95 % interval", "n"),
    "README.zh.md": ("任务", "数据", "模型", "指标", "数值", "95% 区间", "n"),
}


def rows() -> list[tuple[str, ...]]:
    """One row per headline metric of every recorded report."""
    found = []
    for path in sorted(RESULTS.glob("*.json")):
        report: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for name in HEADLINES[report["task"]]:
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
