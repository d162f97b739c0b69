"""`zhsq export`: a Triton model repository from a bundle."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from zhsq.deploy.serving import Serving

app = typer.Typer()


class Precision(StrEnum):
    fp16 = "fp16"
    int8 = "int8"


@app.command()
def export(
    bundle: Annotated[str, typer.Argument(help="A bundle: name, name@version, or its folder.")],
    repository: Annotated[
        Path | None, typer.Option(help="The repository's folder. Default: the workspace's own.", file_okay=False)
    ] = None,
    variant: Annotated[
        Literal["both", "python", "onnxruntime"],
        typer.Option(
            help="onnxruntime: for NVIDIA's image. python: for the Triton that `zhsq triton` starts. "
            "both: one repository each, in DIR/python and DIR/onnxruntime."
        ),
    ] = "both",
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
    pipeline: Annotated[
        bool,
        typer.Option(help="Also write the pipeline, a model named as the bundle: an encoded image in, a result out."),
    ] = True,
    graphs: Annotated[
        Literal["inside", "served"] | None,
        typer.Option(
            help="Where the pipeline's networks run. inside: its own process, the faster on a CPU. "
            "served: as their own Triton models, on a GPU. Default: inside for python, served for onnxruntime."
        ),
    ] = None,
    serving: Annotated[
        Path | None,
        typer.Option(help="YAML of instances, batching and queue limits; see docs/deploy.md.", dir_okay=False),
    ] = None,
    instances: Annotated[
        int | None, typer.Option(help="Copies of each model that work at the same time.", min=1)
    ] = None,
    max_queue: Annotated[
        int | None, typer.Option(help="Requests of one model that may wait; one more is refused. 0: no limit.", min=0)
    ] = None,
    max_delay_us: Annotated[
        int | None, typer.Option(help="Microseconds that a request waits for others to run with.", min=0)
    ] = None,
) -> None:
    """Write a Triton model repository from a bundle: a model per graph and its pipeline, never over an old version."""
    from rich.console import Console
    from rich.table import Table

    from zhsq.deploy.repository import VARIANTS
    from zhsq.deploy.repository import export as write
    from zhsq.models.answering import TASKS
    from zhsq.models.zoo.recipes import resolve
    from zhsq.workspace import workspace

    root = repository or workspace().repository
    wanted = [(kind, root / kind) for kind in VARIANTS] if variant == "both" else []
    targets = wanted or [(kind, root) for kind in VARIANTS if kind == variant]
    limits = _limits(serving, instances=instances, max_queue=max_queue, max_delay_us=max_delay_us)
    chosen = resolve(bundle)
    whole = pipeline and chosen.spec.task in TASKS
    console = Console()
    if precision:
        from zhsq.deploy import variants

        pictures = variants.calibration_pictures(chosen.spec.task, calibrate) if precision is Precision.int8 else None
        parent, chosen = chosen, variants.variant(chosen, precision.value, workspace().bundles, pictures, graph or ())
    table = Table("model", "version", "variant", "folder", "")
    for kind, folder in targets:
        for model in write(
            chosen,
            folder,
            variant=kind,
            pipeline=whole,
            graphs=graphs,
            serving=limits,
        ):
            note = "written" if model.fresh else "was there"
            table.add_row(model.name, str(model.version), model.variant, str(model.path.parent), note)
    console.print(f"{chosen.name} {chosen.version} ({chosen.sha256[:12]})")
    console.print(table)
    if precision:
        console.print(f"Prove it: zhsq parity {parent.name} --against {chosen.name}", soft_wrap=True)
    if pipeline and not whole:
        console.print(f"The task {chosen.spec.task} has no pipeline; its graphs were written.")
    console.print(f"Serve it: zhsq triton start --repository {root}", soft_wrap=True)


def _limits(path: Path | None, **changes: int | None) -> Serving | None:
    """What was asked for, on top of the file or the defaults; None keeps what each model has.

    Raises:
        ZhsqError: the file can't be read, or says something impossible.
    """
    from zhsq.deploy.serving import Serving

    given = {name: value for name, value in changes.items() if value is not None}
    if path is None and not given:
        return None
    base = Serving.load(path) if path else Serving()
    parts = {name: getattr(base, name).model_copy(update=given) for name in ("graphs", "pipeline")}
    return base.model_copy(update=parts)
