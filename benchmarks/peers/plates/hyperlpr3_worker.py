"""Runs the package `hyperlpr3`, for `plate_peers.py`. Its models come from its own server at the first use.

It keeps them in the home folder: $HOME is the environment's folder here. It knows no batches.
"""

from __future__ import annotations

from collections.abc import Sequence

import answering
import cv2
import onnxruntime


class HyperLPR3(answering.Reader):
    """The low detection level, its default: a photo of 320 x 320."""

    def __init__(self) -> None:
        from hyperlpr3 import LicensePlateCatcher

        self._catch = LicensePlateCatcher()

    def read(self, crops: Sequence[answering.Image]) -> list[str]:
        return [self._catch.pipeline.recognizer(crop)[0] for crop in crops]

    def find(self, photo: answering.Image) -> list[tuple[str, float]]:
        return [(text, confidence) for text, confidence, *_ in self._catch(photo)]


def load() -> HyperLPR3:
    cv2.setNumThreads(1)
    answering.one_thread(onnxruntime)
    return HyperLPR3()


if __name__ == "__main__":
    answering.serve(load, ("hyperlpr3", "onnxruntime", "opencv-python-headless", "numpy"))
