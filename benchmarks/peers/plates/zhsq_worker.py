"""Runs a zhsq plate bundle for `plate_peers.py`. Argument: the bundle's path."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import answering
import cv2

from zhsq.models.bundle import Bundle
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.runtime.onnx import OnnxRunner


class Zhsq(answering.Reader):
    """The whole pipeline: grammar, colour, class and warnings are in the time."""

    rgb = True

    def __init__(self, path: Path) -> None:
        bundle = Bundle.load(path)
        self._pipeline = PlatePipeline(bundle, OnnxRunner(bundle, threads=1))

    def read(self, crops: Sequence[answering.Image]) -> list[str]:
        return [read.text for read in self._pipeline.read_crops(crops)]

    def find(self, photo: answering.Image) -> list[tuple[str, float]]:
        return [(seen.read.text, seen.score * seen.read.confidence) for seen in self._pipeline.read_photo(photo)]


def load() -> Zhsq:
    cv2.setNumThreads(1)
    return Zhsq(Path(sys.argv[1]))


if __name__ == "__main__":
    answering.serve(load, ("zhsq", "onnxruntime", "opencv-python-headless", "numpy"))
