"""`zhsq train`: fit models from experiment files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.training.run import Outcome

app = typer.Typer()


@app.command()
def train(
    experiments: Annotated[list[Path], typer.Argument(help="Experiment files, such as experiments/plate-reader.yaml.")],
    data: Annotated[str | None, typer.Option(help="Data set or folder, for experiments that fit on one.")] = None,
    smoke: Annotated[bool, typer.Option(help="The whole path in seconds, with the file's own small values.")] = False,
    bench: Annotated[
        list[str] | None,
        typer.Option(metavar="TASK", help="Then measure the bundle, as a part of its run; repeatable."),
    ] = None,
) -> None:
    """Fit models from experiment files: each is tracked as an MLflow run and puts its bundle into the store."""
    from rich.table import Table

    from zhsq.bench.suite import TASKS, git_commit
    from zhsq.commands.output import console, progress_hook
    from zhsq.errors import UnknownNameError
    from zhsq.training.experiments import load
    from zhsq.training.run import run

    configs = [load(path, smoke) for path in experiments]  # all are checked before the first runs
    for task in bench or []:
        if task not in TASKS:
            raise UnknownNameError("task", task, TASKS)
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
        for task in bench or []:
            _bench(task, outcome)


def _bench(task: str, outcome: Outcome) -> None:
    """Measure a trained bundle on the task's usual set; the run is a part of the training's."""
    from zhsq.bench.result import BenchOptions
    from zhsq.bench.suite import plan
    from zhsq.commands.output import console, print_report, progress_hook
    from zhsq.tracking import store

    planned = plan(task, str(outcome.bundle.path), None)
    with progress_hook(task) as hook, store.bench_run(task, planned.title, parent=outcome.run_id) as run:
        options = BenchOptions(progress=hook)
        result = planned.run(options)
        run.keep(result.report, result.bundle, result.trials, options)
    print_report(result.report)
    console.print(f"MLflow run: {run.run_id}, part of {outcome.run_id}", soft_wrap=True, highlight=False)
