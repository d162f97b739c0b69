"""`zhsq jobs`: what must be done from time to time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Erase whose consent ended, re-protect templates, let old records go.")


@app.callback()
def _group() -> None:
    """Erase whose consent ended, re-protect templates, let old records go."""


@app.command()
def run(
    every: Annotated[
        float | None, typer.Option(min=1, help="Run again after so many seconds, until Ctrl-C; else once.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write what the last run did.")] = None,
) -> None:
    """Run every job; again is harmless. A person whose consent ended is erased by it, with a receipt."""
    import json
    import time

    from zhsq.commands.output import console
    from zhsq.serve.privacy.jobs import run as run_jobs
    from zhsq.serve.security.template_keys import TemplateKeys
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database

    settings = Settings()
    database, keys = Database.of(settings), TemplateKeys(settings.keys())
    try:
        while True:
            report = run_jobs(database, keys, settings)
            console.print(report.told)
            if report.scrubbed is False:
                console.print(
                    "[yellow]Erased rows may still be in the database's files; see the log, and docs/privacy.md.[/]"
                )
            if json_file is not None:
                json_file.write_text(json.dumps(report.to_dict(), indent=2) + "\n")
            if every is None:
                return
            time.sleep(every)
    except KeyboardInterrupt:
        console.print("stopped")
    finally:
        database.close()


@app.command()
def work(
    hours: Annotated[
        str, typer.Option(help="When, as of cron, in UTC: minute, hour, day, month, weekday; and seconds, if given.")
    ] = "*/5 * * * *",
) -> None:
    """Run every job at its hours, until Ctrl-C, on PostgreSQL: of any number of workers one does it."""
    from zhsq.serve.logs import configure
    from zhsq.serve.privacy.jobs import run as run_jobs
    from zhsq.serve.security.template_keys import TemplateKeys
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database
    from zhsq.serve.worker import work as work_at

    settings = Settings()
    database, keys = Database.of(settings), TemplateKeys(settings.keys())
    configure()
    try:
        work_at(database, lambda: run_jobs(database, keys, settings).told, hours)
    finally:
        database.close()
