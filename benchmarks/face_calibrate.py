"""Take the ranges with which the embedders run in 8 bits, and say how far 8 bits are from 32.

    .venv/bin/python benchmarks/face_calibrate.py [--write]

The faces are the 15 of the three group photos that `face_fusion.py` fetches from the package index, none of them of
LFW; each is mirrored, shifted, and made darker and lighter. `--write` records the ranges in the package.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from face_fusion import GROUPS, photo

from zhsq.imaging import RGBImage, decode_image
from zhsq.models import quantise
from zhsq.models.face import ranges
from zhsq.models.face.build import FUSED, compose
from zhsq.models.face.embed import Embedder
from zhsq.models.face.pipeline import Crops, Face, FacePipeline
from zhsq.models.graph import FloatArray
from zhsq.protocols.report import versions
from zhsq.runtime.onnx import OnnxRunner

#: Shift in sixtieths of the distance between the eyes (about a pixel in a crop), and gain of the brightness.
CHANGES = ((0, 1.0), (3, 0.6), (-3, 1.4), (0, 0.8), (2, 1.2))
BATCH = 10


def crops_of(pipeline: FacePipeline, image: RGBImage, people: int) -> Iterator[Crops]:
    """Aligned crops of every face of a photo, with the changes."""
    faces = [face for face in pipeline.detect(image) if face.score > 0.7]
    if len(faces) != people:
        raise SystemExit(f"{len(faces)} faces found, {people} expected")
    for face in faces:
        unit = float(np.linalg.norm(face.landmarks[0] - face.landmarks[1])) / 60
        for shift, gain in CHANGES:
            moved = Face(face.box, face.score, (face.landmarks + shift * unit).astype(np.float32))
            crops = pipeline.align(np.asarray(cv2.convertScaleAbs(image, alpha=gain)), moved)
            yield crops
            yield tuple(np.ascontiguousarray(crop[:, ::-1]) for crop in crops)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="record the ranges in src/zhsq/models/face")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as store:
        record = measure(Path(store))
    if arguments.write:
        target = Path(ranges.__file__).with_name(ranges.RANGES_FILE)
        target.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print(f"written: {target}")


def measure(store: Path) -> dict[str, Any]:
    """What is recorded: the ranges of both embedders, and what they were taken from."""
    bundle = compose(store, "face-calibration", "yunet", FUSED, flip=False)
    pipeline = FacePipeline(bundle, OnnxRunner(bundle))
    faces = [
        crops
        for package, file, sha256, member, people in GROUPS
        for crops in crops_of(pipeline, decode_image(photo(package, file, sha256, member)), people)
    ]
    found = {}
    for index, (name, embedder) in enumerate(zip(FUSED, pipeline.embedders, strict=True)):
        crops = [face[index] for face in faces]
        model = bundle.graph_path(embedder.params.graph).read_bytes()
        batches = [embedder.batch(crops[at : at + BATCH]) for at in range(0, len(crops), BATCH)]
        found[name] = quantise.measure(model, batches)
        compare(name, embedder, model, quantise.quantise(model, found[name]), batches)
    return {
        "made_by": "benchmarks/face_calibrate.py --write",
        "photos": {member: f"{file} sha256:{sha256}" for _, file, sha256, member, _ in GROUPS},
        "crops": len(faces),
        "versions": versions(),
        "ranges": found,
    }


def compare(name: str, embedder: Embedder, exact: bytes, short: bytes, batches: list[FloatArray]) -> None:
    """Print the cosines between a face's vectors in 32 and in 8 bits."""
    import onnxruntime as ort

    vectors = []
    for model in (exact, short):
        session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
        tensor = session.get_inputs()[0].name
        rows = np.concatenate([session.run(None, {tensor: batch})[0] for batch in batches])
        vectors.append(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    cosines = (vectors[0] * vectors[1]).sum(1)
    low, median = np.percentile(cosines, (5, 50))
    print(
        f"{name}: {len(cosines)} crops of {embedder.params.size} px, cosine of 8 with 32 bits: "
        f"least {cosines.min():.4f}, 5th percentile {low:.4f}, median {median:.4f}"
    )


if __name__ == "__main__":
    main()
