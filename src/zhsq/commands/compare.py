"""`zhsq compare`: runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.tracking.comparison.result import Comparison

app = typer.Typer()
#: Exit code of --fail-if-worse.
WORSE = 3


@app.command()
def compare(
    runs: Annotated[list[str], typer.Argument(help="Two to six MLflow runs of one protocol and data release.")],
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the comparison's figures here.")] = None,
    show_faces: Annotated[
        bool, typer.Option("--show-faces", help="Show and name people in the page's pictures. Don't mail such a page.")
    ] = False,
    fail_if_worse: Annotated[
        bool,
        typer.Option("--fail-if-worse", help="Exit with 3 if a run is worse than the first, in a figure or a slice."),
    ] = False,
    resamples: Annotated[int, typer.Option(min=100, help="Of the bootstrap.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
) -> None:
    """Runs against the first of them, on the same trials: intervals, tests, slices, and a verdict in words.

    Exit codes: 0 compared; 2 refused (unknown run; another protocol, data release or other trials); 3 with
    --fail-if-worse.
    """
    from zhsq.commands.output import console, progress_hook, write_json, write_text
    from zhsq.errors import ZhsqError
    from zhsq.tracking import store
    from zhsq.tracking.comparison.page import page
    from zhsq.tracking.comparison.result import MOST
    from zhsq.tracking.comparison.result import compare as work_out

    if not 2 <= len(runs) <= MOST:
        raise ZhsqError(f"{len(runs)} runs were named.", f"Name two to {MOST}: zhsq runs lists them.")
    found = [store.read(run) for run in runs]
    with progress_hook("compare") as hook:
        comparison = work_out(found, resamples=resamples, seed=seed, progress=hook)
    _show(comparison)
    if json is not None:
        import json as encoder

        write_json(json, encoder.dumps(comparison.to_json(), indent=2, ensure_ascii=False))
        console.print(f"figures: {json}")
    if html is not None:
        write_text(html, page(comparison, show_faces=show_faces), "--html")
        console.print(f"page: {html}")
    if fail_if_worse and any(item.worse for item in comparison.against):
        raise typer.Exit(WORSE)


def _show(comparison: Comparison) -> None:
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.tracking.comparison.words import findings, limits, p_words, signed

    sides = comparison.sides
    table = Table("metric", *(side.title for side in sides))
    for name in comparison.first.run.report.metrics:
        figures = [side.run.report.metrics.get(name) for side in sides]
        table.add_row(name, *(f"{f.value:.4f} ({f.low:.4f} to {f.high:.4f})" if f else "" for f in figures))
    console.print(table)
    table = Table("metric", "", "difference", "95 % interval", "p, corrected", "verdict")
    for item in comparison.against:
        for d in item.differences:
            verdict = {"second": f"{item.side.letter} better", "first": f"{item.side.letter} worse", None: ""}[d.winner]
            e, p = d.estimate, d.p if d.corrected_p is None else d.corrected_p
            letters = f"{item.side.letter} − {sides[0].letter}"
            interval = f"{signed(e.low)} to {signed(e.high)}"
            table.add_row(d.metric, letters, signed(e.value), interval, p_words(p), verdict or "nothing shown")
    console.print(table)
    for finding in findings(comparison):
        console.print(f"[bold]{finding.headline}[/]", highlight=False)
        for sentence in finding.sentences:
            console.print(f"  {sentence}", highlight=False, markup=False)
    for text in limits(comparison):
        console.print(f"- {text}", highlight=False, markup=False)
