"""Runs the package `rapidocr` on plates, for `plate_peers.py`: PP-OCRv6 small, the models that its wheel carries.

A crop goes to its recogniser alone, after the package's own scaling, as `engine(crop, use_det=False, use_cls=False)`
does; a photo goes through all of it, with its own settings.
"""

from __future__ import annotations

from collections.abc import Sequence

import answering
import cv2

THREADS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "error",
}


class Rapid(answering.Reader):
    """Detector and direction classifier are loaded by the package at the first photo."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR
        from rapidocr.ch_ppocr_rec import TextRecInput

        self._engine = RapidOCR(params=THREADS)
        self._recognise = self._engine._load_rec_model()  # made at the first use; a batch can be set on it only
        self._own_batch = self._recognise.rec_batch_num
        self._input = TextRecInput

    def read(self, crops: Sequence[answering.Image]) -> list[str]:
        self._recognise.rec_batch_num = len(crops)
        scaled = [self._engine.preprocess_img(crop)[0] for crop in crops]
        return list(self._recognise(self._input(img=scaled)).txts)

    def find(self, photo: answering.Image) -> list[tuple[str, float]]:
        self._recognise.rec_batch_num = self._own_batch
        output = self._engine(photo)
        return list(zip(output.txts or (), output.scores or ()))  # noqa: B905  # strict= came with Python 3.10


def load() -> Rapid:
    cv2.setNumThreads(1)
    return Rapid()


if __name__ == "__main__":
    answering.serve(load, ("rapidocr", "onnxruntime", "opencv-python-headless", "numpy"))
