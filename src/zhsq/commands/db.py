"""`zhsq db`: bring the schema up to date, and check galleries against what was enrolled."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The database: upgrade its schema, check the enrolled templates.")


@app.command()
def upgrade() -> None:
    """Bring the schema up to date, as every start does. As the tables' owner, where the API's role may not change them."""
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    database = Database.of(Settings())
    typer.echo(f"{database.engine.dialect.name} is at the newest schema.")
    database.close()


@app.command()
def check(
    accept: Annotated[
        str | None, typer.Option(help="Take the templates that an estate has now as right, after you looked.")
    ] = None,
) -> None:
    """Compare each estate's templates with the checksum kept at enrolment. Exit code 1 when one differs."""
    from sqlalchemy import select

    from zhsq.errors import UnknownNameError
    from zhsq.serve.problems import ProblemError
    from zhsq.serve.security.audit import record
    from zhsq.serve.settings import Settings
    from zhsq.serve.store import galleries
    from zhsq.serve.store.database import Database
    from zhsq.serve.store.tables import Estate

    failed = False
    with Database.of(Settings()).session() as session:
        names = session.scalars(select(Estate.id).order_by(Estate.id)).all()
        if accept is not None:
            if accept not in names:
                raise UnknownNameError("estate", accept, names)
            found = galleries.accept(session, accept)
            record(session, "command", "gallery.accept", accept, f"{found.templates} templates, {found.checksum[:16]}")
        for name in names:
            try:
                state, _ = galleries.rows(session, name)
                typer.echo(f"{name}: {state.templates} templates, generation {state.generation}, {state.checksum[:16]}")
            except ProblemError as error:
                failed = True
                typer.echo(f"{name}: {error.detail}", err=True)
    if failed:
        raise typer.Exit(1)
