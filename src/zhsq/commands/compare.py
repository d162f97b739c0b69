"""`zhsq compare`: runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def compare(
    runs: Annotated[list[str], typer.Argument(help="Two or more MLflow runs of one protocol and release.")],
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here.")] = None,
) -> None:
    """Runs side by side with intervals, and the paired difference of each to the first."""
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.errors import ZhsqError
    from zhsq.tracking import store
    from zhsq.tracking.comparison import differences
    from zhsq.tracking.comparison.page import page

    if len(runs) < 2:
        raise ZhsqError("Only one run was named.", "Name two or more: zhsq runs lists them.")
    found = [store.read(run) for run in runs]
    compared = [differences(found[0], run) for run in found[1:]]
    table = Table("metric", *(f"{run.report.model.name} {run.run_id[:8]}" for run in found))
    for name in found[0].report.metrics:
        figures = [run.report.metrics.get(name) for run in found]
        table.add_row(name, *(f"{f.value:.4f} ({f.low:.4f} to {f.high:.4f})" if f else "" for f in figures))
    console.print(table)
    for run, rows in zip(found[1:], compared, strict=True):
        for d in rows:
            e = d.estimate
            console.print(
                f"{run.run_id[:8]} - {found[0].run_id[:8]}: {d.metric} {e.value:+.4f} ({e.low:+.4f} to {e.high:+.4f}); "
                f"{d.verdict}"
            )
    if html is not None:
        try:
            html.write_text(page(found, compared), encoding="utf-8")
        except OSError as error:
            raise ZhsqError(f"{html} can't be written: {error.strerror}.", "Choose another path.") from error
        console.print(f"page: {html}")
