"""Speed and cost of zhsq's video anomaly, by cameras, beside anomalib's PatchCore, in one run on the same frames.

    python benchmarks/anomaly_speed.py --json S [--rounds 5] [--cameras 1 2 4 8] [--model BUNDLE] [--without-peer]

End to end: from a JPEG file to a score, decoding included, one frame at a time, on two cores. Issue 5 asks for 25 frames
per second of one camera of 360x240. Each number of cameras has a process of its own, so that memory is told apart; all
take turns, a turn the same frames for all, and another one begins each round.

Without --model, the default experiment is fitted on the data's training clips. Without the data, a drawn scene is
measured, which says little. PatchCore (its own environment, made by uv in the cache at the first run) has its defaults, but
a network without trained weights, since these come from a model hub: as fast as the real thing, its scores mean nothing.
It learns from `--peer-frames` frames only: fewer than the camera's training clips have, which keeps its bank small and
makes it faster. What a bank of all training frames costs is timed apart, on `--full-bank` frames.

The JSON: `rows` (one a process: `per_second`, `cpu_ms`, `frame_ms`, `peak_mib`, `steps`), `growth` with cameras, `ratio`
to the peer, `bar` (needed, measured, met), `peer`, `contention` (what else kept the cores busy meanwhile).

Exit: 0 when zhsq was measured, with the peer or without (then `skipped` says why); 1 when it was not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from peers import timing
from peers.anomaly_figures import CORES, SIZE, Run, bar, growth, ratio, row, spread
from peers.anomaly_scorers import PATCHCORE, Scorer, ours, patchcore
from peers.anomaly_show import show
from peers.busy import busy_seconds
from peers.environment import Unavailable
from peers.worker import Worker
from PIL import Image
from rich.console import Console

from zhsq.bench.result import ProgressHook
from zhsq.commands.output import progress_hook, write_json
from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError, ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve
from zhsq.protocols.report import hardware, versions
from zhsq.quickstart.samples import scene
from zhsq.training.anomaly.cells import fit
from zhsq.training.anomaly.config import AnomalyExperiment

Json = dict[str, Any]
DATA = "ucsd_ped2"
#: Frames before those that are timed: a camera's first frames cost less, since they have none before them.
LEAD = 10
WEIGHTS = (
    "no trained weights (pre_trained=False): they come from a model hub; the network is the same, so the speed is that of "
    "the real thing, and its scores mean nothing"
)


class Clips:
    """Which frames each camera sees in each turn: a clip a camera, on through it, and again from its start."""

    def __init__(self, clips: Sequence[Sequence[Path]], count: int) -> None:
        self.clips, self.count = clips, count

    def turn(self, cameras: int, turn: int) -> list[dict[str, list[str]]]:
        plays = []
        for camera in range(cameras):
            clip = self.clips[camera % len(self.clips)]
            pieces = max(1, (len(clip) - LEAD) // self.count)
            start = turn % pieces * self.count
            files = [str(file) for file in clip[start : start + LEAD + self.count]]
            plays.append({"lead": files[:LEAD], "timed": files[LEAD:]})
        return plays


def measure(
    scorers: Sequence[Scorer], clips: Clips, training: Sequence[Path], options: argparse.Namespace, hook: ProgressHook
) -> tuple[list[Run], Json, dict[str, str]]:
    """All processes in turn.

    Args:
        scorers: ours first. training: the frames that the peer learns from.

    Returns:
        The runs; what the peer learned; and why scorers were left out.

    Raises:
        Unavailable: ours can't be measured.
    """
    runs: list[Run] = []
    workers: dict[str, Worker] = {}
    peer: Json = {}
    skipped: dict[str, str] = {}
    with ExitStack() as stack:
        for done, scorer in enumerate(scorers):
            hook(done, len(scorers), "processes")
            try:
                worker = stack.enter_context(scorer.open(CORES))
                about = worker.ask({"about": True})
                if not scorer.ours:
                    peer = peer or _learn(scorer, training, options.bank)
                    worker.ask({"read": str(options.bank)})
                for _ in range(2):  # what is loaded and laid out at the first frames is no part of a frame's time
                    worker.ask(
                        {"play": [{**play, "timed": play["timed"][:2]} for play in clips.turn(scorer.cameras, 0)]}
                    )
            except Unavailable as error:
                if scorer.ours:
                    raise
                skipped[scorer.key] = f"not measured: {error}"
                continue
            workers[scorer.key] = worker
            runs.append(Run(scorer, about))
        hook(len(scorers), len(scorers), "processes")
        for turn in range(options.rounds):
            for place in range(len(runs)):
                run = runs[(place + turn) % len(runs)]
                _turn(run, workers[run.scorer.key], clips.turn(run.scorer.cameras, turn))
                hook(turn * len(runs) + place + 1, options.rounds * len(runs), "turns")
        for run in runs:
            run.peak_mib = workers[run.scorer.key].ask({"memory": True})["peak_mib"]
        peers = [run for run in runs if not run.scorer.ours]
        if peers and options.full_bank:
            fastest = min(peers, key=lambda run: np.median(run.seconds)).scorer.key
            hook(0, 1, "peer's full bank")
            try:
                peer["full_bank"] = _full_bank(workers[fastest], clips, peer, options)
            except Unavailable as error:
                skipped["patchcore, full bank"] = f"not measured: {error}"
    return runs, peer, skipped


def _learn(scorer: Scorer, training: Sequence[Path], bank: Path) -> Json:
    """The peer's bank, made once in a process of its own.

    Raises:
        Unavailable: it can't be made; the text says why.
    """
    with scorer.open(CORES) as worker:
        answer = worker.ask({"fit": {"files": [str(file) for file in training], "target": str(bank)}})
        return {**answer, "frames": len(training)}


def _turn(run: Run, worker: Worker, plays: list[dict[str, list[str]]]) -> None:
    busy, start = busy_seconds(), time.perf_counter()
    answer = worker.ask({"play": plays})
    wall = time.perf_counter() - start
    frames = len(answer["score"])
    run.seconds.append(answer["seconds"])
    run.cpu_seconds.append(answer["cpu_seconds"])
    run.frames.append(frames)
    run.decode += answer["decode"]
    run.score += answer["score"]
    for name, seconds in answer["steps"].items():
        run.steps[name] = run.steps.get(name, 0.0) + seconds
    after = busy_seconds()
    if busy is not None and after is not None:
        run.others.append(max(0.0, (after - busy - answer["whole_cpu_seconds"]) / wall))


def _full_bank(worker: Worker, clips: Clips, peer: Json, options: argparse.Namespace) -> Json:
    """The peer with a bank as long as its defaults make of all training frames; its rows again and again."""
    rows = round(peer["bank"][0] * options.training_frames / peer["frames"])
    bank = worker.ask({"bank": rows})["bank"]
    play = clips.turn(1, 0)[0]
    answer = worker.ask({"play": [{"lead": [], "timed": play["timed"][: options.full_bank]}]})
    frames = len(answer["score"])
    return {
        "bank": bank,
        "training_frames": options.training_frames,
        "n": frames,
        "seconds_per_frame": answer["seconds"] / frames,
        "cpu_ms": 1000 * answer["cpu_seconds"] / frames,
        "note": "once, after the rounds; the same rows repeated: speed only",
    }


def data_or_scene(name: str, folder: Path) -> tuple[DataSet, bool]:
    """The data, or where the registered set is absent a drawn scene, scaled to `SIZE`.

    Raises:
        ZhsqError: another set was named, and it is not there.
    """
    try:
        return locate(name, "ucsd_ped2"), False
    except DataSetError:
        if name != DATA:
            raise
    root = scene(folder / "scene", frames=90)
    for file in root.rglob("*.jpg"):
        with Image.open(file) as frame:
            larger = frame.resize(SIZE)
        larger.save(file, quality=92)
    return locate(str(root), "ucsd_ped2"), True


def spaced(files: Sequence[Path], count: int) -> list[Path]:
    """`count` of them, evenly spaced."""
    return [files[i] for i in np.linspace(0, len(files) - 1, min(count, len(files))).round().astype(int)]


def run(options: argparse.Namespace, folder: Path) -> Json:
    """All of the benchmark.

    Raises:
        ZhsqError: no data, or no bundle. Unavailable: ours can't be measured.
    """
    data, drawn = data_or_scene(options.data, folder)
    clips = [clip.frames for clip in ucsd_ped2.testing(data)]
    training = [file for clip in ucsd_ped2.training(data) for file in clip.frames]
    options.training_frames, options.bank = len(training), folder / "bank.pt"
    with Image.open(clips[0][0]) as frame:
        size = list(frame.size)
    with progress_hook("anomaly") as hook:
        start = time.perf_counter()
        bundle = resolve(options.model) if options.model else _fitted(data, folder, hook)
        fitting = None if options.model else time.perf_counter() - start
        scorers = [ours(bundle, cameras, CORES) for cameras in options.cameras]
        if not options.without_peer:
            scorers[1:1] = [patchcore(1), patchcore(CORES)]
        if 1 in options.cameras:
            scorers.insert(1, ours(bundle, 1, CORES, inner=CORES))
        if (most := max(options.cameras)) > 1:
            scorers.append(ours(bundle, most, CORES, models="each"))
        played = Clips(clips, options.frames)
        runs, peer, skipped = measure(scorers, played, spaced(training, options.peer_frames), options, hook)
    if options.without_peer:
        skipped[PATCHCORE] = "not measured: --without-peer"
    rows = [row(one) for one in runs]
    others = [cores for one in runs for cores in one.others]
    return {
        "data": {"name": "drawn scene" if drawn else data.name, "release": data.release, "frame": size},
        "drawn": drawn,
        "n": options.frames,
        "lead": LEAD,
        "rounds": options.rounds,
        "cores": CORES,
        "rows": rows,
        "growth": growth(rows),
        "ratio": ratio(runs),
        "bar": bar(rows, size, drawn),
        "peer": {**peer, "weights": WEIGHTS, "training_frames": len(training)} if peer else None,
        "fit_seconds": fitting,
        "skipped": skipped,
        "contention": {"other_busy_cores": spread(others, 2) if others else None, "load_1_min": os.getloadavg()[0]},
        "statistics": f"per_second, cpu_ms: over turns; frame_ms: over frames; ratio: {timing.METHOD}",
        "models": [{"name": bundle.name, "version": bundle.version, "sha256": bundle.sha256}],
        "hardware": hardware(),
        "versions": versions(),
        "command": " ".join(["python", *sys.argv]),
    }


def _fitted(data: DataSet, folder: Path, hook: ProgressHook) -> Bundle:
    """The default experiment on the training clips; kept nowhere."""
    return fit(data, AnomalyExperiment(), folder / "bundles", hook)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--data", default=DATA, help="data set or folder of clips, in the layout of ucsd_ped2")
    parser.add_argument("--model", help="anomaly bundle; default: the default experiment, fitted now")
    parser.add_argument("--cameras", type=int, nargs="+", default=[1, 2, 4, 8], help="cameras of a process")
    parser.add_argument("--frames", type=int, default=30, help="frames of a camera that a turn times")
    parser.add_argument("--rounds", type=int, default=5, help="turns of every process")
    parser.add_argument("--peer-frames", type=int, default=32, help="training frames that the peer's bank is made of")
    parser.add_argument("--full-bank", type=int, default=1, help="frames timed with the peer's full bank; 0: none")
    parser.add_argument("--without-peer", action="store_true", help="measure zhsq alone")
    options = parser.parse_args()
    counts = [*options.cameras, options.frames, options.rounds, options.peer_frames]
    if min(counts) < 1 or options.full_bank < 0:
        parser.error("cameras, frames, rounds and --peer-frames begin at 1, --full-bank at 0")
    options.cameras = sorted(set(options.cameras))
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = run(options, Path(folder))
        except (ZhsqError, Unavailable) as error:
            raise SystemExit(str(error)) from error
    console = Console(width=None if sys.stdout.isatty() else 150)
    show(console, result)
    if options.json:
        try:
            write_json(options.json, json.dumps(result, indent=2, ensure_ascii=False))
        except ZhsqError as error:
            raise SystemExit(str(error)) from error
        console.print(f"figures: {options.json}", soft_wrap=True)


if __name__ == "__main__":
    main()
