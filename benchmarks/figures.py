"""Write the recorded figures into both READMEs and docs/faces.md, from `benchmarks/results`.

    .venv/bin/python benchmarks/figures.py

A report is recorded by `zhsq bench ... --json benchmarks/results/NAME.json`; what the face benchmarks write with `--json` lies
in `benchmarks/results/faces`. No figure is typed by hand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import face_tables

RESULTS = Path(__file__).parent / "results"
FACES = Path(__file__).parent.parent / "docs" / "faces.md"
READMES = (Path(__file__).parent.parent / "README.md", Path(__file__).parent.parent / "README.zh.md")
#: The metrics of each task that a reader looks for first.
HEADLINES = {
    "face-verification": ("accuracy", "tar_at_far_1e-3", "tar_at_far_1e-4", "eer", "fta"),
    "face-identification": ("fnir_at_fpir_0.01", "fnir_at_fpir_0.01_photos_3", "fnir_at_fpir_0.003", "rank_1"),
    "face-robustness": ("fnmr_clean", "fnmr_low_light_5", "fnmr_motion_blur_20", "fnmr_mask_50", "fnmr_sunglasses_3"),
    "face-pad": ("apcer", "bpcer"),
    "plate-reading": ("exact_match", "cer"),
    "plate-end-to-end": ("exact_match",),
    "video-anomaly": ("frame_auroc_micro", "frame_auroc_macro"),
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


def render_faces() -> str:
    """docs/faces.md with its measured part made anew."""
    block = f"<!-- measured -->\n{face_tables.render(RESULTS)}\n<!-- /measured -->"
    return re.sub(r"<!-- measured -->.*<!-- /measured -->", lambda _: block, FACES.read_text("utf-8"), flags=re.S)


if __name__ == "__main__":
    for target in READMES:
        target.write_text(render(target), encoding="utf-8")
    FACES.write_text(render_faces(), encoding="utf-8")
