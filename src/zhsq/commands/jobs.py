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
            erased = ", ".join(f"{count} {reason}" for reason, count in report.erased.items()) or "nobody"
            gone = ", ".join(f"{count} {kind}" for kind, count in report.let_go.items()) or "nothing"
            console.print(
                f"erased: {erased}; re-protected: {report.reprotected} templates, {report.resealed} webhooks and pictures; let go: {gone}"
            )
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
