"""From aligned crops to vectors: normalisation, flip averaging, fusion, and runs that keep every core's cache warm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.face.detect import Face
from zhsq.models.face.geometry import align
from zhsq.models.face.params import EmbedParams
from zhsq.models.face.spread import Spreading
from zhsq.models.graph import FloatArray, GraphRunner

#: Pictures in one run, mirrored ones included. A graph's widest layer takes up to 1.6 MB a picture, so past eight a
#: layer's output has left the cache when the next one reads it (MobileFaceNet took 4.7 ms a picture by 8 and 5.2 by 32
#: on a Zen 4 core; dlib's network took 4.9 either way).
PICTURES = 8

#: What is embedded of one face: one aligned crop (size, size, 3) uint8 RGB per embedder.
Crops = tuple[RGBImage, ...]


class Embedder:
    """One embedder of a bundle.

    Args:
        params: how its graph is fed.
        tensor: the graph's input.
    """

    def __init__(self, params: EmbedParams, tensor: str) -> None:
        self.params = params
        self._tensor = tensor
        self._template = np.array(params.template, dtype=np.float32)
        self._mean = np.array(params.mean, dtype=np.float32)[:, None, None]
        self._scale = np.array([1 / value for value in params.std], dtype=np.float32)[:, None, None]

    def align(self, image: RGBImage, face: Face) -> RGBImage:
        """The crop (size, size, 3) uint8 RGB that is embedded."""
        return align(image, face.landmarks, self.params.size, self._template)

    def run(self, runner: GraphRunner, crops: Sequence[RGBImage]) -> FloatArray:
        """What the graph gives for `batch`, as it is: (n, d), or (2n, d) with the mirrored crops' behind."""
        vectors: FloatArray = next(iter(runner.run(self.params.graph, {self._tensor: self.batch(crops)}).values()))
        return vectors

    def batch(self, crops: Sequence[RGBImage]) -> FloatArray:
        """What the graph is given: (n, 3, size, size) float32, with the mirrored crops behind when flips are added."""
        n, flip, size = len(crops), self.params.flip, self.params.size
        batch = np.empty((n * (2 if flip else 1), 3, size, size), dtype=np.float32)
        for i, crop in enumerate(crops):  # one at a time: its planes stay in cache
            np.subtract(cv2.dnn.blobFromImage(crop)[0], self._mean, out=batch[i])
            batch[i] *= self._scale
        if flip:
            batch[n:] = batch[:n, ..., ::-1]
        return batch

    def embed(self, runner: GraphRunner, crops: Sequence[RGBImage]) -> FloatArray:
        """Vectors (n, d) float32 of n crops in one run; each is as long as the root of the embedder's weight."""
        vectors = self.run(runner, crops)
        if self.params.flip:
            vectors = vectors[: len(crops)] + vectors[len(crops) :]
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        unit: FloatArray = (vectors * (np.sqrt(self.params.weight) / lengths)).astype(np.float32)
        return unit


def embed(
    embedders: Sequence[Embedder],
    runner: GraphRunner,
    faces: Sequence[Crops],
    idle: Sequence[Callable[[], object]] = (),
) -> FloatArray:
    """L2-normalised vectors (n, d) float32 of n > 0 aligned faces; d is the sum over the embedders.

    A runner that can do several things at once is given small runs; another, as Triton's, is given all faces at once
    and splits them as it likes.

    Args:
        embedders: of the bundle.
        runner: of its graphs.
        faces: aligned for each embedder.
        idle: see `OnnxRunner.spread`: embedders take unequally long, and the thread of the quicker one has time.
    """
    columns = [[crops[i] for crops in faces] for i in range(len(embedders))]
    if not isinstance(runner, Spreading):
        return np.hstack([part.embed(runner, column) for part, column in zip(embedders, columns, strict=True)])
    tasks: list[Callable[[GraphRunner], FloatArray]] = []
    runs = []
    for part, column in zip(embedders, columns, strict=True):
        step = PICTURES // 2 if part.params.flip else PICTURES
        parts = [column[at : at + step] for at in range(0, len(column), step)]
        tasks += [partial(part.embed, crops=crops) for crops in parts]
        runs.append(len(parts))
    # One run alone may have all the threads.
    vectors = iter([tasks[0](runner)] if len(tasks) == 1 else runner.spread(tasks, idle))
    return np.hstack([np.concatenate(list(islice(vectors, n))) for n in runs])
