"""How steady are landmarks and templates when a photo is turned, scaled and shifted? Ways to refine, side by side.

    .venv/bin/python benchmarks/face_refine.py [--warps 12]

The faces are those of `face_fusion.py`: 15, in three photos that ship in packages, none of LFW. Each photo is warped by a
known similarity; landmarks that were found are mapped back. `spread` is their root mean square distance from their mean,
in % of the face's landmark extent; `likeness` the mean cosine of the templates of one face's warps. The way of
`face-fused-refined` (`REFINE`) is marked; it was chosen here, for `likeness`.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np
from face_fusion import GROUPS, photo
from rich.console import Console
from rich.table import Table

from zhsq.imaging import RGBImage, decode_image
from zhsq.models.face.build import REFINE
from zhsq.models.face.detect import Face
from zhsq.models.face.params import RefineParams
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.face.refine import refine
from zhsq.models.graph import FloatArray
from zhsq.models.zoo.recipes import resolve
from zhsq.runtime.onnx import OnnxRunner

Found = tuple[RGBImage, Face, FloatArray]


def warped(pipeline: FacePipeline, image: RGBImage, face: Face, n: int, seed: int) -> list[Found]:
    """The face found again in n warps of its photo, each with the affine map back to the photo."""
    random = np.random.default_rng(seed)
    height, width = image.shape[:2]
    middle = tuple(float(value) for value in face.landmarks.mean(0))
    found = []
    for _ in range(n):
        scale, angle = float(np.exp(random.uniform(-0.35, 0.2))), float(random.uniform(-12, 12))
        matrix = cv2.getRotationMatrix2D(middle, angle, scale)
        matrix[:, 2] += random.uniform(-20, 20, 2)
        view = np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_AREA), dtype=np.uint8)
        expected = face.landmarks @ matrix[:, :2].T + matrix[:, 2]
        near = [
            other for other in pipeline.detect(view) if np.abs(other.landmarks - expected).mean() < 0.2 * extent(face)
        ]
        if near:
            best = min(near, key=lambda other: float(np.abs(other.landmarks - expected).mean()))
            found.append((view, best, cv2.invertAffineTransform(matrix)))
    return found


def extent(face: Face) -> float:
    return float(np.ptp(face.landmarks, axis=0).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warps", type=int, default=12, help="of each face")
    arguments = parser.parse_args()
    pipeline = FacePipeline(bundle := resolve("face-fused"), OnnxRunner(bundle))
    faces: list[tuple[Face, list[Found]]] = []
    for package, file, sha256, member, people in GROUPS:
        image = decode_image(photo(package, file, sha256, member))
        for face in [face for face in pipeline.detect(image) if face.score > 0.7][:people]:
            faces.append((face, warped(pipeline, image, face, arguments.warps, seed=len(faces))))
    ways: list[dict[str, float]] = [{}]
    ways += [{**REFINE, "reach": reach, "rounds": rounds} for rounds in (1, 2, 3) for reach in (3.0, 3.8, 4.6, 5.4)]
    ways += [{**REFINE, "side": side} for side in (96, 160, 192)]
    table = Table(title=f"{len(faces)} faces, {arguments.warps} warps each")
    for name in ("side", "reach", "rounds", "spread, %", "likeness", ""):
        table.add_column(name, justify="right")
    for way in ways:
        spreads, likeness = [], []
        for face, found in faces:
            points, crops = [], []
            for view, first, back in found:
                seen = first
                if way:
                    (seen,) = refine([view], [first], pipeline.detector, RefineParams.model_validate(way))
                points.append((seen.landmarks @ back[:, :2].T + back[:, 2]) / extent(face))
                crops.append(pipeline.align(view, seen))
            spots = np.array(points)
            spreads.append(np.sqrt(((spots - spots.mean(0)) ** 2).sum(-1).mean()))
            vectors = pipeline.embed(crops)
            likeness.append((vectors @ vectors.T)[np.triu_indices(len(vectors), 1)].mean())
        numbers = [f"{way[key]:g}" if way else "" for key in ("side", "reach", "rounds")]
        mark = "chosen" if way == REFINE else "" if way else "as found"
        table.add_row(*numbers, f"{100 * np.mean(spreads):.2f}", f"{np.mean(likeness):.4f}", mark)
    Console().print(table)


if __name__ == "__main__":
    main()
