"""The measured part of docs/plates.md, from recorded results: for `figures.py`.

Reports of `zhsq bench plate-reading` and `plate-end-to-end` lie in `benchmarks/results` (the default bundle's) and in
`benchmarks/results/plates` (other bundles, other data), named after their task; `peers.json` is of `plate_peers.py`,
`match.json` of `plate_match.py`. A section appears when its results are recorded.
"""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, rate, table, where

#: Metrics of reading, as columns.
_READING = ("exact_match", "cer", "error_among_accepted", "review_share", "aurc", "ece")
#: Rows of the table of confusions.
_CONFUSIONS = 12


def render(results: Path) -> str:
    """Every section whose results are recorded; '' for none."""
    reading, photos = (_reports(results, task) for task in ("plate-reading", "plate-end-to-end"))
    parts = []
    if reading:
        parts += [_reading(reading), *_home(reading), *(_closely(report) for report in reading)]
    if photos:
        parts.append(_photos(photos))
    for name, section in (("peers", _peers), ("match", _match)):
        path = results / "plates" / f"{name}.json"
        if path.is_file():
            parts.append(section(json.loads(path.read_text("utf-8"))))
    return "\n\n".join(parts)


def _reports(results: Path, task: str) -> list[Json]:
    paths = [*sorted(results.glob(f"{task}*.json")), *sorted((results / "plates").glob(f"{task}*.json"))]
    return [json.loads(path.read_text("utf-8")) for path in paths]


def _title(report: Json) -> str:
    return f"{report['model']['name']} {report['model']['version']} on {report['data']['name']}"


def _measured_by(reports: list[Json]) -> str:
    return "; ".join(dict.fromkeys(where(report) for report in reports))


def _figures(report: Json, names: tuple[str, ...]) -> list[str]:
    return [rate(report["metrics"].get(name)) for name in names]


def _reading(reports: list[Json]) -> str:
    rows = [
        (
            _title(report),
            str(report["n"]),
            *_figures(report, _READING),
            f"{report['thresholds']['accept']['value']:.4g}",
        )
        for report in reports
    ]
    sources = "\n".join(
        f"- {source}" for source in dict.fromkeys(report["thresholds"]["accept"]["source"] for report in reports)
    )
    header = ("model and data", "n", *(name.replace("_", " ") for name in _READING), "threshold")
    return (
        f"## Measured: reading of crops\n\n{reports[0]['protocol']}. {_measured_by(reports)}.\n\n"
        f"{table(header, rows)}\n\n"
        f"Where the thresholds came from:\n\n{sources}"
    )


def _home(reports: list[Json]) -> list[str]:
    """What is read where an estate's provinces are known, beside what the same crops give without; [] for none."""
    known = [report for report in reports if "home" in report["details"]]
    if not known:
        return []
    names = ("home_exact_match", "home_error_among_accepted", "home_review_share")
    rows = [
        (
            _title(report),
            str(report["details"]["home"]["n"]),
            rate(report["details"]["home"]["exact_match_without"]),
            *_figures(report, names),
        )
        for report in known
    ]
    header = ("model and data", "n", "exact match without", *(name.replace("_", " ") for name in names))
    home = known[0]["details"]["home"]
    counts = ", ".join(f"{province} {n}" for province, n in home["counts"].items())
    return [f"### At a gate: {home['protocol']}\n\nProvinces {home['provinces']}: {counts}.\n\n{table(header, rows)}"]


def _closely(report: Json) -> str:
    """Tables of one report: classes, positions, provinces, confusions."""
    details = report["details"]
    groups = [
        (what, key, str(row["n"]), rate(row))
        for what in ("class", "province")
        for key, row in details[f"by_{what}"].items()
    ]
    places = [
        ("position", str(row["position"]), str(row["n"]), rate(row) if "low" in row else "")
        for row in details["by_position"]
    ]
    text = f"### {_title(report)}\n\n{table(('by', '', 'n', 'right'), [*groups, *places])}"
    mixed = details.get("confusions", [])
    if mixed:
        rows = [(row["truth"] or "(added)", row["read"] or "(lost)", str(row["n"])) for row in mixed[:_CONFUSIONS]]
        text += f"\n\n{table(('on the plate', 'read as', 'times'), rows)}"
    return text


def _photos(reports: list[Json]) -> str:
    names = ("exact_match", "exact_match_text", "detection_iou_0.7", "exact_match_quad")
    rows = []
    for report in reports:
        kinds = ", ".join(
            f"{kind} {row['value'] * row['n']:.0f} of {row['n']}" for kind, row in report["details"]["by_kind"].items()
        )
        rows.append((_title(report), report["protocol"], str(report["n"]), *_figures(report, names), kinds))
    header = (
        "model and data",
        "protocol",
        "n",
        "recognition, paper 2018",
        "recognition, repository 2019",
        "detection",
        "reader alone, labelled corners",
        "by kind (paper)",
    )
    releases = "; ".join(dict.fromkeys(report["data"]["release"] for report in reports))
    return f"## Measured: end to end\n\n{releases}. {_measured_by(reports)}.\n\n{table(header, rows)}"


def _peers(record: Json) -> str:
    text = f"## Measured: beside peers\n\nOne thread each, {record['statistics']}. {where(record)}."
    for part in ("crops", "photos"):
        found = record[part]
        rows = [
            (
                row["title"],
                str(row["batch"]),
                rate(row["per_second"], 1),
                rate(row["exact_match"]),
                f"{row['exact_match_o_i_as_digits']['value']:.4f}",
                "" if row["peak_mib"] is None else f"{row['peak_mib']:.0f}",
            )
            for row in found["rows"]
        ]
        ratios = [
            (
                line["ours"],
                line["peer"],
                line["at"],
                rate(line["ratio"], 2),
                "" if line["needed"] is None else f"{line['needed']:g}: {'met' if line['met'] else 'not met'}",
            )
            for line in found["comparisons"]
        ]
        notes = dict.fromkeys(f"- {row['title']}: {row['note']}" for row in found["rows"] if row["note"])
        text += (
            f"\n\n### {part}: {found['data']['release']}, n = {found['n']}\n\n"
            + table(("reader", "batch", f"{part} a second", "exact match", "O, I as 0, 1", "peak MiB"), rows)
            + "\n\n"
            + table(("zhsq", "peer", "at", "times as fast", "needed"), ratios)
            + ("\n\n" + "\n".join(notes) if notes else "")
        )
    if record["skipped"]:
        text += "\n\nNot measured:\n\n" + "\n".join(f"- {name}: {why}" for name, why in record["skipped"].items())
    return text


def _match(record: Json) -> str:
    """One row a register's size, a column for every figure of a row."""
    keys = list(record["rows"][0])
    rows = [[_cell(row[key]) for key in keys] for row in record["rows"]]
    return f"## Measured: matching\n\n{where(record)}.\n\n{table([key.replace('_', ' ') for key in keys], rows)}"


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return rate(value, 2)
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
