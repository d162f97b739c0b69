"""Whether faces in pictures of alerts are found and hidden well enough, by the size they have in the picture.

    .venv/bin/python benchmarks/evidence_hiding.py [--json H] [--people N]

Each person's photo (LFW) is scaled until the face is so many pixels high, and put on a grey camera picture of 1280x720. Then the
picture goes the way of `POST /v1/alerts/{id}/evidence`. Counted per size:
- hidden: the middle of the face is pixelated;
- found again: the detector sees a face in what is stored;
- recognised: the stored face against the person's *other* photo reaches the bundle's verification threshold, though the embedder
  is told where the face was: harder than anyone without the original has it. AUROC of one's own against others' photos beside it:
  0.5 tells nothing.

What is not hidden is shown as it is: read the first column as the share of people whom the pictures protect.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from zhsq.data.registry import locate
from zhsq.imaging import RGBImage, decode_image
from zhsq.metrics.intervals import wilson
from zhsq.metrics.verification import auc
from zhsq.models.face.detect import Face
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.zoo.recipes import default
from zhsq.protocols.report import hardware, versions
from zhsq.runtime.load import RuntimeSettings, open_runner

HEIGHTS = (128, 64, 32, 16, 10)
WIDTH, HEIGHT = 1280, 720


def seen(photo: RGBImage, face: Face, height: int) -> tuple[RGBImage, Face]:
    """A camera picture with the person's face so high, and the face where it is there."""
    scale = height / (face.box[3] - face.box[1])
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:HEIGHT, :WIDTH]
    top, left = (HEIGHT - small.shape[0]) // 2, (WIDTH - small.shape[1]) // 2
    picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    x1, y1, x2, y2 = (value * scale for value in face.box)
    points = (face.landmarks * scale + (left, top)).astype(np.float32)
    return picture, Face((x1 + left, y1 + top, x2 + left, y2 + top), face.score, points)


def measure(pipeline: FacePipeline, people: list[tuple[RGBImage, RGBImage]], height: int) -> dict[str, Any]:
    """Of one height of faces, pixels."""
    hidden = again = 0
    stored = []
    for photo, _ in people:
        picture, face = seen(photo, pipeline.choose(photo, "central"), height)
        done = pipeline.hide(picture)
        x, y = (round((face.box[i] + face.box[i + 2]) / 2) for i in (0, 1))
        near = np.s_[y - 3 : y + 4, x - 3 : x + 4]
        hidden += bool((picture[near] != done.picture[near]).any())
        again += bool(pipeline.detect(done.picture))
        stored.append(pipeline.embed([pipeline.align(done.picture, face)])[0])
    others = [pipeline.template(other, policy="central").vector for _, other in people]
    scores = np.stack(stored) @ np.stack(others).T
    own = np.eye(len(people), dtype=bool)
    threshold = pipeline.bundle.threshold("verify").value
    return {
        "height": height,
        "people": len(people),
        "hidden": hidden,
        "hidden_interval": wilson(hidden, len(people)),
        "found_again": again,
        "recognised": int((scores[own] >= threshold).sum()),
        "others_over_threshold": float((scores[~own] >= threshold).mean()),
        "auroc": auc(scores.ravel(), own.ravel()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--people", type=int, default=300)
    given = parser.parse_args()
    start = time.monotonic()
    bundle = default("face")
    pipeline = FacePipeline(bundle, open_runner(bundle, RuntimeSettings(threads=1)))
    root = locate("lfw", "lfw").root / "lfw-deepfunneled"
    folders = [each for each in sorted(root.iterdir()) if len(list(each.glob("*.jpg"))) > 1][: given.people]
    people = [tuple(decode_image(path) for path in sorted(each.glob("*.jpg"))[:2]) for each in folders]
    rows = [measure(pipeline, people, height) for height in HEIGHTS]  # type: ignore[arg-type]
    for row in rows:
        print(row)
    if given.json:
        told = {"bundle": bundle.name, "version": bundle.version, "sha256": bundle.sha256, "rows": rows}
        told |= {"hardware": hardware(), "versions": versions(), "seconds": round(time.monotonic() - start, 1)}
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
