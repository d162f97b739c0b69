"""`zhsq quickstart`: the main job in one go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.deploy.server import TritonServer
    from zhsq.quickstart.steps import Show

app = typer.Typer()


@app.command()
def quickstart(
    serve: Annotated[bool, typer.Option("--serve", help="Leave the API and Triton running until Ctrl-C.")] = False,
) -> None:
    """Benchmark, track, gate, export, deploy to a real Triton, serve, match, alert; safe to run twice."""
    from zhsq.commands.output import console
    from zhsq.data.registry import data_root
    from zhsq.models.zoo.recipes import default
    from zhsq.quickstart import steps
    from zhsq.tracking import runs
    from zhsq.workspace import workspace

    runs.client()  # says at once which extra is missing
    home = workspace().ensure()
    show = steps.Show(console)
    start = time.perf_counter()
    console.print(f"zhsq quickstart: workspace {home.root}, data {data_root()}", soft_wrap=True)
    with show.step("1 Bundles from pinned weights"):
        show.bundles = {"face": default("face"), "plate": default("plate")}
        for bundle in show.bundles.values():
            licences = ", ".join(f"{licence.name}: {licence.spdx}" for licence in bundle.spec.weights_licences)
            console.print(f"  {bundle.name} {bundle.version} {bundle.sha256[:12]} ({licences})", highlight=False)
    with show.step("2 Benchmark"):
        steps.benchmark(show)
    show.bundles |= {r.bundle.spec.task: r.bundle for r in show.results}
    with show.step("3 Track and gate"):
        steps.track_and_promote(show)
    with show.step("4 Export and deploy to Triton"):
        triton = steps.export_and_deploy(show)
    try:
        _serve(show, triton, start, stay=serve)
    finally:
        triton.stop()


def _serve(show: Show, triton: TritonServer, start: float, *, stay: bool) -> None:
    """Serve with inference on Triton, show a match and an alert, sum up; stay until Ctrl-C if asked."""
    import os

    from zhsq.commands.output import console
    from zhsq.quickstart import steps
    from zhsq.serve.app import create_app
    from zhsq.serve.security.keys import create, look_up, revoke
    from zhsq.serve.server import Server
    from zhsq.serve.settings import Settings

    settings = Settings(runtime="triton", triton_url=triton.url)
    api = create_app(settings, face=show.bundles["face"], plate=show.bundles["plate"])
    with api.state.services.database.session() as session:
        key = create(session, f"quickstart-{os.getpid()}", "operator", None)
    known = look_up(api.state.services.database, key)
    with Server(api) as server:
        with show.step("5 Serve, match, alert (inference on Triton)"):
            steps.match_and_alert(show, server.url, key)
        _summary(show, server.url, triton.http_url, time.perf_counter() - start)
        if stay:
            console.print(f"API key (operator, shown once): {key}", soft_wrap=True)
            console.print("Running until Ctrl-C.")
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                console.print("Stopping.")
        if known is not None:
            with api.state.services.database.session() as session:
                revoke(session, known[0].key_id)


def _summary(show: Show, api: str, triton: str, seconds: float) -> None:
    from rich.table import Table

    from zhsq.workspace import workspace

    table = Table(title="figures (* subset of the protocol)")
    for column in ("task", "metric", "value", "95 % interval", "n"):
        table.add_column(column, no_wrap=True)
    for result in show.results:
        report = result.report
        for name, figure in list(report.metrics.items())[:2]:
            interval = f"{figure.low:.3f} to {figure.high:.3f}"
            n = f"{report.n}*" if "/subset" in report.protocol else str(report.n)
            row = (report.task, name, f"{figure.value:.3f}", interval, n)
            table.add_row(*row)
    show.console.print(table)
    for note in show.notes:
        show.console.print(f"- {note}", highlight=False)
    home = workspace()
    places = {
        "face match": show.facts["face"],
        "erasure": show.facts["erasure"],
        "plate match": show.facts["plate"],
        "alert": show.facts["alert"],
        "MLflow": f"{home.mlflow_uri}  (mlflow ui --backend-store-uri {home.mlflow_uri} --host 127.0.0.1)",
        "Triton repository": f"{home.repository}/python and /onnxruntime",
        "Triton": triton,
        "API": f"{api}/v1  docs: {api}/docs",
    }
    for name, text in places.items():
        show.console.print(f"[bold]{name:>18}[/]  {text}", highlight=False, soft_wrap=True)
    show.console.print(f"Done in {seconds:.0f} s.")
