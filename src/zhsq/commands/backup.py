"""`zhsq backup`: everything that is stored, as it is now, into one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="To write; it must not exist yet.")]) -> None:
    """Back the store up while the API runs. The keys are not in it: keep them elsewhere.

    Keep newer exports of the audit beside it (`zhsq audit export`): `zhsq restore` needs one to know who was erased since.
    """
    from zhsq.serve.backup.taking import back_up
    from zhsq.serve.security.audit import record
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    settings = Settings()
    database = Database.of(settings)
    try:
        manifest = back_up(database, file, settings.audit_secret())
        with database.session() as session:
            record(session, "command", "store.backup", manifest.digest, "done")
    finally:
        database.close()
    rows = sum(member.rows for member in manifest.tables.values())
    typer.echo(f"{file}: {rows} rows of {len(manifest.tables)} tables, {file.stat().st_size:,} bytes.")
    typer.echo(f"To restore it: the audit key, and the master keys {', '.join(manifest.keys) or '(none are needed)'}.")
    if manifest.audit_fault:
        typer.echo(f"The audit does not hold, and was backed up as it is: {manifest.audit_fault}.", err=True)
