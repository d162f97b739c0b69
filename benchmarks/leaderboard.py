"""The leaderboard, `leaderboard.md` and `leaderboard.html`, from recorded results: for `figures.py`.

A row is one figure of one recorded report: a JSON of `zhsq bench` anywhere under `benchmarks/results`. Peers' readings
of the same crops come from `plates/peers.json`. Reports hold no licences; these lie in `leaderboard/licences.json` by the
sha256 of the bundle that was measured, and are read out of the bundles themselves:

    .venv/bin/python benchmarks/leaderboard.py --bundles FOLDER [FOLDER ...]
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from markdown_tables import Json, rate, table

from zhsq.models.bundle import SPEC_FILE, Bundle, Licence

HERE = Path(__file__).parent
RESULTS = HERE / "results"
LICENCES = Path("leaderboard") / "licences.json"
#: The metrics of each task that a reader looks for first, and whether lower is better.
HEADLINES: dict[str, dict[str, bool]] = {
    "face-verification": {
        "accuracy": False,
        "tar_at_far_1e-3": False,
        "tar_at_far_1e-4": False,
        "eer": True,
        "fta": True,
    },
    "face-identification": {
        "fnir_at_fpir_0.01": True,
        "fnir_at_fpir_0.01_photos_3": True,
        "fnir_at_fpir_0.003": True,
        "rank_1": False,
    },
    "face-robustness": {
        "fnmr_clean": True,
        "fnmr_low_light_5": True,
        "fnmr_motion_blur_20": True,
        "fnmr_mask_50": True,
        "fnmr_sunglasses_3": True,
    },
    "face-pad": {"apcer": True, "bpcer": True},
    "plate-reading": {"exact_match": False, "cer": True, "error_among_accepted": True, "review_share": True},
    "plate-end-to-end": {"exact_match": False, "detection_iou_0.7": False},
    "video-anomaly": {"frame_auroc_micro": False, "frame_auroc_macro": False, "rbdc": False, "tbdc": False},
}
LEAD = (
    "Made by `python benchmarks/figures.py` from the recorded results beside it; no figure is typed by hand. Rows are in "
    "the order of their value. That order is no proof: whether two models differ on the same trials is told by "
    "`zhsq compare`. A metric that a bundle does not give (a threshold that accepts nothing) has no row."
)
HEADER = (
    "model",
    "data and release",
    "protocol",
    "metric",
    "value and 95 % interval",
    "n",
    "hardware",
    "licence",
    "command",
)


@dataclass(frozen=True)
class Row:
    """One figure of the leaderboard; `deployable` is None where a peer's terms are not ours to say."""

    task: str
    model: str
    data: str
    protocol: str
    metric: str
    figure: Json
    n: int
    hardware: str
    licence: str
    training_data: str
    deployable: bool | None
    command: str

    def cells(self) -> tuple[str, ...]:
        """As columns of `HEADER`."""
        return (
            self.model,
            self.data,
            self.protocol,
            self.metric,
            rate(self.figure),
            str(self.n),
            self.hardware,
            "; ".join(part for part in (self.licence, self.training_data) if part),
            f"`{self.command}`",
        )


def reports(results: Path = RESULTS) -> list[Json]:
    """Every recorded report of `zhsq bench`, those of the default bundles first."""
    paths = [*sorted(results.glob("*.json")), *sorted(results.glob("*/*.json"))]
    found = [json.loads(path.read_text("utf-8")) for path in paths]
    return [report for report in found if report.get("task") in HEADLINES and "model" in report]


def rows(results: Path = RESULTS) -> list[Row]:
    """Every row: by task, by metric in the order of `HEADLINES`, the best value first."""
    licences = json.loads((results / LICENCES).read_text("utf-8"))
    found = [row for report in reports(results) for row in _report_rows(report, licences)] + _peers(results)
    tasks = list(HEADLINES)

    def place(row: Row) -> tuple[int, str, int, float]:
        metrics = HEADLINES[row.task]
        sign = 1 if metrics[row.metric] else -1
        return tasks.index(row.task), row.data, list(metrics).index(row.metric), sign * row.figure["value"]

    return sorted(found, key=place)


def _report_rows(report: Json, licences: Json) -> list[Row]:
    model = report["model"]
    if model["sha256"] not in licences:
        sys.exit(
            f"No licence of {model['name']} {model['sha256'][:12]} is recorded: "
            "python benchmarks/leaderboard.py --bundles FOLDER, where that bundle is."
        )
    words, training_data, deployable = _licence(licences[model["sha256"]])
    return [
        Row(
            report["task"],
            f"{report['model']['name']} {report['model']['version']}",
            f"{report['data']['name']}: {report['data']['release']}",
            report["protocol"],
            metric,
            report["metrics"][metric],
            report["n"],
            f"{report['hardware']['cores']} cores of {report['hardware']['cpu']}",
            words,
            training_data,
            deployable,
            report["command"],
        )
        for metric in HEADLINES[report["task"]]
        if metric in report["metrics"]
    ]


def _peers(results: Path) -> list[Row]:
    """Peers' exact match on the same crops, one at a time, as packaged."""
    path = results / "plates" / "peers.json"
    if not path.is_file():
        return []
    record = json.loads(path.read_text("utf-8"))
    crops = record["crops"]
    return [
        Row(
            "plate-reading",
            f"{row['title']} (peer)",
            f"{crops['data']['name']}: {crops['data']['release']}",
            "exact match, peers as packaged",
            "exact_match",
            row["exact_match"],
            crops["n"],
            f"{record['hardware']['cores']} cores of {record['hardware']['cpu']}",
            "not shipped",
            "",
            None,
            record["command"],
        )
        for row in crops["rows"]
        if not row["ours"] and row["batch"] == 1
    ]


def _licence(entry: Json) -> tuple[str, str, bool]:
    """Terms of the weights in words, those of the training data where they are not clear, and whether to deploy."""
    weights = [Licence.model_validate(item) for item in entry["weights"]]
    data = [Licence.model_validate(item) for item in entry["training_data"]]
    deployable = bool(weights) and all(item.deployable for item in weights)
    words = "deployable" if deployable else "not deployable"
    words += f": {', '.join(dict.fromkeys(item.spdx for item in weights)) or 'none stated'}"
    groups = (
        ("training data not for deployment", [item.name for item in data if item.deployable is False]),
        ("training data undeclared", [item.name for item in data if item.deployable is None]),
    )
    return words, "; ".join(f"{lead}: {', '.join(names)}" for lead, names in groups if names), deployable


def markdown(results: Path = RESULTS) -> str:
    """`leaderboard.md`: a table for each task."""
    every = rows(results)
    parts = [f"# Leaderboard\n\n{LEAD}"]
    for task in dict.fromkeys(row.task for row in every):
        parts.append(f"## {task}\n\n{table(HEADER, [row.cells() for row in every if row.task == task])}")
    return "\n\n".join(parts) + "\n"


def page(results: Path = RESULTS) -> str:
    """`leaderboard.html`: the same, self-contained, in the style of a comparison's page."""
    from zhsq.tracking.comparison.chart import Bars
    from zhsq.tracking.comparison.page import environment

    every = rows(results)
    groups = []
    for task in dict.fromkeys(row.task for row in every):
        shown = [row for row in every if row.task == task]
        bars = []
        for row in shown:
            same = [r.figure for r in shown if (r.metric, r.data) == (row.metric, row.data)]
            scale = (min(f["low"] for f in same), max(f["high"] for f in same))
            bars.append(Bars((("A", row.figure["low"], row.figure["value"], row.figure["high"]),), scale=scale))
        groups.append({"task": task, "rows": list(zip(shown, bars, strict=True))})
    template = environment(HERE).get_template("leaderboard.html.j2")
    return str(template.render(groups=groups, header=HEADER, lead=LEAD.replace("`", "")))


def read_licences(folders: list[Path], results: Path = RESULTS) -> Json:
    """Licences of every bundle that a report names, by sha256: out of verified bundles below the folders, or as recorded.

    What is recorded of a sha256 stays true, since another licence in a bundle makes another sha256.

    Raises:
        SystemExit: a bundle is in none of them, and not recorded; says which.
    """
    wanted = {report["model"]["sha256"]: report["model"]["name"] for report in reports(results)}
    recorded = results / LICENCES
    found: Json = json.loads(recorded.read_text("utf-8")) if recorded.is_file() else {}
    for folder in folders:
        for spec in sorted(folder.rglob(SPEC_FILE)):
            if not any(sha[:12] in spec.parent.name for sha in wanted.keys() - found.keys()):
                continue
            bundle = Bundle.load(spec.parent)
            found[bundle.sha256] = {
                "name": bundle.name,
                "version": bundle.version,
                "weights": [item.model_dump(mode="json") for item in bundle.spec.weights_licences],
                "training_data": [item.model_dump(mode="json") for item in bundle.spec.training_data_licences],
            }
    missing = [f"{name} {sha[:12]}" for sha, name in wanted.items() if sha not in found]
    if missing:
        sys.exit(f"No bundle was found of: {', '.join(missing)}. Build or fit them, and name the folder.")
    return {sha: found[sha] for sha in sorted(wanted)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundles", type=Path, nargs="+", required=True, help="Folders of bundles to read.")
    text = json.dumps(read_licences(parser.parse_args().bundles), indent=2, ensure_ascii=False)
    (RESULTS / LICENCES).parent.mkdir(exist_ok=True)
    (RESULTS / LICENCES).write_text(text + "\n", encoding="utf-8")
