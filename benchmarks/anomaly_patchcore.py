"""anomalib's PatchCore with EfficientNet-Lite0's weights, on the frames that `anomaly-patchcore` learns from and is tested on.

    .venv/bin/python benchmarks/anomaly_patchcore.py [--data ucsd_ped2] [--json F]

anomalib's own weights come from a model hub; these come from the package index, the same that zhsq uses. Whether zhsq's PatchCore
is a fair baseline, and whether anomalib's ONNX export says what its model says, are read off the figures: frame AUROC of both,
without and with zhsq's causal smoothing, and the export's largest difference. anomalib's bank is of evenly spaced training
frames (`--frames`) and as long as zhsq's.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from markdown_tables import rate
from numpy.typing import NDArray
from peers.anomaly_scorers import WORKERS, environment
from peers.environment import Unavailable
from peers.worker import Worker
from rich.console import Console

from zhsq.commands.output import write_json
from zhsq.data import ucsd_ped2
from zhsq.data.registry import locate
from zhsq.errors import ZhsqError
from zhsq.metrics.anomaly import block_draws, frame_auroc
from zhsq.metrics.intervals import percentile_interval
from zhsq.models.anomaly.backbone import LITE0
from zhsq.models.zoo.weights import obtain
from zhsq.protocols.report import hardware, versions
from zhsq.training.anomaly.config import PatchCoreExperiment

CORES = 2
CONFIG = PatchCoreExperiment()


def run(data_name: str, frames: int, compared: int) -> dict[str, Any]:
    """All of it.

    Args:
        frames: training frames that anomalib's bank is made of. compared: test frames of the export's check.

    Raises:
        ZhsqError: no data, or no weights. Unavailable: anomalib can't be had here.
    """
    data = locate(data_name, "ucsd_ped2")
    training = [path for clip in ucsd_ped2.training(data) for path in clip.frames]
    clips = ucsd_ped2.testing(data)
    test = [path for clip in clips for path in clip.frames]
    chosen = [training[i] for i in np.linspace(0, len(training) - 1, min(frames, len(training))).round().astype(int)]
    # anomalib scales to 256 x 256: 32 x 32 patches at an eighth of that.
    ratio = min(1.0, CONFIG.bank / (len(chosen) * 32 * 32))
    with (
        tempfile.TemporaryDirectory() as folder,
        Worker([str(environment()), str(WORKERS / "anomalib_accuracy.py")], CORES) as worker,
    ):
        about = worker.ask({"about": True})
        order = {
            "weights": str(obtain(LITE0).resolve()),
            "ratio": ratio,
            "training": [str(path.resolve()) for path in chosen],
            "test": [str(path.resolve()) for path in test],
            "export": folder,
            "compared": compared,
        }
        found = worker.ask({"measure": order})
    names = np.array([clip.name for clip in clips for _ in clip.frames])
    anomalous = np.concatenate([clip.anomalous for clip in clips if clip.anomalous is not None])
    scores = np.array(found.pop("scores"))
    draws = block_draws(names, block=30, resamples=1000, seed=0)
    return {
        "data": data.name,
        "release": data.release,
        "test_clips": [clip.name for clip in clips],
        "n": len(test),
        "training_frames": len(chosen),
        "frame_auroc_micro": _auroc(scores, anomalous, draws),
        "frame_auroc_micro_smoothed": _auroc(smoothed(scores, names, CONFIG.params.newest), anomalous, draws),
        **found,
        "peer": about,
        "hardware": hardware(),
        "versions": versions(),
        "command": " ".join(["python", *sys.argv]),
    }


def smoothed(scores: NDArray[np.float64], clips: NDArray[Any], newest: float) -> NDArray[np.float64]:
    """Each clip's scores as an exponential mean of those so far, which `anomaly-patchcore` takes of each cell."""
    held = scores.copy()
    for i in range(1, len(scores)):
        if clips[i] == clips[i - 1]:
            held[i] = held[i - 1] + newest * (scores[i] - held[i - 1])
    return held


def _auroc(
    scores: NDArray[np.float64], anomalous: NDArray[np.bool_], draws: list[NDArray[np.int64]]
) -> dict[str, float]:
    low, high = percentile_interval(np.array([frame_auroc(scores[draw], anomalous[draw]) for draw in draws]))
    return {"value": frame_auroc(scores, anomalous), "low": low, "high": high}


def show(result: dict[str, Any]) -> None:
    console = Console()
    for name in ("frame_auroc_micro", "frame_auroc_micro_smoothed"):
        console.print(f"anomalib PatchCore, {name}: {rate(result[name])}")
    console.print(
        f"bank of {result['bank'][0]} rows from {result['training_frames']} frames; {result['n']} test frames, "
        f"{1 / result['seconds_per_frame']:.1f} a second"
    )
    export = result["export"]
    if "error" in export:
        console.print(f"its ONNX export failed: {export['error']}", markup=False)
    else:
        console.print(
            f"its ONNX export: largest difference {export['max_abs']:.2e} of scores up to {export['scale']:.2f}, "
            f"{export['order_kept']:.2%} of pairs of {export['n']} frames ranked alike"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="ucsd_ped2", help="data set or folder of its layout")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--frames", type=int, default=64, help="training frames of anomalib's bank")
    parser.add_argument("--compared", type=int, default=60, help="test frames on which its export is compared")
    options = parser.parse_args()
    try:
        result = run(options.data, options.frames, options.compared)
    except (ZhsqError, Unavailable) as error:
        raise SystemExit(str(error)) from error
    show(result)
    if options.json:
        write_json(options.json, json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
