"""`zhsq train`: fit models from experiment files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def train(
    experiments: Annotated[list[Path], typer.Argument(help="Experiment files, such as experiments/plate-reader.yaml.")],
    data: Annotated[str | None, typer.Option(help="Data set or folder, for experiments that fit on one.")] = None,
    smoke: Annotated[bool, typer.Option(help="The whole path in seconds, with the file's own small values.")] = False,
) -> None:
    """Fit models from experiment files: each is tracked as an MLflow run and puts its bundle into the store."""
    from rich.table import Table

    from zhsq.bench.suite import git_commit
    from zhsq.commands.output import console, progress_hook
    from zhsq.training.experiments import load
    from zhsq.training.run import run

    configs = [load(path, smoke) for path in experiments]  # all are checked before the first runs
    for config in configs:
        with progress_hook(config.kind) as hook:
            outcome = run(config, data, hook, git_commit())
        spec = outcome.bundle.spec
        console.print(f"run: {outcome.run_id}\nbundle: {outcome.bundle.path}", soft_wrap=True, highlight=False)
        if spec.metrics:
            table = Table(title=f"{spec.name} {spec.version} on its {spec.metrics[0].data}")
            for column in ("metric", "value", "95 % interval", "n"):
                table.add_column(column, justify="left" if column == "metric" else "right")
            for m in spec.metrics:
                table.add_row(m.name, f"{m.value:.4f}", f"{m.low:.4f} to {m.high:.4f}", str(m.n))
            console.print(table)
