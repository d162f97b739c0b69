"""`zhsq templates`: the keys that protect face templates, and revocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.serve.security.key_provider import FileKeys

app = typer.Typer(no_args_is_help=True, help="Keys of template protection: list, add, activate, remove; revoke.")
KeyId = Annotated[str, typer.Argument(help="As `zhsq templates keys` shows it.")]


@app.command()
def keys() -> None:
    """List the keys, and how many templates, secrets of webhooks and pictures of alerts each protects."""
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.serve.privacy.rotation import pictures_under_key, under_key, webhooks_under_key
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    settings = Settings()
    ids = settings.keys().ids()
    with Database.of(settings).session() as session:
        counts, webhooks, pictures = under_key(session), webhooks_under_key(session), pictures_under_key(session)
    table = Table("key", "use", "templates", "webhooks", "pictures")
    for key_id in dict.fromkeys([*ids, *counts, *webhooks, *pictures]):
        use = "active" if key_id == ids[0] else "opens" if key_id in ids else "not at hand"
        table.add_row(
            key_id or "(before keys had identifiers)",
            use if key_id else "",
            *(str(found.get(key_id, 0)) for found in (counts, webhooks, pictures)),
        )
    console.print(table)


@app.command("add-key")
def add_key() -> None:
    """Add a key to the key file. Every server must have read it before it is activated."""
    typer.echo(_file().add())


@app.command("activate-key")
def activate_key(key: KeyId) -> None:
    """Protect what is written from now on with this key; `zhsq jobs run` brings the templates that are there under it."""
    _file().activate(key)
    typer.echo(f"active: {key}. Next: zhsq jobs run")


@app.command("remove-key")
def remove_key(key: KeyId) -> None:
    """Destroy a key that protects nothing any more."""
    from zhsq.serve.privacy.rotation import refuse_in_use
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    with Database.of(Settings()).session() as session:
        refuse_in_use(session, key)
    _file().remove(key)
    typer.echo(f"removed: {key}")


@app.command()
def revoke(estate: Annotated[str, typer.Argument(help="The estate whose templates leaked.")]) -> None:
    """Give an estate's templates a new rotation. What leaked matches nothing any more; nobody has to enrol again."""
    from zhsq.serve.privacy.jobs import scrub
    from zhsq.serve.privacy.rotation import revoke as renew
    from zhsq.serve.security.template_keys import TemplateKeys
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    settings = Settings()
    database = Database.of(settings)
    with database.session() as session:
        count = renew(session, TemplateKeys(settings.keys()), estate, "command")
    scrub(database.engine)
    typer.echo(f"revoked: {count} templates of {estate} have a new rotation")


def _file() -> FileKeys:
    from zhsq.errors import ZhsqError
    from zhsq.serve.security.key_provider import FileKeys
    from zhsq.serve.settings import Settings

    provider = Settings().keys()
    if not isinstance(provider, FileKeys):
        raise ZhsqError(
            "The keys don't come from the key file.", "Change them where they come from (ZHSQ_SERVE_KEY_PROVIDER)."
        )
    return provider
