"""`zhsq rollback`: back to the deployment before, at once."""

from __future__ import annotations

from typing import Annotated

import typer

from zhsq.commands.deploy import By, Reason, Repository, Url

app = typer.Typer()


@app.command()
def rollback(
    name: Annotated[str, typer.Argument(help="The deployed bundle's name.")],
    to: Annotated[
        str, typer.Option(help="An earlier deployment, by version or by the first digits of its sha256.")
    ] = "",
    url: Url = None,
    repository: Repository = None,
    reason: Reason = "",
    by: By = "",
) -> None:
    """Switch back to the version before, which is still loaded; end a trial when there is one. Nothing is deleted."""
    from zhsq.commands.deploy import endpoints, place
    from zhsq.deploy.back import rollback as roll_back

    deployment = roll_back(name, endpoints(url), place(repository), to=to, by=by, reason=reason)
    # Plain: what colours text takes longer to import than the rollback takes.
    typer.echo(f"{deployment} is in use again, for every call.")
    for model, version in deployment.models.items():
        typer.echo(f"  {model} version {version}")
