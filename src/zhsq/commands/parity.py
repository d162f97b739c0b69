"""`zhsq parity`: does another runtime, or another precision, decide as the bundle does?"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.deploy.parity import Parity

app = typer.Typer()


@app.command()
def parity(
    bundle: Annotated[
        str, typer.Argument(help="A bundle: name, name@version, or its folder. Its decisions are the measure.")
    ],
    against: Annotated[
        str,
        typer.Option(
            help="onnxruntime: its graphs exactly as exported. triton: the real server, started for this alone unless "
            "--url names one. openvino. Or another bundle of the task, e.g. its 8-bit variant."
        ),
    ] = "onnxruntime",
    data: Annotated[
        str | None,
        typer.Option(
            help="Registered set or folder. Default: the task's sets that are at hand, else the package's samples."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Pictures of each kind, drawn by the seed; 0 takes all.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    url: Annotated[str | None, typer.Option(help="gRPC address of a Triton that serves this bundle.")] = None,
    gates: Annotated[Path | None, typer.Option(help="Gates of your own (YAML): limits and bands.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write every figure.")] = None,
) -> None:
    """Compare scores and decisions on real pictures: each graph, then the whole pipeline. Exit code 1 when they differ."""
    from zhsq.commands.output import write_json
    from zhsq.deploy.parity import Reference, items_for, parity_gate
    from zhsq.deploy.parity.sides import open_side
    from zhsq.models.zoo.recipes import resolve
    from zhsq.tracking.gates.config import GatesConfig

    chosen = resolve(bundle)
    with open_side(chosen, against, url=url) as side:
        reference = Reference(chosen, items_for(chosen.spec.task, data, limit, seed), GatesConfig.load(gates).parity)
        found = parity_gate(chosen, other=side.other, against=side.against, where=side.where, reference=reference)
    show(found)
    if json_file:
        write_json(json_file, json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    if not found.passes():
        raise typer.Exit(1)


def show(found: Parity) -> None:
    """Print both levels, and the verdict."""
    from rich.markup import escape
    from rich.table import Table

    from zhsq.commands.output import console

    console.print(f"{found.reference} / {found.other}", highlight=False)
    console.print(f"{found.n} pictures: {found.source}", highlight=False, markup=False)
    graphs = Table("graph", "precision", title="each graph", title_justify="left")
    for column in ("inputs", "max error", "of the scale", "limit"):
        graphs.add_column(column, justify="right")
    for part in found.graphs:
        n = f"{part.n} random" if part.seeded else str(part.n)
        share = f"[{'green' if part.passes else 'red'}]{part.max_rel:.1e}[/]"
        graphs.add_row(part.graph, part.precision, n, f"{part.max_abs:.1e}", share, f"{part.limit:g}")
    console.print(graphs)
    if found.decisions:
        decisions = Table("decision", title="decisions", title_justify="left")
        for column in ("equal", "in the band", "band", "error"):
            decisions.add_column(column, justify="right")
        for kind in found.decisions:
            equal = f"[{'green' if kind.agree == kind.n else 'red'}]{kind.agree} of {kind.n}[/]"
            inside = f"{kind.in_band_agree} of {kind.in_band}" if kind.in_band else "0"
            error = "" if math.isnan(kind.max_error) else f"{kind.max_error:.1e}"
            name = f"{kind.kind} *" if kind.outcomes == 1 else kind.kind
            decisions.add_row(name, equal, inside, f"{kind.band:g} {kind.unit}", error)
        console.print(decisions)
        console.print("equal: outside the band. error: of the score, near the decision's edge.", highlight=False)
        if any(kind.outcomes == 1 for kind in found.decisions):
            console.print("* all decided alike: both decisions were not seen.", highlight=False)
    if found.not_compared:
        console.print(f"Graphs that only one side has: {', '.join(found.not_compared)}", highlight=False)
    for failure in found.failures:
        console.print(f"[red]differs[/] {escape(failure)}", highlight=False, soft_wrap=True)
    if found.passes():
        console.print("[green]the same decisions[/]")
