"""Runs the package `hyperlpr` 0.0.2 (2019), the last that carries its models, for `plate_peers.py`.

It knows no batches, and no 8-character plates. Its Caffe networks run in OpenCV.
"""

from __future__ import annotations

from collections.abc import Sequence

import answering
import cv2


class HyperLPR(answering.Reader):
    """Its one global instance, as its README uses it."""

    def __init__(self) -> None:
        from hyperlpr import PR

        self._reader = PR

    def read(self, crops: Sequence[answering.Image]) -> list[str]:
        return [self._text(crop) for crop in crops]

    def _text(self, crop: answering.Image) -> str:
        try:
            return self._reader.segmentation_free_recognition(crop)[0]
        except ZeroDivisionError:  # it takes a mean over the characters, and found none
            return ""

    def find(self, photo: answering.Image) -> list[tuple[str, float]]:
        return [(text, confidence) for text, confidence, _ in self._reader.plate_recognition(photo) or ()]


def load() -> HyperLPR:
    cv2.setNumThreads(1)
    return HyperLPR()


if __name__ == "__main__":
    answering.serve(load, ("hyperlpr", "opencv-python-headless", "numpy"))
