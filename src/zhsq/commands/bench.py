"""`zhsq bench`: measure a bundle on a data set by a named protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from zhsq.bench.suite import TASKS

app = typer.Typer()


@app.command()
def bench(
    task: Annotated[str, typer.Argument(help=f"What to measure: {', '.join(TASKS)}.")],
    model: Annotated[str | None, typer.Option(help="Bundle: name, name@version or path.")] = None,
    data: Annotated[str | None, typer.Option(help="Registered data set, or a folder in its layout.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    limit: Annotated[
        int, typer.Option(min=0, help="Only about this many items (face-pad: people); the protocol then says 'subset'.")
    ] = 0,
    gallery_size: Annotated[int, typer.Option(min=0, help="People enrolled in face-identification; 0: 1,000.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the bootstrap, of galleries and of --limit.")] = 0,
    track: Annotated[bool, typer.Option(help="Log an MLflow run.")] = True,
    runtime: Annotated[Literal["onnx", "triton"], typer.Option(help="Where graphs run.")] = "onnx",
    triton_url: Annotated[str, typer.Option(help="Triton's gRPC address.")] = "127.0.0.1:8001",
) -> None:
    """Measure a bundle on a data set by a named protocol; print it, write it, track it."""
    from zhsq.bench.result import BenchOptions
    from zhsq.bench.suite import run
    from zhsq.commands.output import console, print_report, progress_hook, write_json
    from zhsq.runtime.load import RuntimeSettings

    if track:
        from zhsq.tracking import store

        store.client()  # a missing extra is said now, not after the benchmark
    with progress_hook(task) as hook:
        settings = RuntimeSettings(kind=runtime, triton_url=triton_url)
        options = BenchOptions(runtime=settings, seed=seed, limit=limit, gallery_size=gallery_size, progress=hook)
        result = run(task, model, data, options)
    print_report(result.report)
    if json is not None:
        write_json(json, result.report.model_dump_json(indent=2))
        console.print(f"report: {json}")
    if track:
        console.print(f"MLflow run: {store.log(result.report, result.bundle, result.trials)}")
