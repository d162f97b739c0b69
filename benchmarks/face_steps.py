"""What each step of the face pipeline brings on LFW's ten folds: detector, alignment, embedder, flip, fusion,
refined landmarks, 8 bits.

    .venv/bin/python benchmarks/face_steps.py [--limit PAIRS] [--json F]

Every photo is embedded once per detector, alignment and embedder, its mirror image apart, so that flip averaging and
fusion are computed from stored vectors and each row differs from the one above it in what it names alone. Times are
processor time of one thread. LFW is a test set: nothing is chosen here, the default is what it is before this runs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from face_vectors import DEFAULT, Alignment, Step, Store, embed_all, templates
from rich.console import Console
from rich.table import Table

from zhsq.bench.face import measure as protocol
from zhsq.bench.face import subset
from zhsq.bench.suite import git_commit
from zhsq.commands.output import progress_hook, write_json
from zhsq.data.lfw import Pair, load
from zhsq.data.registry import DataSet, locate
from zhsq.models.face.build import FUSED
from zhsq.models.face.parts import DETECTORS
from zhsq.models.graph import FloatArray
from zhsq.protocols.face_verification import INTERVALS, FaceVerification
from zhsq.protocols.galleries import largest, search
from zhsq.protocols.report import Estimate, hardware, versions

EQUAL = {"dlib": 0.5, "mobilefacenet": 0.5}
#: The open-set figure: people enrolled, and galleries drawn.
GALLERY, DRAWS = 1000, 5
#: Columns that the tables need.
WIDTH = 150
FIGURES = ("accuracy", "tar_at_far_1e-3", "eer", "fta")


@dataclass
class Row:
    """What was found for a step. Times are ms of one thread per photo."""

    step: Step
    metrics: dict[str, Estimate]
    detect_ms: float
    embed_ms: float
    scores: FloatArray
    #: FNIR at FPIR 1 % with `GALLERY` enrolled by one photo, mean over `DRAWS` galleries; NaN if the set is too small.
    fnir: float


def measure(step: Step, store: Store, pairs: list[Pair], config: FaceVerification) -> Row:
    """The protocol's figures of a step."""
    found = protocol(config, pairs, templates(store, step))
    table = found.templates
    # Both pictures were run together; without flips it is half of that.
    embed = sum(store.ms("embed", name, str(step.bits)) for name in step.shares) / (1 if step.flip else 2)
    metrics = {name: found.figures.metrics[name] for name in FIGURES}
    detect = store.ms("detect", step.detector)
    if step.alignment == "refined":
        detect += store.ms("refine", step.detector)
    fnir = float("nan")
    if largest(table) >= GALLERY:
        searches = [search(table, GALLERY, config.seed + draw)[0] for draw in range(DRAWS)]
        fnir = float(np.mean([each.fnir(each.threshold(0.01)) for each in searches]))
    return Row(step, metrics, detect, embed, found.scores, fnir)


def ladder() -> list[Step]:
    """From the simplest way to the default, each embedder first alone."""
    ways: tuple[tuple[Alignment, bool], ...] = (("box", False), ("landmarks", False), ("landmarks", True))
    steps = [Step(DEFAULT, alignment, {name: 1.0}, flip) for name in FUSED for alignment, flip in ways]
    steps += [Step(DEFAULT, "landmarks", EQUAL, flip) for flip in (False, True)]
    steps += [Step(DEFAULT, "landmarks", FUSED, flip) for flip in (False, True)]
    return [
        *steps,
        Step(DEFAULT, "refined", FUSED, True),
        *(Step(DEFAULT, "landmarks", shares, True, 8) for shares in ({"dlib": 1.0}, {"mobilefacenet": 1.0}, FUSED)),
    ]


def detectors() -> list[Step]:
    """Each detector with all else equal: with each embedder, and with both as in the default."""
    return [
        Step(detector, "landmarks", shares, True)
        for shares in ({"dlib": 1.0}, {"mobilefacenet": 1.0}, FUSED)
        for detector in DETECTORS
    ]


def show(title: str, rows: list[Row]) -> Table:
    table = Table(title=title)
    for name in ("detector", "alignment", "embedder", "flip", "bits"):
        table.add_column(name)
    for name in ("accuracy", "95 %", "TAR at FAR 1e-3", "EER", "FTA", "FNIR", "detect ms", "embed ms"):
        table.add_column(name, justify="right")
    for row in rows:
        step, accuracy = row.step, row.metrics["accuracy"]
        table.add_row(
            step.detector,
            step.alignment,
            step.embedder,
            "yes" if step.flip else "no",
            str(step.bits),
            f"{accuracy.value:.4f}",
            f"{accuracy.low:.4f} to {accuracy.high:.4f}",
            *(f"{row.metrics[name].value:.4f}" for name in FIGURES[1:]),
            f"{row.fnir:.4f}",
            f"{row.detect_ms:.1f}",
            f"{row.embed_ms:.1f}",
        )
    return table


def eight_bits(exact: Row, short: Row, threshold: float) -> dict[str, Any]:
    """How far the default's scores and decisions in 8 bits are from those in 32, on the listed pairs."""
    both = np.isfinite(exact.scores) & np.isfinite(short.scores)
    off = np.abs(exact.scores[both] - short.scores[both])
    alike = (exact.scores >= threshold) == (short.scores >= threshold)
    differ = exact.scores[~alike & both]
    return {
        "threshold": threshold,
        "pairs": len(alike),
        "decided_alike": int(alike.sum()),
        "cosine_error": {"mean": float(off.mean()), "p99": float(np.percentile(off, 99)), "max": float(off.max())},
        "farthest_from_threshold_among_differing": float(np.abs(differ - threshold).max()) if len(differ) else 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=0, help="about this many pairs (0: all 6,000)")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="photos worked on at once")
    parser.add_argument("--resamples", type=int, default=1000, help="of the bootstrap")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    console = Console()
    console.width = max(console.width, WIDTH)
    data = locate("lfw", "lfw")
    config = FaceVerification(fars=(1e-3, 1e-4), det_fmrs=(), resamples=arguments.resamples)
    pairs = load(data)
    if arguments.limit:
        pairs = subset(pairs, arguments.limit, config.seed)
        config = config.model_copy(update={"protocol": f"{config.protocol}/subset-{len(pairs)}"})
    photos = sorted({photo for pair in pairs for photo in (pair.left, pair.right)})
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store, addresses, threshold = embed_all(photos, Path(folder), arguments.threads)
    groups = {"step by step": ladder(), "detectors, all else equal": detectors()}
    measured: dict[str, Row] = {}
    with progress_hook("figures") as hook:
        every = {str(step): step for steps in groups.values() for step in steps}
        for done, (key, step) in enumerate(every.items(), start=1):
            measured[key] = measure(step, store, pairs, config)
            hook(done, len(every), "rows")
    rows = {name: [measured[str(step)] for step in steps] for name, steps in groups.items()}
    for name, found in rows.items():
        console.print(show(f"{name}, {len(pairs)} pairs of LFW", found))
    exact, short = (measured[str(Step(DEFAULT, "landmarks", FUSED, True, bits))] for bits in (32, 8))
    parity = eight_bits(exact, short, threshold)
    console.print(f"8 bits beside 32: {parity}")
    if arguments.json:
        record = to_record(data, config, pairs, photos, rows, addresses, parity, time.perf_counter() - begin)
        write_json(arguments.json, json.dumps(record, indent=1))


def to_record(
    data: DataSet,
    config: FaceVerification,
    pairs: list[Pair],
    photos: list[Path],
    rows: dict[str, list[Row]],
    addresses: dict[str, str],
    parity: dict[str, Any],
    seconds: float,
) -> dict[str, Any]:
    """What is written as JSON."""
    return {
        "task": "face-steps",
        "data": {"name": data.name, "release": data.release},
        "protocol": config.protocol,
        "n": len(pairs),
        "photos": len(photos),
        "bundles": addresses,
        "groups": {
            name: [
                {
                    **asdict(row.step),
                    "metrics": {key: value.model_dump() for key, value in row.metrics.items()},
                    "fnir_at_fpir_0.01": row.fnir if np.isfinite(row.fnir) else None,
                    "detect_ms": row.detect_ms,
                    "embed_ms": row.embed_ms,
                }
                for row in found
            ]
            for name, found in rows.items()
        },
        "eight_bits": parity,
        "open_set": f"FNIR at FPIR 0.01, {GALLERY} enrolled by one photo, mean over {DRAWS} galleries",
        "timing": "processor time of one thread per photo; embedding in batches of 8 pictures, alignment included",
        "interval_method": f"{INTERVALS}, {config.resamples} resamples, seed {config.seed}; fta: Wilson",
        "hardware": hardware(),
        "versions": versions(),
        "seconds": seconds,
        "command": " ".join(["python", *sys.argv]),
        "git_commit": git_commit(),
    }


if __name__ == "__main__":
    main()
