"""The measured part of docs/anomaly.md, from recorded results: for `figures.py`.

The report of `zhsq bench video-anomaly` lies in `benchmarks/results` (the default's) and in `benchmarks/results/anomaly`
(variants and baselines); `choose.json` is of `anomaly_choose.py`, `patchcore.json` of `anomaly_patchcore.py`, `speed.json` of
`anomaly_speed.py`. A section appears when its results are recorded.
"""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, rate, table, where

_METRICS = (
    "frame_auroc_micro",
    "frame_auroc_macro",
    "eer",
    "pixel_auroc",
    "pixel_auroc_40",
    "rbdc",
    "tbdc",
)
#: Names of the steps of one frame.
_STEPS = {
    "decode": "decode",
    "graph look": "backbone",
    "graph score": "distances",
    "rest of score": "flow and the rest",
}


def render(results: Path) -> str:
    """Every section whose results are recorded; '' for none."""
    paths = [*sorted(results.glob("video-anomaly*.json")), *sorted((results / "anomaly").glob("video-anomaly*.json"))]
    reports = [json.loads(path.read_text("utf-8")) for path in paths]
    parts = [_accuracy(reports), *(_clips(report) for report in reports[:1])] if reports else []
    for name, section in (("patchcore", _patchcore), ("choose", _choose), ("speed", _speed)):
        path = results / "anomaly" / f"{name}.json"
        if path.is_file():
            parts.append(section(json.loads(path.read_text("utf-8"))))
    return "\n\n".join(parts)


def _accuracy(reports: list[Json]) -> str:
    rows = []
    for report in reports:
        alarms = report["details"]["false_alarms_per_hour"]
        leak = report["details"]["comparison_only_frame_auroc_micro_with_per_clip_min_max"]
        rows.append(
            (
                f"{report['model']['name']} {report['model']['version']} on {report['data']['name']}",
                *(rate(report["metrics"].get(name)) for name in _METRICS),
                rate(alarms, 1),
                f"{leak:.4f}",
            )
        )
    header = (
        "model and data",
        *_METRICS,
        "false alarms an hour",
        "micro with per-clip min-max (a leak; to compare only)",
    )
    first = reports[0]
    return "\n\n".join(
        (
            "### Accuracy",
            table(header, rows),
            f"{first['protocol']}; {first['split']}; n = {first['n']} frames; {first['data']['release']}. Intervals: "
            f"{first['interval_method']}. False alarms: {_alarms(reports)}. "
            + "; ".join(where(r) for r in reports)
            + ".",
        )
    )


def _alarms(reports: list[Json]) -> str:
    """How false alarms were counted, by the models that share a way."""
    ways: dict[str, list[str]] = {}
    for report in reports:
        alarms = report["details"]["false_alarms_per_hour"]
        ways.setdefault(f"{alarms['protocol']}, n = {alarms['n']}", []).append(report["model"]["name"])
    return "; ".join(f"{', '.join(names)}: {way}" for way, names in ways.items())


def _patchcore(record: Json) -> str:
    export = record["export"]
    said = (
        f"failed: {export['error'].split('. ')[0]}"
        if "error" in export
        else f"differs from its model by at most {export['max_abs']:.1e}, of scores up to {export['scale']:.1f}, and ranks "
        f"{export['order_kept']:.2%} of all pairs of {export['n']} frames as it does"
    )
    return "\n\n".join(
        (
            "### anomalib's PatchCore with the same weights",
            f"Micro AUROC {rate(record['frame_auroc_micro'])}, with our smoothing over time "
            f"{rate(record['frame_auroc_micro_smoothed'])}; n = {record['n']} frames, bank of {record['bank'][0]} rows from "
            f"{record['training_frames']} evenly spaced training frames, anomalib "
            f"{record['peer']['versions']['anomalib']} at its defaults otherwise. Its ONNX export {said}. {where(record)}.",
        )
    )


def _clips(report: Json) -> str:
    by_clip = report["details"]["auroc_by_clip"]
    return "\n\n".join(
        (
            "### By clip",
            table(("clip", *by_clip), [("frame AUROC", *(f"{value:.4f}" for value in by_clip.values()))]),
        )
    )


def _choose(record: Json) -> str:
    columns = list(record["settings"][0])
    rows = [tuple(v if isinstance(v, str) else f"{v:.4f}" for v in row.values()) for row in record["settings"]]
    return "\n\n".join(
        (
            "### How the settings were chosen",
            f"Banks of the first {record['fitted']} training clips of {record['data']}; boards, bicycles and carts planted "
            f"into the last {record['held']}. No test frame is read. `benchmarks/anomaly_choose.py`.",
            table(columns, rows),
        )
    )


def _speed(record: Json) -> str:
    rows = [
        (
            row["title"],
            str(row["cameras"]),
            row["models"],
            str(row["inner"]),
            _range(row["per_second"]),
            _range(row["cpu_ms"]),
            f"{row['peak_mib']:.0f}",
        )
        for row in record["rows"]
    ]
    header = ("scorer", "cameras", "models", "threads of a graph", "frames a second", "CPU ms a frame", "peak MiB")
    parts = ["### Speed", table(header, rows)]
    first = next(row for row in record["rows"] if row["ours"])
    shares = ", ".join(f"{_STEPS.get(name, name)} {share:.0%}" for name, share in first["steps"].items())
    lines = [f"{record['n']} frames a turn, {record['rounds']} rounds, {where(record)}. A frame's steps: {shares}."]
    if record["ratio"]:
        speed = record["ratio"]["per_second"]
        lines.append(
            f"One camera is {speed['value']:.1f} times as fast as PatchCore ({speed['low']:.1f} to {speed['high']:.1f}), "
            f"which has {record['peer']['weights']}; its bank is of {record['peer']['frames']} training frames."
        )
    busy = record["contention"]["other_busy_cores"]
    if busy:
        lines.append(f"Other programs kept {busy['median']:.2f} cores busy meanwhile (up to {busy['max']:.2f}).")
    bar = record["bar"]
    lines.append(f"Needed: {bar['needed']:.0f} frames a second; measured: {bar['measured']['median']:.1f}.")
    return "\n\n".join((*parts, " ".join(lines)))


def _range(figure: Json) -> str:
    return f"{figure['median']:.1f} ({figure['min']:.1f} to {figure['max']:.1f})"
