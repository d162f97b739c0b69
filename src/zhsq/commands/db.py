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


@app.command("clock")
def set_clock(
    accept: Annotated[
        bool, typer.Option("--accept", help="Take this machine's clock as right, after you looked.")
    ] = False,
) -> None:
    """Compare this machine's clock with the newest time in the audit. Exit code 1 when it is behind: time stands still then.

    After a clock that ran ahead was put right: --accept, then start the API again.
    """
    from zhsq.serve.security.audit import record
    from zhsq.serve.settings import Settings
    from zhsq.serve.store import clock
    from zhsq.serve.store.database import Database

    database = Database.of(Settings())
    behind = clock.behind()
    if accept:
        clock.accept()
        with database.session() as session:
            record(session, "command", "clock.accept", "", f"{behind:.0f} s behind")
    database.close()
    if behind < clock.WORTH_SAYING:
        typer.echo("The clock is right: nothing in the audit is later.")
    elif accept:
        typer.echo(f"The clock is accepted, {behind:.0f} s before the newest time in the audit. Start the API again.")
    else:
        typer.echo(f"The clock is {behind:.0f} s behind the newest time in the audit.", err=True)
        raise typer.Exit(1)
