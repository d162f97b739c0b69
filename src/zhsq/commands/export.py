"""`zhsq export`: a Triton model repository from a bundle."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


class Precision(StrEnum):
    fp16 = "fp16"
    int8 = "int8"


class Choice(StrEnum):
    both = "both"
    python = "python"
    onnxruntime = "onnxruntime"


@app.command()
def export(
    bundle: Annotated[str, typer.Argument(help="A bundle: name, name@version, or its folder.")],
    repository: Annotated[
        Path | None, typer.Option(help="The repository's folder. Default: the workspace's own.", file_okay=False)
    ] = None,
    variant: Annotated[
        Choice,
        typer.Option(
            help="onnxruntime: for NVIDIA's image. python: for the Triton that `zhsq triton` starts. "
            "both: one repository each, in DIR/python and DIR/onnxruntime."
        ),
    ] = Choice.both,
    precision: Annotated[
        Precision | None,
        typer.Option(help="Make the bundle's variant in this precision first, and export that. Prove it: zhsq parity"),
    ] = None,
    graph: Annotated[
        list[str] | None, typer.Option(help="With --precision: only this graph; may be given again. Default: all.")
    ] = None,
    calibrate: Annotated[
        str | None,
        typer.Option(
            help="For int8: the set or folder of pictures on which ranges are measured; none that you test on."
        ),
    ] = None,
) -> None:
    """Write a Triton model repository from a bundle: one model per graph, the next version, never over an old one."""
    from rich.console import Console
    from rich.table import Table

    from zhsq.deploy.repository import VARIANTS
    from zhsq.deploy.repository import export as write
    from zhsq.models.zoo.recipes import resolve
    from zhsq.workspace import workspace

    root = repository or workspace().repository
    wanted = [(kind, root / kind) for kind in VARIANTS] if variant is Choice.both else []
    targets = wanted or [(kind, root) for kind in VARIANTS if kind == variant.value]
    chosen = resolve(bundle)
    if precision:
        from zhsq.deploy import variants

        pictures = variants.calibration_pictures(chosen.spec.task, calibrate) if precision is Precision.int8 else None
        parent, chosen = chosen, variants.variant(chosen, precision.value, workspace().bundles, pictures, graph or ())
    table = Table("model", "version", "variant", "folder", "")
    for kind, folder in targets:
        for model in write(chosen, folder, variant=kind):
            note = "written" if model.fresh else "was there"
            table.add_row(model.name, str(model.version), model.variant, str(model.path.parent), note)
    console = Console()
    console.print(f"{chosen.name} {chosen.version} ({chosen.sha256[:12]})")
    console.print(table)
    if precision:
        console.print(f"Prove it: zhsq parity {parent.name} --against {chosen.name}", soft_wrap=True)
    console.print(f"Serve it: zhsq triton start --repository {root}", soft_wrap=True)
