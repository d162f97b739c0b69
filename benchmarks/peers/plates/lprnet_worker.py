"""Runs LPRNet's open weights with ONNX Runtime for `plate_peers.py`. Argument: the graph of `zhsq.models.plate.lprnet`.

Its own pre-processing and greedy decoding (sirius-ai/LPRNet_Pytorch, test_LPRNet.py).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import answering
import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

SYMBOLS = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO"
BLANK = len(SYMBOLS)
WIDTH, HEIGHT = 94, 24


class LPRNet(answering.Reader):
    def __init__(self, graph: str) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def read(self, crops: Sequence[answering.Image]) -> list[str]:
        scaled = np.stack([cv2.resize(crop, (WIDTH, HEIGHT)) for crop in crops]).astype(np.float32)
        pixels = np.ascontiguousarray(((scaled - 127.5) * 0.0078125).transpose(0, 3, 1, 2))
        scores = self._session.run(None, {self._session.get_inputs()[0].name: pixels})[0]
        return ["".join(SYMBOLS[c] for c in collapsed(path)) for path in scores.argmax(axis=2)]


def collapsed(path: NDArray[np.int64]) -> list[int]:
    """The best path without repeats and blanks."""
    kept = np.flatnonzero(np.diff(path, prepend=-1) != 0)
    return [int(c) for c in path[kept] if c != BLANK]


def load() -> LPRNet:
    cv2.setNumThreads(1)
    return LPRNet(sys.argv[1])


if __name__ == "__main__":
    answering.serve(load, ("onnxruntime", "opencv-python-headless", "numpy"))
