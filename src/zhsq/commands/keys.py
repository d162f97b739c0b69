"""`zhsq keys`: API keys."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="API keys: create, list, revoke.")


@app.command()
def create(
    name: Annotated[str, typer.Option(help="Who it is for.")],
    role: Annotated[str, typer.Option(help="resident, guard, property, operator, auditor or platform.")],
    estate: Annotated[str | None, typer.Option(help="The only estate it may see.")] = None,
) -> None:
    """Make a key. It is printed once and stored only as a digest."""
    from zhsq.serve.security.audit import record
    from zhsq.serve.security.keys import create as make
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    with Database.of(Settings()).session() as session:
        key = make(session, name, role, estate)
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

    table = Table("id", "name", "role", "estate", "made (UTC)", "revoked (UTC)")
    with Database.of(Settings()).session() as session:
        for key in session.scalars(select(ApiKey).order_by(ApiKey.created_at)):
            revoked = f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
            table.add_row(
                key.id[:8], key.name, key.role, key.estate_id or "all", f"{key.created_at:%Y-%m-%d %H:%M}", revoked
            )
    console.print(table)


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="The key's id, as `zhsq keys list` shows it.")]) -> None:
    """End a key at once."""
    from zhsq.serve.security.audit import record
    from zhsq.serve.security.keys import revoke as end
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    with Database.of(Settings()).session() as session:
        end(session, key)
        record(session, "command", "key.revoke", key)
    typer.echo(f"revoked {key}")
