"""`zhsq deployments`: what runs where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhsq.commands.deploy import Repository, Url

if TYPE_CHECKING:
    from zhsq.deploy.survey import Survey

app = typer.Typer()
_COLOURS = {"ready": "green", "not loaded": "yellow", "partly loaded": "red", "unreachable": "red"}


@app.command()
def deployments(
    url: Url = None,
    repository: Repository = None,
    log: Annotated[bool, typer.Option("--log", help="Every move of every pointer, too: who, when, why.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write it as JSON, too.", dir_okay=False)] = None,
) -> None:
    """Each endpoint's versions in use, on trial and before, with share of calls and health. Exit code 1: not healthy."""
    from zhsq.commands.deploy import endpoints, place
    from zhsq.commands.output import write_json
    from zhsq.deploy.survey import survey

    folder = place(repository)
    found = survey(endpoints(url), folder)
    if json is not None:
        write_json(json, found.model_dump_json(indent=2))
    _print(found, folder)
    if log:
        _print_log(folder)
    if not found.healthy:
        raise typer.Exit(1)


def _print(found: Survey, folder: Path) -> None:
    from rich.table import Table

    from zhsq.commands.output import console

    for address, state in found.endpoints.items():
        console.print(f"Triton at {address}: {state}", highlight=False, soft_wrap=True)
    if not found.places:
        console.print(f"Nothing was deployed in {folder}. Deploy: zhsq deploy BUNDLE", highlight=False, soft_wrap=True)
    else:
        table = Table("name", "", "calls", "bundle", "sha256", "endpoint", "models", "state")
        for place in found.places:
            models = ", ".join(
                f"{model.rpartition('__')[2]}:{version}{'' if model in place.ready else ' (absent)'}"
                for model, version in place.deployment.models.items()
            )
            table.add_row(
                place.name,
                place.role,
                f"{place.share:.0%}",
                f"{place.deployment.bundle} {place.deployment.version}",
                place.deployment.sha256[:12],
                place.url,
                models,
                f"[{_COLOURS[place.state]}]{place.state}[/]",
            )
        console.print(table)
    for name, so_far in found.trials.items():
        console.print(f"Trial of {name}: {so_far}", highlight=False, soft_wrap=True)
    for name, move in found.last_moves.items():
        why = f": {move.reason}" if move.reason else ""
        console.print(f"{name}: {move.action} {move.deployment}, {move.at}, {move.by}{why}", highlight=False)
    if (left := found.unfinished) is not None:
        then = f" ({left['effect']}); the next deploy cleans up" if left["state"] == "cut off" else ""
        console.print(
            f"[yellow]A deployment of {left['bundle']} as {left['name']} ({left['by']}, pid {left['pid']}, since "
            f"{left['since']}) is {left['state']} at the step '{left['stage']}'{then}.[/]",
            highlight=False,
            soft_wrap=True,
        )


def _print_log(folder: Path) -> None:
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.runtime.pointer import read

    table = Table("when", "name", "move", "bundle", "by", "why", "evidence")
    for name, pointer in read(folder).pointers.items():
        for move in pointer.log:
            facts = "\n".join(f"{key}: {value}" for key, value in move.evidence.items())
            table.add_row(move.at, name, move.action, str(move.deployment), move.by, move.reason, facts)
    console.print(table)
