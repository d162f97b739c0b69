"""`zhsq watch`: score cameras as their frames come, and raise events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from zhsq.watch.post import Sender

app = typer.Typer()

#: What `--post` sends: the API key, or the password at the broker.
KEY = "ZHSQ_API_KEY"


@app.command()
def watch(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME=]SOURCE...",
            help="Video file, stream (rtsp://, http:// ...) or /dev/video0; several are watched at once.",
        ),
    ],
    model: Annotated[
        str | None, typer.Option(help="Anomaly bundle to watch with: name, name@version or path; nothing is learnt.")
    ] = None,
    warm: Annotated[
        str | None, typer.Option(help="Watch with this bundle at once while learning the camera's own; then switch.")
    ] = None,
    fit_first: Annotated[
        int, typer.Option(min=0, help="Frames to learn the camera's own model from; 3,000 where no --model is given.")
    ] = 0,
    keep: Annotated[int, typer.Option(min=100, help="Frames kept on disk while learning, at most.")] = 3000,
    experiment: Annotated[Path | None, typer.Option(help="Experiment file of the fit; its defaults otherwise.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Score at or above which a frame is unusual; the model's own otherwise.")
    ] = None,
    fps: Annotated[float, typer.Option(min=0, help="Frames a second to score; 0: those of the model.")] = 0.0,
    realtime: Annotated[bool, typer.Option(help="Pace files as if they were live; late frames are skipped.")] = False,
    give_up_after: Annotated[
        float, typer.Option(min=0, help="Seconds without a connection after which a stream is given up.")
    ] = 300.0,
    events: Annotated[Path | None, typer.Option(help="Append events to this file, one JSON object a line.")] = None,
    snapshots: Annotated[Path | None, typer.Option(help="Folder for events' pictures, people pixelated.")] = None,
    post: Annotated[
        str | None,
        typer.Option(
            help=f"Send events to this API (https://..., its key in ${KEY}) or broker (mqtts://..., the password of the "
            f"estate's user in ${KEY}). Needs --events and --estate."
        ),
    ] = None,
    estate: Annotated[str | None, typer.Option(help="The estate, as the API knows it.")] = None,
    max_frames: Annotated[int, typer.Option(min=0, help="Stop each camera after so many frames; 0: never.")] = 0,
    seconds: Annotated[float, typer.Option(min=0, help="Stop each camera after so much of its time; 0: never.")] = 0.0,
    json: Annotated[Path | None, typer.Option(help="Write the report here, also after Ctrl-C.")] = None,
    threads: Annotated[int, typer.Option(min=0, help="Threads of one inference; 0 takes every core.")] = 1,
    runtime: Annotated[Literal["onnx", "triton"], typer.Option(help="Where graphs run.")] = "onnx",
    triton_url: Annotated[str, typer.Option(help="Triton's gRPC address.")] = "127.0.0.1:8001",
) -> None:
    """Watch cameras: decode, score each frame as it comes, and raise an event where movement is unusual.

    A camera without a model first learns what is normal there, and says so: it is not ready before that.
    """
    import os

    from zhsq.commands.output import console, write_json
    from zhsq.errors import ZhsqError
    from zhsq.models.zoo.recipes import resolve
    from zhsq.runtime.load import RuntimeSettings
    from zhsq.training.anomaly.config import AnomalyExperiment
    from zhsq.training.experiments import load
    from zhsq.watch import runner
    from zhsq.watch.address import parse_all
    from zhsq.watch.board import Board
    from zhsq.watch.camera import Plan
    from zhsq.watch.decode import library
    from zhsq.watch.events import Journal
    from zhsq.watch.model import OwnModel, open_model
    from zhsq.watch.outputs import Outputs
    from zhsq.watch.source import SourceSettings
    from zhsq.workspace import workspace

    library()  # a missing extra, a wrong option and an unwritable path are said before anything is watched
    if model and (warm or fit_first):
        raise ZhsqError("--model watches with a bundle as it is.", "To learn beside it: --warm BUNDLE --fit-first N.")
    if post and not (events and estate):
        raise ZhsqError("--post needs --events and --estate.", "What can't be delivered must be kept somewhere.")
    if post and not os.environ.get(KEY):
        hint = "For an API: zhsq keys create --role platform; for a broker: its password of the estate's user."
        raise ZhsqError(f"--post needs a key in ${KEY}.", hint)
    addresses = parse_all(sources)
    config = load(experiment) if experiment else AnomalyExperiment()
    if not isinstance(config, AnomalyExperiment):
        raise ZhsqError(f"{experiment} is of the kind {config.kind}.", "Watching fits anomaly models.")
    if json is not None:
        write_json(json, "{}")
    board = Board(console)
    settings = RuntimeSettings(kind=runtime, triton_url=triton_url, threads=threads)
    bundle = model or warm
    given = open_model(resolve(bundle), settings) if bundle else None
    poster = _sender(post, estate or "", os.environ[KEY], lambda text: board.tell("post", text)) if post else None
    outputs = Outputs(estate or "local", Journal(events) if events else None, poster, snapshots)
    watched = runner.cameras(
        addresses,
        SourceSettings(realtime=realtime, give_up_after=give_up_after),
        Plan(
            model=given,
            fit_first=fit_first or (0 if model else 3000),
            keep=keep,
            threshold=threshold,
            fps=fps,
            learn_fps=config.params.fps,
            max_frames=max_frames,
            seconds=seconds,
        ),
        OwnModel(config, workspace().bundles, settings),
        outputs,
        board.tell,
    )
    with board.following(watched):
        report = runner.watch(watched, outputs, board.tick)
    if json is not None:
        from json import dumps

        write_json(json, dumps(report, indent=2, ensure_ascii=False, allow_nan=False))
    _print(report)
    if json is not None:
        console.print(f"report: {json}", soft_wrap=True, highlight=False)
    error = runner.failure(watched)
    if error is not None:
        raise error


def _sender(url: str, estate: str, key: str, say: Callable[[str], None]) -> Sender:
    from zhsq.watch.post import Poster
    from zhsq.watch.publish import PORTS, Publisher

    if url.partition(":")[0] in PORTS:
        return Publisher(url, estate, key, say)
    return Poster(url, key, say)


def _print(report: dict[str, Any]) -> None:
    """A few lines a camera."""
    from zhsq.commands.output import console

    for camera in report["cameras"]:
        frames, late = camera["frames"], camera["latency_ms"]
        skipped = ", ".join(f"{n} {reason}" for reason, n in frames["skipped"].items()) or "none"
        console.print(
            f"{camera['camera']}: {camera['state']}; {frames['decoded']} frames decoded, {frames['scored']} scored, "
            f"skipped: {skipped}; {camera['frames_per_second']:.1f} frames/s end to end"
            + (f", latency p50 {late['p50']:.1f} ms, p95 {late['p95']:.1f} ms" if late else "")
            + f"; {camera['events_total']} events; drift: {camera['drift']['verdict']}; "
            f"{camera['reconnects']} reconnections",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )
    console.print(f"peak memory: {report['peak_rss_mib']:.0f} MiB", highlight=False)
