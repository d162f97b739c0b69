"""`zhsq deploy`: a bundle onto a running Triton, verified before the switch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def deploy(
    bundle: Annotated[str, typer.Argument(help="A bundle: name, name@version, or its folder.")],
    url: Annotated[
        str | None, typer.Option(help="Triton's gRPC address. Default: the server that `zhsq triton` started.")
    ] = None,
    repository: Annotated[
        Path | None, typer.Option(help="The repository that this Triton serves, as seen from here.", file_okay=False)
    ] = None,
    onnxruntime: Annotated[
        bool, typer.Option("--onnxruntime", help="The repository is for Triton's onnxruntime backend (NVIDIA's image).")
    ] = False,
) -> None:
    """Load a bundle's models on a running Triton, compare its answers with the in-process ones, then switch to it."""
    from rich.console import Console

    from zhsq.deploy.rollout import deploy as roll_out
    from zhsq.deploy.server import default_repository, default_url
    from zhsq.models.zoo.recipes import resolve

    address = url or default_url()
    deployment, parity = roll_out(
        resolve(bundle),
        address,
        repository or default_repository(),
        variant="onnxruntime" if onnxruntime else "python",
    )
    console = Console()
    console.print(f"{deployment.bundle} {deployment.version} ({deployment.sha256[:12]}) is in use on {address}.")
    for model, version in deployment.models.items():
        console.print(f"  {model} version {version}")
    console.print(f"Parity with the in-process runtime: {parity}", soft_wrap=True)
