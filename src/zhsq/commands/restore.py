"""`zhsq restore`: a back-up into an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.serve.backup.restoring import Restored

app = typer.Typer()


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `zhsq backup` wrote.")],
    audit: Annotated[
        Path | None,
        typer.Option(help="The newest `zhsq audit export`: who was erased or withdrew since the back-up stays so."),
    ] = None,
    without_audit: Annotated[
        bool, typer.Option("--without-audit", help="There is none: people erased since may be matched again.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Read and check the file only; touch no database.")] = False,
) -> None:
    """Fill the empty database that the settings name, of either kind, in one step: all of it or nothing."""
    from zhsq.errors import ZhsqError
    from zhsq.serve.backup.restoring import open_back_up
    from zhsq.serve.backup.restoring import restore as fill
    from zhsq.serve.security.template_keys import TemplateKeys
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    settings = Settings()
    keys, secret = TemplateKeys(settings.keys()), settings.audit_secret()
    reader = open_back_up(file, secret, keys)
    manifest = reader.manifest
    typer.echo(
        f"{file}: made at {manifest.made_at} of {manifest.database} by zhsq {manifest.zhsq}; whole, its keys are at hand."
    )
    if check:
        return
    if audit is None and not without_audit:
        raise ZhsqError(
            "Nobody knows who was erased or withdrew after the back-up.",
            "Give --audit FILE, the newest export of that store's audit. If there is none: --without-audit, then ask the residents.",
        )
    database = Database.of(settings)
    try:
        restored = fill(database, reader, keys, secret, audit, actor="command")
    finally:
        database.close()
    _tell(restored, audit)


def _tell(restored: Restored, audit: Path | None) -> None:
    rows = sum(member.rows for member in restored.manifest.tables.values())
    typer.echo(f"Restored {rows} rows; the audit {'holds' if not restored.manifest.audit_fault else 'is as it was'}.")
    for action, count in restored.done_again.items():
        typer.echo(f"done again since the back-up: {action} {count}")
    for action, count in restored.lost.items():
        typer.echo(f"lost since the back-up, do again: {action} {count}", err=True)
    for estate in restored.galleries_amiss:
        typer.echo(f"The templates of {estate} were amiss when the back-up was made: zhsq db check", err=True)
    if audit is None:
        typer.echo("People who were erased or withdrew since the back-up may be matched again: ask them.", err=True)
