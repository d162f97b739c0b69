"""`zhsq bench`: measure a bundle on a data set by a named protocol."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from zhsq.bench.suite import TASKS

if TYPE_CHECKING:
    from zhsq.bench.result import BenchOptions, BenchResult
    from zhsq.bench.suite import Plan
    from zhsq.protocols.report import Report

app = typer.Typer()


@app.command()
def bench(
    task: Annotated[str, typer.Argument(help=f"What to measure: {', '.join(TASKS)}.")],
    model: Annotated[
        list[str] | None, typer.Option(help="Bundle: name, name@version or path; several are measured in turn.")
    ] = None,
    data: Annotated[str | None, typer.Option(help="Registered data set, or a folder in its layout.")] = None,
    json: Annotated[
        Path | None, typer.Option(help="Write the report here; of several models, a list of reports.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, help="Only about this many items (face-pad: people); the protocol then says 'subset'.")
    ] = 0,
    gallery_size: Annotated[int, typer.Option(min=0, help="People enrolled in face-identification; 0: 1,000.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the bootstrap, of galleries and of --limit.")] = 0,
    track: Annotated[bool, typer.Option(help="Log an MLflow run.")] = True,
    show_faces: Annotated[bool, typer.Option(help="Don't pixelate people on the run's sheet of errors.")] = False,
    runtime: Annotated[Literal["onnx", "triton"], typer.Option(help="Where graphs run.")] = "onnx",
    triton_url: Annotated[str, typer.Option(help="Triton's gRPC address.")] = "127.0.0.1:8001",
) -> None:
    """Measure bundles on a data set by a named protocol; print the figures, write them, track them."""
    from zhsq.bench.result import BenchOptions
    from zhsq.bench.suite import plan
    from zhsq.commands.output import console, progress_hook, write_json
    from zhsq.runtime.load import RuntimeSettings

    if track:
        from zhsq.tracking import runs, store

        runs.client()  # a missing extra is said now, not after the benchmark
    plans = [plan(task, name, data) for name in model] if model else [plan(task, None, data)]
    reports = []
    with ExitStack() as stack:
        hook = stack.enter_context(progress_hook(task))
        settings = RuntimeSettings(kind=runtime, triton_url=triton_url)
        options = BenchOptions(runtime=settings, seed=seed, limit=limit, gallery_size=gallery_size, progress=hook)
        parent = ""
        if track and len(plans) > 1:
            title = f"{len(plans)} models on {plans[0].data.name}"
            parent = stack.enter_context(store.series(task, title))
        for one in plans:
            result, run_id = _measure(one, options, parent, track=track, show_faces=show_faces)
            reports.append((result.report, run_id))
    for report, run_id in reports:
        _print(report, run_id)
    if json is not None:
        texts = [report.model_dump_json(indent=2) for report, _ in reports]
        write_json(json, texts[0] if len(texts) == 1 else "[" + ",\n".join(texts) + "]")
        console.print(f"report: {json}")
    if len(reports) > 1 and track:
        console.print(f"compare: zhsq compare {' '.join(run_id[:12] for _, run_id in reports)}", highlight=False)


def _measure(
    plan: Plan, options: BenchOptions, parent: str, *, track: bool, show_faces: bool
) -> tuple[BenchResult, str]:
    """Measure, inside a run if it is tracked; the run's id, else ''."""
    if not track:
        return plan.run(options), ""
    from zhsq.tracking import store

    with store.bench_run(plan.task, plan.title, parent=parent) as run:
        result = plan.run(options)
        run.keep(result.report, result.bundle, result.trials, options, show_faces=show_faces)
    return result, run.run_id


def _print(report: Report, run_id: str) -> None:
    from zhsq.commands.output import console, print_report

    print_report(report)
    if run_id:
        console.print(f"MLflow run: {run_id}")
