"""`zhsq audit`: verify and export the chain of what was done with personal data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.serve.security.audit import Head

app = typer.Typer(no_args_is_help=True, help="The audit: verify its chain, export it.")


@app.command()
def verify(
    against: Annotated[
        Path | None, typer.Option(help="An earlier export: the chain must go on from its head.", exists=True)
    ] = None,
) -> None:
    """Check every entry and the signed head. Exit code 1 names the first entry that does not hold."""
    from sqlalchemy import func, select

    from zhsq.serve.security.audit import contains
    from zhsq.serve.security.audit import verify as check
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database
    from zhsq.serve.store.tables import AuditEntry

    with Database.of(Settings()).session() as session:
        broken = check(session)
        if broken is None and against is not None:
            broken = contains(session, _head_of(against))
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
    if broken is not None:
        typer.echo(f"The audit does not hold: entry {broken.entry}: {broken.reason}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The audit holds: {entries} entries{', and goes on from the export' if against else ''}.")


@app.command()
def export(out: Annotated[Path, typer.Option(help="JSON lines: each entry, then the signed head.")]) -> None:
    """Write every entry and the head. Keep it elsewhere: `zhsq audit verify --against` compares with it."""
    from zhsq.errors import ZhsqError
    from zhsq.serve.security.audit import export as entries
    from zhsq.serve.security.audit import record
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    database = Database.of(Settings())
    with database.session() as session:
        record(session, "command", "audit.export", out.name)
    count = 0
    try:
        with database.session() as session, out.open("w", encoding="utf-8") as stream:
            for entry in entries(session):
                stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
                count += "head" not in entry
    except OSError as error:
        raise ZhsqError(f"{out} can't be written: {error.strerror}.", "Choose another path for --out.") from error
    typer.echo(f"{count} entries and the head: {out}")


def _head_of(path: Path) -> Head:
    from zhsq.errors import ZhsqError
    from zhsq.serve.security.audit import Head

    try:
        last = path.read_text("utf-8").rstrip().rpartition("\n")[2]
        return Head(**json.loads(last)["head"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ZhsqError(f"{path} is no export of the audit.", "Make one: zhsq audit export --out FILE") from error
