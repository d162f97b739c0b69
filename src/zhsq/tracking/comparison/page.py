"""The page of a comparison."""

from __future__ import annotations

import html

from zhsq.tracking.comparison.difference import Difference
from zhsq.tracking.store import LoggedRun


def page(runs: list[LoggedRun], found: list[list[Difference]]) -> str:
    """One self-contained HTML page; `found` holds the differences of every run but the first to the first."""
    head = "".join(f"<th>{html.escape(r.report.model.name)}<br><small>{r.run_id[:12]}</small></th>" for r in runs)
    rows = []
    for name in runs[0].report.metrics:
        cells = []
        for run in runs:
            figure = run.report.metrics.get(name)
            cells.append(
                f"<td>{figure.value:.4f}<br><small>{figure.low:.4f} to {figure.high:.4f}</small></td>"
                if figure
                else "<td></td>"
            )
        rows.append(f"<tr><th>{html.escape(name)}</th>{''.join(cells)}</tr>")
    verdicts = "".join(
        f"<li>{html.escape(run.report.model.name)} against {html.escape(runs[0].report.model.name)}: {d.metric} "
        f"{d.estimate.value:+.4f} ({d.estimate.low:+.4f} to {d.estimate.high:+.4f}): {d.verdict}</li>"
        for run, rows_of in zip(runs[1:], found, strict=True)
        for d in rows_of
    )
    report = runs[0].report
    title = html.escape(f"{report.task} on {report.data.name}")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>"
        "<style>body{font:16px system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
        "th,td{padding:.4rem .8rem;border-bottom:1px solid #ccc;text-align:right}th:first-child{text-align:left}</style>"
        f"<h1>{title}</h1><p>{html.escape(report.protocol)}; {html.escape(report.data.release)}; n = {report.n}</p>"
        f"<div style='overflow-x:auto'><table><tr><th>metric</th>{head}</tr>{''.join(rows)}</table></div><ul>{verdicts}</ul></html>"
    )
