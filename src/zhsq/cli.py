"""The `zhsq` command: one group or command per module of `zhsq.commands`, loaded when it is called.

Nothing slow is imported here: a rollback is a command, too.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import typer
import typer.core

from zhsq.errors import ZhsqError

#: command -> (module in zhsq.commands, one-line help). A module has `app`, a Typer with one command or a group.
COMMANDS = {
    "quickstart": ("quickstart", "The main job: benchmark, track, gate, export, deploy, serve, one match, one alert."),
    "data": ("data", "Data sets: list, info, fetch, check."),
    "zoo": ("zoo", "Weights and the bundles made of them: list, build, info."),
    "bench": ("bench", "Measure a bundle on a data set by a named protocol."),
    "calibrate": ("calibrate", "Plan a site's face threshold from its own labelled sample."),
    "train": ("train", "Fit a model from an experiment file."),
    "watch": ("watch", "Watch cameras: score frames as they come, raise events; learn what is normal there."),
    "runs": ("runs", "Tracked runs: list and filter them; show one."),
    "compare": ("compare", "Runs side by side, with intervals and paired significance."),
    "promote": ("promote", "Put a run's bundle through the gates, then set the alias champion."),
    "champions": ("champions", "The signed history of champions; --verify checks it."),
    "export": ("export", "Write a Triton model repository from a bundle."),
    "deploy": (
        "deploy",
        "Load a bundle's models on running Tritons, verify, switch; or try it on a share of the calls.",
    ),
    "rollback": ("rollback", "Switch a deployed bundle back to the version before, at once."),
    "deployments": ("deployments", "What runs where: versions in use, on trial and before, on each Triton."),
    "parity": ("parity", "Compare a bundle with another runtime or precision: scores and decisions on real pictures."),
    "triton": ("triton", "Install, start and stop the real Triton server on loopback."),
    "serve": ("serve", "Run the API."),
    "openapi": ("openapi", "Write the API's OpenAPI document, and the table of problem codes."),
    "alerts": ("alerts", "Rules of alerts: check them, try them on recorded events."),
    "report": ("report", "Reports of an estate: property performance, acceptance; pages to print, tables for Excel."),
    "keys": ("keys", "API keys: create the first one, list, rotate, revoke."),
    "audit": ("audit", "The audit: verify its chain, export it."),
    "db": ("db", "The database: upgrade its schema, check the enrolled templates and the clock."),
    "backup": ("backup", "Back up the store into one file, while the API runs."),
    "restore": ("restore", "Restore a back-up into an empty database; who was erased since stays erased."),
    "jobs": ("jobs", "Erase whose consent ended, re-protect templates, let old records go."),
    "templates": ("templates", "Keys that protect face templates: list, add, activate, remove; revoke an estate's."),
    "privacy": ("privacy", "What is processed, why, how long, of how many people: for an impact assessment."),
}


class _Lazy(typer.core.TyperGroup):
    """Imports a command's module only when that command runs: `zhsq --help` stays fast and needs no extra."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (the base class names it)
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if ctx.resilient_parsing or "--help" in sys.argv[1:2]:
            return typer.core.TyperCommand(cmd_name, help=entry[1], short_help=entry[1])
        module = importlib.import_module(f"zhsq.commands.{entry[0]}")
        command: Any = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from zhsq.errors import UnknownNameError

            raise UnknownNameError("command", args[0], COMMANDS)
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=_Lazy, no_args_is_help=True, add_completion=False, rich_markup_mode="rich", help=__doc__)


@app.callback(invoke_without_command=True)
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """zhsq (智慧社区): benchmark, deploy and serve face, plate and anomaly models for residential estates, lawfully."""
    if version:
        from zhsq import __version__

        typer.echo(f"zhsq {__version__}")
        raise typer.Exit


def main() -> None:
    """Entry point: errors of ours are shown as a message and a hint, with exit code 2."""
    try:
        app(prog_name="zhsq")
    except ZhsqError as error:
        from rich.console import Console

        console = Console(stderr=True)
        console.print(f"[bold red]error[/] ({error.code}): ", end="")
        console.print(error.message, markup=False, highlight=False)
        if error.hint:
            console.print(error.hint, markup=False, highlight=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
