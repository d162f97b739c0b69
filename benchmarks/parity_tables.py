"""The measured part of docs/parity.md, from `benchmarks/results/parity`: for `figures.py`. A bundle appears when recorded."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, rate, table, where

#: What was compared with the bundle in process, in the order of the tables.
_LABELS = {
    "onnxruntime": "as exported (no optimisation, one thread)",
    "triton": "Triton, Python backend",
    "openvino": "OpenVINO, f32",
}


def render(results: Path) -> str:
    """A table of verdicts, the decisions and scores of each bundle, and OpenVINO's speed; '' without records."""
    records = [json.loads(path.read_text("utf-8")) for path in sorted((results / "parity").glob("*.json"))]
    if not records:
        return ""
    records.sort(key=lambda record: (not record["default"], record["bundle"]["task"], record["bundle"]["name"]))
    return "\n\n".join((_verdicts(records), _decisions(records), _graphs(records), _speed(records)))


def _verdicts(records: list[Json]) -> str:
    rows = []
    for record in records:
        for row in record["rows"]:
            if "impossible" in row:
                rows.append((_name(record), _label(row), "", "", "", "can't be made"))
                continue
            kinds = row["decisions"]
            equal, n = sum(kind["agree"] for kind in kinds), sum(kind["n"] for kind in kinds)
            worst = max(row["graphs"], key=lambda part: (part["max_rel"] is None, part["max_rel"] or 0))["max_rel"]
            inside = sum(kind["in_band"] for kind in kinds)
            verdict = "holds" if row["passes"] else "**refused**"
            rows.append((_name(record), _label(row), _error(worst), f"{equal} of {n}", str(inside), verdict))
    header = ("bundle", "beside it", "largest error of a graph's scale", "decisions equal", "in the band", "parity")
    return "\n\n".join(("### Verdicts", table(header, rows), _refusals(records)))


def _refusals(records: list[Json]) -> str:
    """Why; without the names of pictures, which are people's."""
    lines = [
        f"- {_name(record)}, {_label(row)}: {'; '.join(_reasons(row))}."
        for record in records
        for row in record["rows"]
        if not row.get("passes", False)
    ]
    return "\n".join(("Why, where it is refused:", "", *lines)) if lines else "None was refused."


def _reasons(row: Json) -> list[str]:
    if "impossible" in row:
        return [row["impossible"].splitlines()[0].rstrip(".")]
    graphs = [
        f"graph {part['graph']} ({part['precision']}) is out by {_error(part['max_rel'])} of its scale, {part['limit']:g} may be"
        for part in row["graphs"]
        if part["max_rel"] is None or part["max_rel"] > part["limit"]
    ]
    kinds = [
        f"{kind['kind']}: {kind['n'] - kind['agree']} of {kind['n']} decisions outside the band differ"
        for kind in row["decisions"]
        if kind["agree"] < kind["n"]
    ]
    return graphs + kinds or list(row["failures"])


def _decisions(records: list[Json]) -> str:
    rows = []
    for record in records:
        for row in record["rows"]:
            for kind in row.get("decisions", ()):
                error = "" if kind["max_error"] is None else f"{kind['max_error']:.1e}"
                band = f"{kind['band']:g} {kind['unit']} ({kind['precision']})"
                inside = f"{kind['in_band_agree']} of {kind['in_band']}" if kind["in_band"] else "0"
                alike = ", all decided alike" if kind["outcomes"] == 1 else ""
                decided = f"{kind['agree']} of {kind['n']}{alike}"
                rows.append((_name(record), _label(row), kind["kind"], decided, inside, band, error))
    header = (
        "bundle",
        "beside it",
        "decision",
        "equal outside the band",
        "equal in the band",
        "band",
        "largest error of the score near the edge",
    )
    sources = sorted({row["source"] for record in records for row in record["rows"] if "source" in row})
    return "\n\n".join(("### Decisions", table(header, rows), "Pictures: " + "; ".join(sources) + "."))


def _graphs(records: list[Json]) -> str:
    rows = [
        (
            _name(record),
            _label(row),
            f"{part['graph']} ({part['precision']})",
            f"{part['n']}{' random' if part['seeded'] else ''}",
            _error(part["max_abs"]),
            _error(part["max_rel"]),
            f"{part['limit']:g}",
        )
        for record in records
        for row in record["rows"]
        for part in row.get("graphs", ())
    ]
    header = ("bundle", "beside it", "graph", "inputs", "largest error", "of the output's scale", "limit")
    return "\n\n".join(("### Scores", table(header, rows)))


def _speed(records: list[Json]) -> str:
    rows = [(_name(record), rate(record["speed"]["openvino_times_as_fast"], 2)) for record in records]
    method = records[0]["speed"]
    commands = "; ".join(where(record) for record in records)
    return "\n\n".join(
        (
            "### OpenVINO's speed",
            table(("bundle", "times as fast as ONNX Runtime, one thread"), rows),
            f"{method['turns']} turns, {method['method']}; processor time. {commands}.",
        )
    )


def _error(value: float | None) -> str:
    """An error; null stands for infinity, which JSON has not."""
    return "∞" if value is None else f"{value:.1e}"


def _name(record: Json) -> str:
    return f"{record['bundle']['name']} {record['bundle']['version']}"


def _label(row: Json) -> str:
    return _LABELS.get(row["label"], row["label"])
