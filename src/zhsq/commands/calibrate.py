"""`zhsq calibrate`: the 1:N threshold that a site needs, from its own labelled sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from zhsq.models.face.calibration import Calibration

app = typer.Typer()


@app.command()
def calibrate(
    data: Annotated[str, typer.Option(help="One folder a person with photos in it (LFW's layout), or a data set.")],
    gallery_size: Annotated[int, typer.Option(min=1, help="People who are, or will be, enrolled.")],
    fpir: Annotated[float, typer.Option(help="Share of strangers who may be named as someone.")] = 0.01,
    model: Annotated[str | None, typer.Option(help="Face bundle: name, name@version or path.")] = None,
    before: Annotated[Path | None, typer.Option(help="An earlier calibration, to compare with.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the calibration here; `zhsq serve` reads it.")] = None,
    seed: Annotated[int, typer.Option(help="Of galleries and of the bootstrap.")] = 0,
    runtime: Annotated[Literal["onnx", "triton"], typer.Option(help="Where graphs run.")] = "onnx",
    triton_url: Annotated[str, typer.Option(help="Triton's gRPC address.")] = "127.0.0.1:8001",
) -> None:
    """Plan the face threshold for a gallery size and a target FPIR, and say how far it moved."""
    from zhsq.bench.calibration import calibrate as plan
    from zhsq.bench.result import BenchOptions
    from zhsq.bench.suite import bundle_of
    from zhsq.commands.output import console, progress_hook, write_json
    from zhsq.data.registry import locate
    from zhsq.errors import ZhsqError
    from zhsq.models.face.calibration import Calibration
    from zhsq.runtime.load import RuntimeSettings

    if not 0 < fpir < 1:
        raise ZhsqError(f"--fpir is {fpir:g}.", "Give a share between 0 and 1, such as 0.01 for 1 % of strangers.")
    earlier = Calibration.load(before) if before is not None else None
    with progress_hook("calibrate") as hook:
        settings = RuntimeSettings(kind=runtime, triton_url=triton_url)
        options = BenchOptions(runtime=settings, seed=seed, progress=hook)
        found = plan(bundle_of("face", model), locate(data, "lfw", labels=False), gallery_size, fpir, options, earlier)
    _show(found)
    if json is not None:
        write_json(json, found.model_dump_json(indent=2))
        console.print(f"calibration: {json}; serve with it: zhsq serve --calibration {json}", soft_wrap=True)


def _show(found: Calibration) -> None:
    from rich.table import Table

    from zhsq.commands.output import console

    table = Table(
        title=f"{found.bundle} {found.version} on {found.data}: thresholds for FPIR {found.fpir:g}",
        title_justify="left",
    )
    for column in ("people enrolled", "threshold", "95 % interval", "how"):
        table.add_column(column, justify="left" if column == "how" else "right")
    for item in found.thresholds:
        wanted = item.gallery_size == found.gallery_size
        interval = f"{item.low:.4f} to {item.high:.4f}" if wanted else ""
        row = (f"{item.gallery_size:,}", f"{item.value:.4f}", interval, item.method)
        table.add_row(*row, style="bold" if wanted else "")
    console.print(table)
    evidence = ", ".join(
        f"{name.replace('_', ' ')} {value:.4g}" if isinstance(value, float) else f"{name.replace('_', ' ')} {value}"
        for name, value in found.evidence.items()
    )
    kind = "FNIR" if found.threshold.method == "measured" else "FNMR"
    console.print(f"{kind} on the sample at this threshold: {found.fnir:.4f}. Evidence: {evidence}.", highlight=False)
    most = "" if found.threshold.method == "measured" else "up to "  # single comparisons, taken as independent
    for mark in found.moved:
        console.print(
            f"moved by {mark.by:+.4f} from {mark.value:.4f} ({mark.source}), where {most}{mark.fpir:.2%} of strangers "
            "would be named",
            highlight=False,
        )
    for note in found.notes:
        console.print(f"- {note}", highlight=False, markup=False)
