"""Runs a zhsq face bundle for `face_peers.py`: the same requests as `face_recognition_worker.py`.

Arguments: the bundle's path and the threads. `distances` are 1 - cosine, so that smaller means more alike.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from zhsq.errors import NoFaceError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.graph import FloatArray
from zhsq.runtime.onnx import OnnxRunner

bundle = Bundle.load(Path(sys.argv[1]))
pipeline = FacePipeline(bundle, OnnxRunner(bundle, threads=int(sys.argv[2])))


def encode(photo: str) -> FloatArray | None:
    """The template of the largest face; None when none is found."""
    try:
        return pipeline.template(decode_image(Path(photo))).vector
    except NoFaceError:
        return None


for line in sys.stdin:
    request = json.loads(line)
    seconds, distances = [], []
    for left, right in request["pairs"]:
        start = time.perf_counter()
        one, two = encode(left), encode(right)
        distance = None if one is None or two is None else 1 - float(one @ two)
        seconds.append(time.perf_counter() - start)
        distances.append(distance)
    print(json.dumps({"seconds": seconds, "distances": distances}), flush=True)
