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
from zhsq.runtime.onnx import OnnxRunner

bundle = Bundle.load(Path(sys.argv[1]))
pipeline = FacePipeline(bundle, OnnxRunner(bundle, threads=int(sys.argv[2])))


def distance(left: str, right: str) -> float | None:
    """1 - cosine of the largest faces of two files; None when one shows none."""
    try:
        one, two = pipeline.templates([decode_image(Path(left)), decode_image(Path(right))])
    except NoFaceError:
        return None
    return 1 - float(one.vector @ two.vector)


for line in sys.stdin:
    request = json.loads(line)
    seconds, distances = [], []
    for left, right in request["pairs"]:
        start = time.perf_counter()
        distances.append(distance(left, right))
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "distances": distances}), flush=True)
