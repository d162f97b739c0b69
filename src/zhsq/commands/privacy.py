"""`zhsq privacy`: what is processed, why, how long, of how many people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(no_args_is_help=True, help="What is processed, why, how long, of how many people.")


@app.callback()
def _group() -> None:
    """What is processed, why, how long, of how many people."""


@app.command()
def assessment(
    language: Annotated[Literal["zh", "en"], typer.Option(help="Of the Markdown or HTML.")] = "zh",
    html: Annotated[Path | None, typer.Option(help="Write it as HTML.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures.")] = None,
    estate: Annotated[str | None, typer.Option(help="Only this one.")] = None,
) -> None:
    """The export for an impact assessment, as Markdown on the screen, or into files."""
    from sqlalchemy import select

    from zhsq.errors import UnknownNameError
    from zhsq.serve.privacy.assessment import assess
    from zhsq.serve.privacy.assessment_page import page
    from zhsq.serve.security.audit import record
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database
    from zhsq.serve.store.tables import Estate

    settings = Settings()
    database = Database.of(settings)
    with database.session() as session:
        if estate is not None and session.get(Estate, estate) is None:
            raise UnknownNameError("estate", estate, session.scalars(select(Estate.id)))
        found = assess(session, settings, estate)
        record(session, "command", "privacy.assessment", estate or "every estate")
    database.close()
    if json_file is not None:
        json_file.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if html is not None:
        html.write_text(page(found, "html", language), encoding="utf-8")
    if json_file is None and html is None:
        typer.echo(page(found, "md", language))
