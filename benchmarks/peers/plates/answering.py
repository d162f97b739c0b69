"""The worker's side of `plate_peers.py`: JSON requests on stdin, JSON answers on stdout.

Runs in the peers' own environments, so it needs numpy only. An image comes as a .npy file, (height, width, 3) uint8
RGB: every reader gets the same pixels, and none is timed while it decodes.

{"about": true}                      -> {"versions": {package: version}}
{"crops": [file, ...]}               -> {"n": count}: taken into memory.
{"read": [start, stop], "batch": b}  -> {"seconds": s, "texts": [...]}: crops start to stop, b at a time.
{"find": file}                       -> {"seconds": s, "found": [[text, score], ...], "failed": "" or why}: a photo.
{"memory": true}                     -> {"peak_mib": most memory resident since the start, or null}
Every request of a worker that could not load its reader -> {"error": why}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import process
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Item = TypeVar("Item")


class Reader:
    """What a worker answers with; a peer that finds no plates in photos leaves `find` out."""

    #: Whether images come as red, green, blue; else blue, green, red, as OpenCV's users have them.
    rgb = False

    def read(self, crops: Sequence[Image]) -> Sequence[str]:
        """Texts of the crops of one batch, '' for none."""
        raise NotImplementedError

    def find(self, photo: Image) -> Sequence[tuple[str, float]]:
        """(text, score) of every plate or line of text in a photo, in the reader's own order."""
        raise NotImplementedError


def serve(load: Callable[[], Reader], packages: Sequence[str]) -> None:
    """Answer until stdin ends.

    Args:
        load: called once, gives a `Reader`. It imports the peer, so that a peer that can't be had is told as an answer.
        packages: whose versions are told.
    """
    answers = process.take_stdout()
    crops: list[Image] = []
    reader: Reader | None = None
    error = ""
    try:
        reader = load()
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"error": error} if reader is None else _answer(reader, request, crops, packages)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answer(reader: Reader, request: dict[str, Any], crops: list[Image], packages: Sequence[str]) -> dict[str, Any]:
    if "about" in request:
        return {"versions": process.versions(packages)}
    if "crops" in request:
        crops[:] = [_image(reader, file) for file in request["crops"]]
        return {"n": len(crops)}
    if "read" in request:
        chunk = crops[slice(*request["read"])]
        start = time.perf_counter()
        texts = [text for part in _batches(chunk, request["batch"]) for text in reader.read(part)]
        return {"seconds": time.perf_counter() - start, "texts": texts}
    if "find" in request:
        return _find(reader, _image(reader, request["find"]))
    return {"peak_mib": process.peak_mib()}


def _find(reader: Reader, photo: Image) -> dict[str, Any]:
    """A photo that makes a peer fail is a photo it did not read; the time until then counts."""
    found: list[list[Any]] = []
    failed = ""
    start = time.perf_counter()
    try:
        found = [[text, float(score)] for text, score in reader.find(photo)]
    except Exception as failure:
        failed = f"{type(failure).__name__}: {failure}"
    return {"seconds": time.perf_counter() - start, "found": found, "failed": failed}


def _image(reader: Reader, file: str) -> Image:
    image: Image = np.load(file)
    return image if reader.rgb else np.ascontiguousarray(image[..., ::-1])


def _batches(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Consecutive parts of a list, `size` long, the last one shorter."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def one_thread(onnxruntime: Any) -> None:
    """Let every session of a peer use one thread: neither agentclpr nor hyperlpr3 has a setting for it.

    A session takes as many threads as the machine has cores; pinned to one core they would wait for each other.
    """
    make = onnxruntime.InferenceSession

    def session(path: str, *_: Any, **keywords: Any) -> Any:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return make(path, options, providers=keywords.get("providers") or ["CPUExecutionProvider"])

    onnxruntime.InferenceSession = session
