"""`zhsq runs`: what was tracked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def runs(
    task: Annotated[str | None, typer.Option(help="Only runs of this task.")] = None,
    last: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
) -> None:
    """List tracked runs, newest first."""
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.tracking import store

    found = store.recent(store.client(), task)[:last]
    table = Table("run", "when (UTC)", "name", "state", "figures")
    for run in found:
        when = datetime.fromtimestamp(run.info.start_time / 1000, tz=UTC).strftime("%Y-%m-%d %H:%M")
        figures = {k: v for k, v in run.data.metrics.items() if not k.endswith(("_low", "_high", "_second"))}
        shown = ", ".join(f"{key} {value:.4f}" for key, value in list(figures.items())[:3])
        table.add_row(run.info.run_id[:12], when, run.info.run_name, run.info.status, shown)
    console.print(table if found else "No runs yet. Start with: zhsq bench plate-reading")
