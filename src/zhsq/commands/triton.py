"""`zhsq triton`: the real Triton server from nvidia-pytriton's wheel, on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from zhsq.deploy.server import TritonServer

app = typer.Typer(no_args_is_help=True, help="Install, start and stop the real Triton server on loopback.")
_console = Console()


@app.command()
def install() -> None:
    """Install the server into an environment of its own in the user's cache (once; about 480 MB on disk)."""
    from zhsq.deploy.environment import install as make

    environment = make()
    _console.print(f"tritonserver: {environment.binary}", soft_wrap=True)


@app.command()
def start(
    repository: Annotated[
        Path | None, typer.Option(help="Model repository. Default: the workspace's own.", file_okay=False)
    ] = None,
    http_port: Annotated[int, typer.Option(help="HTTP; 0 takes a free port.", min=0, max=65535)] = 8000,
    grpc_port: Annotated[int, typer.Option(help="gRPC; 0 takes a free port.", min=0, max=65535)] = 8001,
    metrics_port: Annotated[int, typer.Option(help="Prometheus; 0 takes a free port.", min=0, max=65535)] = 8002,
    timeout: Annotated[float, typer.Option(help="Seconds until it must be ready.", min=1)] = 60.0,
) -> None:
    """Start it in the background and load every model of the repository. Safe to run twice."""
    from zhsq.deploy.server import TritonServer, served_folder
    from zhsq.workspace import workspace

    folder = served_folder(repository) if repository else workspace().repository / "python"
    server = TritonServer.current()
    if server is None or server.repository != folder.resolve():
        server = TritonServer.start(
            folder, http_port=http_port, grpc_port=grpc_port, metrics_port=metrics_port, timeout=timeout
        )
    else:
        _console.print("It runs already.")
    try:
        server.load_all()
    finally:
        _show(server)


@app.command()
def stop() -> None:
    """Stop the server that this workspace started, and no other process."""
    from zhsq.deploy.server import TritonServer

    server = TritonServer.current()
    if server is None:
        _console.print("No Triton of this workspace runs.")
        return
    server.stop()
    _console.print(f"Stopped Triton (pid {server.pid}).")


@app.command()
def status() -> None:
    """Addresses, readiness and models of this workspace's server; exit code 1 when none runs."""
    from zhsq.deploy.server import TritonServer

    server = TritonServer.current()
    if server is None:
        _console.print("No Triton of this workspace runs. Start it: zhsq triton start")
        raise typer.Exit(1)
    _show(server)


@app.command()
def ask(
    name: Annotated[str, typer.Argument(help="The pipeline: the name of an exported bundle.")],
    images: Annotated[
        list[Path], typer.Argument(help="Pictures; of a video-anomaly pipeline, frames in order.", dir_okay=False)
    ],
    option: Annotated[
        str,
        typer.Option(help="face: largest, only or central. plate: auto, crop or photo."),
    ] = "",
    url: Annotated[
        str | None, typer.Option(help="Triton's gRPC address. Default: the server that `zhsq triton` started.")
    ] = None,
    repository: Annotated[
        Path | None, typer.Option(help="The repository that this Triton serves, as seen from here.", file_okay=False)
    ] = None,
    camera: Annotated[int, typer.Option(help="Number of the camera whose frames these are.", min=0)] = 0,
    report: Annotated[Path | None, typer.Option("--json", help="Write the whole answers here.", dir_okay=False)] = None,
) -> None:
    """Send pictures to a served pipeline: an encoded picture in, a result out."""
    from zhsq.commands.output import write_json
    from zhsq.deploy.ask import PipelineClient, deployed, summary, told
    from zhsq.deploy.server import default_repository, default_url
    from zhsq.errors import BadImageError, ZhsqError

    served = repository or default_repository()
    client = PipelineClient(url or default_url(), name, lambda: deployed(served, name))
    stream = client.camera(camera) if camera else None
    answers = []
    for number, path in enumerate(images, start=1):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ZhsqError(f"{path} can't be read: {error.strerror}.", "Check the path.") from error
        try:
            answer = stream(data, last=number == len(images)) if stream else client(data, option)
        except BadImageError as error:
            raise BadImageError(f"{path}: {error.message}") from error
        answers.append({"image": str(path), **told(answer)})
        _console.print(f"{path.name}: {summary(answer)}", highlight=False, soft_wrap=True, markup=False)
    if report:
        write_json(report, json.dumps(answers, indent=2, ensure_ascii=False))
        _console.print(f"answers: {report}", soft_wrap=True)


def _show(server: TritonServer) -> None:
    state = server.status()
    _console.print(f"Triton (pid {server.pid}) is {'ready' if state.ready else 'not ready'}")
    for label, value in (
        ("gRPC", server.url),
        ("HTTP", server.http_url),
        ("metrics", server.metrics_url),
        ("repository", server.folder),
        ("log", server.log),
    ):
        _console.print(f"  {label:<11}{value}", soft_wrap=True)
    if state.models:
        table = Table("model", "version", "state", "reason")
        for row in state.models:
            table.add_row(*row)
        _console.print(table)
