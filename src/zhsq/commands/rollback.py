"""`zhsq rollback`: back to the deployment before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def rollback(
    name: Annotated[str, typer.Argument(help="The deployed bundle's name.")],
    url: Annotated[
        str | None, typer.Option(help="Triton's gRPC address. Default: the server that `zhsq triton` started.")
    ] = None,
    repository: Annotated[
        Path | None, typer.Option(help="The repository that this Triton serves, as seen from here.", file_okay=False)
    ] = None,
) -> None:
    """Switch a deployed model back to the version before; nothing is deleted."""
    from rich.console import Console

    from zhsq.deploy.rollout import rollback as roll_back
    from zhsq.deploy.server import default_repository, default_url

    deployment = roll_back(name, url or default_url(), repository or default_repository())
    console = Console()
    console.print(f"{deployment.bundle} {deployment.version} ({deployment.sha256[:12]}) is in use again.")
    for model, version in deployment.models.items():
        console.print(f"  {model} version {version}")
