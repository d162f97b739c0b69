"""`zhsq keys`: API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="API keys: create, list, rotate, revoke.")
Key = Annotated[str, typer.Argument(help="The key's id, as `zhsq keys list` shows it.")]


@app.command()
def create(
    name: Annotated[str, typer.Option(help="Who it is for.")],
    role: Annotated[str, typer.Option(help="resident, guard, property, operator, auditor or platform.")],
    estate: Annotated[str | None, typer.Option(help="The only estate it may see.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="Area of the API that it may use (a tag in /docs); repeat for several.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="It ends after so many days; never when not given.")] = None,
) -> None:
    """Make a key. It is printed once and stored only as a digest."""
    from zhsq.errors import UnknownNameError
    from zhsq.serve.security.audit import record
    from zhsq.serve.security.keys import create as make
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database
    from zhsq.serve.store.tables import now

    if area:
        from zhsq.serve.app import AREAS  # slower to import than the rest

        for given in area:
            if given not in AREAS:
                raise UnknownNameError("area", given, AREAS)
    ends = now() + timedelta(days=days) if days else None
    with Database.of(Settings()).session() as session:
        key = make(session, name, role, estate, area or None, ends)
        record(session, "command", "key.create", f"{role}:{name}")
    typer.echo(key)


@app.command("list")
def list_keys() -> None:
    """List keys; the keys themselves can't be shown again."""
    from rich.table import Table
    from sqlalchemy import select

    from zhsq.commands.output import console
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database
    from zhsq.serve.store.tables import ApiKey

    names = ("id", "name", "role", "estate", "areas", "made (UTC)", "last used", "expires", "revoked", "replaced by")
    table = Table(*names)
    with Database.of(Settings()).session() as session:
        for key in session.scalars(select(ApiKey).order_by(ApiKey.created_at)):
            times = (key.created_at, key.last_used_at, key.expires_at, key.revoked_at)
            shown = [f"{time:%Y-%m-%d %H:%M}" if time else "" for time in times]
            areas = "all" if key.areas is None else ", ".join(key.areas)
            row = (key.id[:8], key.name, key.role, key.estate_id or "all", areas, *shown, (key.replaced_by or "")[:8])
            table.add_row(*row)
    console.print(table)


@app.command()
def rotate(
    key: Key,
    overlap_hours: Annotated[float, typer.Option(min=0, help="For so long the old key stays valid beside it.")] = 24.0,
) -> None:
    """Make a key with the same rights in place of another, which ends after the overlap. The new one is printed once."""
    from zhsq.serve.security.audit import record
    from zhsq.serve.security.keys import rotate as replace
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    with Database.of(Settings()).session() as session:
        made = replace(session, key, timedelta(hours=overlap_hours))
        record(session, "command", "key.rotate", key, f"overlap {overlap_hours:g} h")
    typer.echo(made)


@app.command()
def revoke(key: Key) -> None:
    """End a key at once."""
    from zhsq.serve.security.audit import record
    from zhsq.serve.security.keys import revoke as end
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    with Database.of(Settings()).session() as session:
        end(session, key)
        record(session, "command", "key.revoke", key)
    typer.echo(f"{key} is revoked.")
