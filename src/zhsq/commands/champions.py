"""`zhsq champions`: what was promoted, by whom, on what evidence; and whether that history is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from zhsq.tracking.registry import Entry

app = typer.Typer()


@app.command()
def champions(
    task: Annotated[str | None, typer.Argument(help="Only this task; else every one.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check signatures, chain, copies, evidence, aliases.")
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Write the history here.")] = None,
) -> None:
    """The history of champions, newest first. With --verify, exit code 1 when it is not whole."""
    from json import dumps

    from rich.markup import escape
    from rich.table import Table

    from zhsq.commands.output import console, write_json
    from zhsq.errors import UnknownNameError
    from zhsq.tracking import history, registry

    known = registry.tasks()
    if task is not None and task not in known:
        raise UnknownNameError("task with a champion", task, known)
    wanted = known if task is None else [task]
    if not wanted:
        console.print("No champions yet. Make one: zhsq bench, then zhsq promote RUN")
        return
    found: dict[str, Any] = {}
    for one in wanted:
        entries = registry.entries(one)
        table = Table(title=f"champions of {one}", title_justify="left")
        for column in ("version", "", "bundle", "when (UTC)", "by", "run", "warnings"):
            table.add_column(column, no_wrap=column in ("version", "run"))
        for entry in reversed(entries):
            table.add_row(*(escape(cell) for cell in _row(entry)))
        console.print(table, highlight=False)
        wrong = history.faults(one) if verify else []
        for text in wrong:
            console.print(f"  [bold red]✗[/] {escape(text)}", highlight=False, soft_wrap=True)
        if verify and not wrong:
            console.print(f"  [green]✓[/] whole: {len(entries)} signed and chained records", highlight=False)
        found[one] = {"versions": [_plain(entry) for entry in entries], "faults": wrong if verify else None}
    if json is not None:
        write_json(json, dumps(found, indent=2, ensure_ascii=False))
    if any(each["faults"] for each in found.values()):
        raise typer.Exit(1)


def _row(entry: Entry) -> tuple[str, ...]:
    state = ", ".join(entry.aliases) or ("" if entry.done else "not completed")
    if entry.record is None:
        return f"v{entry.version}", state, entry.bundle_sha256[:12], "", "no readable record", entry.run_id[:12], ""
    body = entry.record.body
    bundle = f"{body.bundle.name} {body.bundle.version} {body.bundle.sha256[:12]}"
    warnings = [gate.name for gate in body.gates if gate.state == "warn"]
    noted = "; ".join([*warnings, *([f'accepted: "{body.accepted}"'] if body.accepted else [])])
    when = body.at[:16].replace("T", " ")
    return f"v{entry.version}", state, bundle, when, body.who.by, body.run_id[:12], noted


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "aliases": list(entry.aliases),
        "completed": entry.done,
        "record": entry.record.model_dump(mode="json") if entry.record else None,
    }
