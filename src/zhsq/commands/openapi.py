"""`zhsq openapi`: write the API's description, and the table of problem codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def openapi(
    json: Annotated[Path | None, typer.Option("--json", help="Write the OpenAPI 3.1 document here.")] = None,
    problems: Annotated[
        Path | None, typer.Option(help="Write the table of problem codes between its marks in this Markdown file.")
    ] = None,
) -> None:
    """The API's own description, without a running server: for clients, gateways and reviews."""
    from json import dumps

    from zhsq.errors import ZhsqError
    from zhsq.serve.app import bare
    from zhsq.serve.problem_table import put_into

    if json is None and problems is None:
        raise ZhsqError("Nothing to write was named.", "Give --json FILE; a running API shows it at /docs.")
    if json is not None:
        json.write_text(f"{dumps(bare().openapi(), ensure_ascii=False, indent=1)}\n", encoding="utf-8")
        typer.echo(f"{json}: OpenAPI document")
    if problems is not None:
        problems.write_text(put_into(problems.read_text(encoding="utf-8")), encoding="utf-8")
        typer.echo(f"{problems}: table of problem codes")
