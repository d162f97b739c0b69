"""`zhsq runs`: what was tracked."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from zhsq.tracking.query import State, Summary

app = typer.Typer(help="Tracked runs: list and filter them; show one.")


@app.callback(invoke_without_command=True)
def runs(
    context: typer.Context,
    task: Annotated[str, typer.Option(help="Task of a benchmark, or kind of a training.")] = "",
    model: Annotated[str, typer.Option(help="Bundle: name, or name@version.")] = "",
    data: Annotated[str, typer.Option(help="Name of the data set.")] = "",
    state: Annotated[str, typer.Option(help="finished, failed, running or killed.")] = "",
    where: Annotated[list[str] | None, typer.Option(help="A figure's value: 'accuracy>0.99'; may be repeated.")] = None,
    last: Annotated[int, typer.Option(min=1, help="At most as many.")] = 20,
    json: Annotated[Path | None, typer.Option(help="Write the list here.")] = None,
    ids: Annotated[bool, typer.Option("--ids", help="Ids only, one a line: for zhsq compare $(...).")] = False,
) -> None:
    """List tracked runs, newest first: benchmarks and trainings."""
    if context.invoked_subcommand is not None:
        return
    from json import dumps

    from zhsq.commands.output import console, write_json
    from zhsq.tracking.query import Query, search

    found = search(Query(task=task, model=model, data=data, state=_state(state), where=tuple(where or ()), last=last))
    if json is not None:
        write_json(json, dumps([_plain(one) for one in found], indent=2, ensure_ascii=False))
    if ids:
        for one in found:
            typer.echo(one.run_id)
        return
    asked = any((task, model, data, state, where))
    console.print(_table(found) if found else "No run is like that." if asked else _NONE, highlight=False)


_NONE = "No runs yet. Start with: zhsq bench plate-reading"


@app.command()
def show(
    run: Annotated[str, typer.Argument(help="MLflow run id, or its first characters.")],
    json: Annotated[Path | None, typer.Option(help="Write it here.")] = None,
) -> None:
    """One run: its config, figures, gates if it was promoted, parts, and where its files lie."""
    from json import dumps

    from rich.markup import escape
    from rich.table import Table

    from zhsq.commands.output import console, write_json
    from zhsq.tracking import query, registry, runs

    full = query.one(run)
    one, mlflow = query.summary(full), runs.client()
    logged = mlflow.get_run(full)
    parts = query.search(query.Query(parent=full, last=100))
    files = sorted(artifact.path for artifact in mlflow.list_artifacts(full))
    entries = registry.entries(one.task) if one.kind == "bench" else []
    records = [entry.record.body for entry in entries if entry.run_id == full and entry.record]
    if json is not None:
        found = {
            **_plain(one),
            "params": logged.data.params,
            "tags": {key: value for key, value in logged.data.tags.items() if not key.startswith("mlflow.")},
            "parts": [part.run_id for part in parts],
            "artifacts": {"place": logged.info.artifact_uri, "files": files},
            "promotions": [body.model_dump(mode="json") for body in records],
        }
        write_json(json, dumps(found, indent=2, ensure_ascii=False))
    length = f", {one.seconds:.0f} s" if one.seconds is not None else ""
    console.print(f"[bold]{escape(one.name)}[/]  {one.task}, {one.state}{length}, {one.start:%Y-%m-%d %H:%M} UTC")
    console.print(f"run {full}", highlight=False, soft_wrap=True)
    if error := logged.data.tags.get("error"):
        console.print(f"[red]{escape(error)}[/]", highlight=False)
    if one.parent:
        console.print(f"part of {one.parent}", highlight=False, soft_wrap=True)
    for part in parts:
        console.print(f"part: {part.run_id[:12]} {escape(part.name)}, {part.state}", highlight=False, soft_wrap=True)
    console.print(_figures(logged.data.metrics, one.metrics))
    settings = Table("setting", "value", box=None)
    for key, value in sorted(logged.data.params.items()):
        settings.add_row(key, escape(value[:300]))
    for key in ("protocol", "data_release", "bundle_sha256", "git_commit", "command", "licences"):
        if logged.data.tags.get(key):
            settings.add_row(key, escape(logged.data.tags[key]))
    console.print(settings, highlight=False)
    for body in records:
        outcome = ", ".join(f"{gate.name}: {gate.state}" for gate in body.gates if gate.state != "pass")
        text = f"promoted by {body.who.by} at {body.at}, record {body.sequence}; gates not passed plainly: {outcome or 'none'}"
        console.print(escape(text), highlight=False)
    console.print(f"files: {', '.join(files)}\nin {logged.info.artifact_uri}", highlight=False, soft_wrap=True)


def _state(text: str) -> State | None:
    from typing import get_args

    from zhsq.errors import UnknownNameError
    from zhsq.tracking.query import State

    if not text:
        return None
    known: dict[str, State] = {name: name for name in get_args(State)}
    if text.lower() not in known:
        raise UnknownNameError("state", text, known)
    return known[text.lower()]


def _table(found: list[Summary]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for column in ("run", "when (UTC)", "task", "name", "state", "figures"):
        table.add_column(column, no_wrap=column in ("run", "when (UTC)"))
    shown = {one.run_id for one in found}
    for one in found:
        figures = ", ".join(f"{key} {value:.4f}" for key, value in list(one.metrics.items())[:3])
        name = f"  part of {one.parent[:8]}: {one.name}" if one.parent and one.parent in shown else one.name
        state = f"{one.state}, promoted {one.promoted}" if one.promoted else one.state
        kind = one.task if one.kind == "bench" else f"train {one.task}"
        table.add_row(one.run_id[:12], f"{one.start:%Y-%m-%d %H:%M}", kind, escape(name), state, figures)
    return table


def _figures(logged: dict[str, float], shown: dict[str, float]) -> Any:
    from rich.table import Table

    table = Table("figure", "value", "95 % interval", box=None)
    for key, value in shown.items():
        low, high = logged.get(f"{key}_low"), logged.get(f"{key}_high")
        table.add_row(key, f"{value:.4f}", f"{low:.4f} to {high:.4f}" if low is not None and high is not None else "")
    return table


def _plain(one: Summary) -> dict[str, Any]:
    return {**asdict(one), "start": one.start.isoformat()}
