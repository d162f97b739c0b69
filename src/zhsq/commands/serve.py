"""`zhsq serve`: run the API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; loopback unless said otherwise.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 8080 unless said otherwise.")] = None,
    runtime: Annotated[Literal["onnx", "triton"] | None, typer.Option(help="Where models run.")] = None,
    triton_url: Annotated[
        str | None, typer.Option(help="Triton's gRPC address; several with commas. Default: $ZHSQ_TRITON_URLS.")
    ] = None,
    triton_repository: Annotated[
        Path | None,
        typer.Option(
            help="The repository that Triton serves, whose pointer is followed. Default: the workspace's own."
        ),
    ] = None,
    calibration: Annotated[Path | None, typer.Option(help="What `zhsq calibrate --json` wrote.")] = None,
) -> None:
    """Run the API until Ctrl-C. Options override the environment (ZHSQ_SERVE_...)."""
    import uvicorn
    from sqlalchemy import func, select

    from zhsq.commands.output import console
    from zhsq.serve.app import create_app
    from zhsq.serve.heap import share_one
    from zhsq.serve.logs import configure
    from zhsq.serve.server import listen
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.tables import ApiKey
    from zhsq.serve.telemetry import check

    given = {
        "host": host,
        "port": port,
        "runtime": runtime,
        "triton_url": triton_url,
        "triton_repository": triton_repository,
        "calibration": calibration,
    }
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    check()
    share_one()
    bound = listen(settings.host, settings.port)  # before models are loaded: a taken port is said at once
    api = create_app(settings)
    with console.status("loading models"):
        api.state.services.warm()
    address = f"http://{settings.host}:{settings.port}"
    console.print(f"API: {address}/v1  docs: {address}/docs  runtime: {settings.runtime}")
    if settings.mqtt_url:
        console.print(f"Events also from {settings.mqtt_url}, zhsq/+/events")
    with api.state.services.database.session() as session:
        if not session.scalar(select(func.count()).select_from(ApiKey)):
            console.print("[yellow]No API key exists yet.[/] Make one: zhsq keys create --name first --role operator")
    configure()
    # uvicorn's own access log names addresses and paths. Stopped, it lets requests under way end.
    config = uvicorn.Config(api, log_config=None, access_log=False, timeout_graceful_shutdown=30)
    uvicorn.Server(config).run([bound])
