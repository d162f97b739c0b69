"""`zhsq train`: fit a model from an experiment file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def train(
    experiment: Annotated[Path, typer.Argument(help="Experiment file, such as experiments/anomaly-flow.yaml.")],
    data: Annotated[str | None, typer.Option(help="Data set or folder; the experiment names one too.")] = None,
) -> None:
    """Fit a model from an experiment file and put its bundle into the store."""
    from zhsq.commands.output import console, progress_hook
    from zhsq.data.registry import locate
    from zhsq.training.anomaly import fit
    from zhsq.training.experiments import load
    from zhsq.workspace import workspace

    config = load(experiment)
    with progress_hook("train") as hook:
        bundle = fit(locate(data or config.data, "ucsd_ped2"), config, workspace().bundles, hook)
    console.print(f"bundle: {bundle.path}", soft_wrap=True)
