"""Do the quality measures mean something? On photos that are degraded on purpose, and on the errors of matching.

    .venv/bin/python benchmarks/face_quality.py [--limit PAIRS] [--photos N] [--json F]

Response: photos of LFW, as they are and under each simulated condition of `zhsq.data.degrade`, and what the policies say
of them: a refusal should name what was done to the photo. The face is detected anew in the degraded photo.

Error against discard: FNMR at the threshold where one impostor pair in a thousand matches, after the genuine pairs of
the lowest quality are left out (Grother, Tabassi, "Performance of biometric quality measures", PAMI 29, 2007; ISO/IEC
29794-1). A pair's quality is that of its worse photo, in component values; ties are in random order. The threshold stays
that of all pairs. A measure that tells of errors makes the curve fall; one that doesn't leaves it level, as discarding
at random would. LFW is a test set: nothing was chosen on it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from markdown_tables import rate as told
from numpy.typing import NDArray

from zhsq.bench.face import subset
from zhsq.bench.suite import git_commit
from zhsq.commands.output import console, progress_hook, write_json
from zhsq.data.degrade import CONDITIONS, apply
from zhsq.data.lfw import Pair, load
from zhsq.data.registry import DataSet, locate
from zhsq.errors import NoFaceError
from zhsq.imaging import RGBImage, decode_image
from zhsq.metrics.impostors import impostor_tail
from zhsq.metrics.intervals import wilson
from zhsq.models.face.pipeline import Face, FacePipeline
from zhsq.models.face.quality import Quality, QualityPolicy, assess
from zhsq.models.graph import FloatArray
from zhsq.models.zoo.recipes import default
from zhsq.protocols.report import hardware, versions
from zhsq.runtime.onnx import OnnxRunner

Found = TypeVar("Found")
FMR = 1e-3
DISCARDS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
POLICIES = {"enrolment": QualityPolicy.enrolment(), "probe": QualityPolicy.probe()}
#: What a reader looks for first: condition, level, the reason that should be named.
EXPECTED = (
    ("mask", 80, "mouth-covered"),
    ("mask", 10, "mouth-covered"),
    ("sunglasses", 3, "eyes-covered"),
    ("motion_blur", 40, "blurred"),
    ("glare", 100, "washed-out"),
    ("size", 32, "too-small"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=0, help="pairs for the error-discard curve; 0: all of View 2")
    parser.add_argument("--photos", type=int, default=300, help="photos for the response to degradation")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    data, bundle = locate("lfw", "lfw"), default("face")
    pipeline = FacePipeline(bundle, OnnxRunner(bundle, threads=1))
    pairs = load(data)
    if arguments.limit:
        pairs = subset(pairs, arguments.limit, arguments.seed)
    start = time.perf_counter()
    result: dict[str, Any] = {
        "benchmark": "face-quality",
        "data": {"name": data.name, "release": data.release, "split": "View 2 (test)"},
        "model": {"name": bundle.name, "version": bundle.version, "sha256": bundle.sha256},
        "policies": {name: policy.model_dump() for name, policy in POLICIES.items()},
        "response": response(pipeline, pairs, arguments.photos, arguments.seed),
        "error_discard": error_discard(pipeline, pairs, arguments.seed),
        "notes": notes(data),
        "seconds": round(time.perf_counter() - start, 1),
        "hardware": hardware(),
        "versions": versions(),
        "git_commit": git_commit(),
        "command": " ".join(["python", *sys.argv]),
    }
    show(result)
    if arguments.json:
        write_json(arguments.json, json.dumps(result, indent=2, ensure_ascii=False))


def notes(data: DataSet) -> list[str]:
    """What a reader must know before believing a figure."""
    return [
        "Degradations are simulated; a real mask or a real dark gate may be judged otherwise.",
        "'Refused as they are' counts LFW's photos as good: some are turned away, blurred, or wear dark glasses in fact.",
        "Low light is simulated with the camera's gain: what is left is noise, for which the standard has no component.",
        *(f"Not covered: {text}" for text in data.notes),
    ]


def response(pipeline: FacePipeline, pairs: list[Pair], count: int, seed: int) -> dict[str, Any]:
    """Per condition and level: shares refused, by policy and reason, and mean component values."""
    photos = sorted({photo for pair in pairs for photo in (pair.left, pair.right)})
    drawn = np.random.default_rng(seed).permutation(len(photos))[:count]
    steps = [("clean", 0.0), *((c.name, level) for c in CONDITIONS.values() for level in c.levels)]

    def qualities(photo: Path) -> list[Quality | None]:
        image = decode_image(photo)
        face = central(pipeline, image)
        if face is None:
            return [None] * len(steps)
        found: list[Quality | None] = [assess(image, face)]
        for name, level in steps[1:]:
            # One state per photo and condition: the same cloth and direction at every level.
            random = np.random.default_rng([seed, zlib.crc32(f"{name}/{photo.name}".encode())])
            worse = apply(name, image, face.landmarks, level, random)
            seen = central(pipeline, worse)
            found.append(None if seen is None else assess(worse, seen))
        return found

    rows = parallel(qualities, [photos[i] for i in drawn], "photos degraded")
    table = [
        {"condition": name, "level": level, **summary([row[i] for row in rows])}
        for i, (name, level) in enumerate(steps)
    ]
    return {"n": len(rows), "rows": table, "named": [named(table, *expected) for expected in EXPECTED]}


def summary(found: list[Quality | None]) -> dict[str, Any]:
    """What the policies say of one step's photos; a photo without a face is refused by both."""
    seen = [quality for quality in found if quality is not None]
    out: dict[str, Any] = {"photos": len(found), "no_face": len(found) - len(seen)}
    for use, policy in POLICIES.items():
        reasons = [{reason.code for reason in policy.reasons(quality)} for quality in seen]
        refused = sum(map(bool, reasons)) + out["no_face"]
        codes = sorted(set().union(*reasons))
        out[use] = {
            "refused": share(refused, len(found)),
            "reasons": {code: share(sum(code in row for row in reasons), len(found)) for code in codes},
        }
    out["mean_component"] = {
        measures[0].name: round(float(np.mean([measure.component for measure in measures])), 1)
        for measures in zip(*seen, strict=True)
    }
    return out


def share(count: int, n: int) -> dict[str, float]:
    """A proportion with Wilson's interval."""
    low, high = wilson(count, n)
    return {"value": count / n, "low": low, "high": high, "count": count}


def named(table: list[dict[str, Any]], condition: str, level: float, code: str) -> dict[str, Any]:
    """How often the reason is named under the condition (of photos in which a face was found), and without it."""
    row = next(row for row in table if (row["condition"], row["level"]) == (condition, level))
    clean = table[0]["enrolment"]["reasons"].get(code, {"value": 0.0})
    count = row["enrolment"]["reasons"].get(code, {"count": 0})["count"]
    return {
        "condition": condition,
        "level": level,
        "reason": code,
        "named": share(count, row["photos"] - row["no_face"]),
        "clean": clean,
    }


def error_discard(pipeline: FacePipeline, pairs: list[Pair], seed: int) -> dict[str, Any]:
    """FNMR at a fixed threshold by the share of genuine pairs that is discarded, per measure."""
    people = {photo: name for p in pairs for photo, name in ((p.left, p.left_name), (p.right, p.right_name))}

    def template(photo: Path) -> tuple[FloatArray, Quality] | None:
        image = decode_image(photo)
        face = central(pipeline, image)
        return None if face is None else (pipeline.embed([pipeline.align(image, face)])[0], assess(image, face))

    photos = sorted(people)
    found = {p: t for p, t in zip(photos, parallel(template, photos, "photos"), strict=True) if t is not None}
    vectors = np.stack([vector for vector, _ in found.values()])
    codes = np.unique([people[photo] for photo in found], return_inverse=True)[1].astype(np.int64)
    tail = impostor_tail(vectors, codes, count=int(codes.max()) + 1, fmr=FMR, seed=seed)
    threshold = tail.threshold(FMR, tail.cumulated())
    genuine = [pair for pair in pairs if pair.genuine and pair.left in found and pair.right in found]
    missed = np.array([float(found[p.left][0] @ found[p.right][0]) < threshold for p in genuine])
    qualities = [(found[p.left][1], found[p.right][1]) for p in genuine]
    curves: dict[str, Any] = {}
    for i, measure in enumerate(qualities[0][0]):
        worse = [min(tuple(q)[i].component for q in both) for both in qualities]
        curves[measure.name] = curve(missed, np.array(worse), seed)
    weakest = np.array([min(q.weakest.component for q in both) for both in qualities])
    curves["minimum of all but HeadSize"] = curve(missed, weakest, seed)
    refusals = np.array([float(-max(len(POLICIES["enrolment"].reasons(q)) for q in both)) for both in qualities])
    curves["reasons of the enrolment policy, fewest first"] = curve(missed, refusals, seed)
    return {
        "genuine_pairs": len(genuine),
        "pairs_without_a_face": sum(pair.genuine for pair in pairs) - len(genuine),
        "errors": int(missed.sum()),
        "impostor_pairs": tail.pairs,
        "fmr": FMR,
        "threshold": threshold,
        "discards": DISCARDS,
        "fnmr": curves,
        "random_order": float(missed.mean()),
        "policy": policy_split(missed, refusals < 0),
    }


def curve(missed: NDArray[np.bool_], quality: NDArray[np.float64], seed: int) -> list[float]:
    """FNMR of what is left after each of `DISCARDS`."""
    order = np.lexsort((np.random.default_rng(seed).permutation(len(quality)), quality))
    return [float(missed[order[round(part * len(order)) :]].mean()) for part in DISCARDS]


def policy_split(missed: NDArray[np.bool_], refused: NDArray[np.bool_]) -> dict[str, Any]:
    """FNMR of the pairs that the enrolment policy takes, and of those with a photo that it refuses."""
    return {
        "taken": {**share(int(missed[~refused].sum()), int((~refused).sum())), "n": int((~refused).sum())},
        "refused": {**share(int(missed[refused].sum()), int(refused.sum())), "n": int(refused.sum())},
    }


def central(pipeline: FacePipeline, image: RGBImage) -> Face | None:
    """The face nearest to the middle, which is the person that a photo of LFW names."""
    try:
        return pipeline.choose(image, "central")
    except NoFaceError:
        return None


def parallel(work: Callable[[Path], Found], photos: list[Path], what: str) -> list[Found]:
    """Every photo through `work`, in order, on all cores."""
    found: list[Found] = []
    with progress_hook(what) as hook, ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for item in pool.map(work, photos):
            found.append(item)
            hook(len(found), len(photos), what)
    return found


def show(result: dict[str, Any]) -> None:
    """The figures that matter, as text."""
    answer, discard = result["response"], result["error_discard"]
    clean = answer["rows"][0]
    console.print(f"{answer['n']} photos as they are: enrolment refuses {told(clean['enrolment']['refused'], 3)}")
    for code, figure in clean["enrolment"]["reasons"].items():
        console.print(f"  {code}: {told(figure, 3)}")
    for row in answer["named"]:
        console.print(f"{row['condition']} {row['level']:g}: '{row['reason']}' named for {told(row['named'], 3)}")
    for row in answer["rows"]:
        rate = row["enrolment"]["refused"]["value"], row["probe"]["refused"]["value"]
        console.print(f"  {row['condition']} {row['level']:g}: refused {rate[0]:.2f} (probe {rate[1]:.2f})")
    console.print(f"FNMR at FMR {FMR:g}, {discard['errors']} errors in {discard['genuine_pairs']} genuine pairs")
    console.print(f"  {'discarded':48}" + "".join(f"{part:8.0%}" for part in DISCARDS), soft_wrap=True)
    for name, values in discard["fnmr"].items():
        console.print(f"  {name:48}" + "".join(f"{value:8.4f}" for value in values), soft_wrap=True)
    for name, figure in discard["policy"].items():
        console.print(f"  pairs {name} by the enrolment policy: FNMR {told(figure, 3)}, n = {figure['n']}")


if __name__ == "__main__":
    main()
