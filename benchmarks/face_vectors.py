"""For face_steps.py: what each detector and embedder makes of a set of photos, kept so that steps can be computed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from zhsq.commands.output import progress_hook
from zhsq.errors import BadImageError, NoFaceError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.build import FUSED, REFINE, compose
from zhsq.models.face.embed import PICTURES, Embedder
from zhsq.models.face.params import RefineParams
from zhsq.models.face.parts import DETECTORS
from zhsq.models.face.pipeline import Face, FacePipeline
from zhsq.models.face.refine import refine
from zhsq.models.graph import FloatArray
from zhsq.runtime.onnx import OnnxRunner

#: 'refined': by landmarks of further looks.
Alignment = Literal["box", "landmarks", "refined"]
#: The detector of the default bundle; the only one that is also tried without alignment, and refined.
DEFAULT = "yunet"


@dataclass(frozen=True)
class Step:
    """One way through the pipeline. `shares`: embedder -> share of its cosine."""

    detector: str
    alignment: Alignment
    shares: dict[str, float]
    flip: bool
    bits: int = 32

    @property
    def embedder(self) -> str:
        return " + ".join(name if share == 1 else f"{share:.2f} {name}" for name, share in self.shares.items())


class Store:
    """What was taken from the photos: vectors, and processor time.

    Attributes:
        vectors: (detector, alignment, embedder, bits) -> photo -> (2, d) float32, plain and of the mirror image.
    """

    def __init__(self) -> None:
        self.vectors: dict[tuple[str, str, str, int], dict[Path, FloatArray]] = defaultdict(dict)
        self._times: dict[tuple[str, ...], list[tuple[float, int]]] = defaultdict(list)  # appended to by every thread

    def took(self, key: tuple[str, ...], start: float, photos: int) -> None:
        """Record the calling thread's processor time since `start` for so many photos."""
        self._times[key].append((time.thread_time() - start, photos))

    def ms(self, *key: str) -> float:
        """Mean per photo; the first call, which opens the session, is left out."""
        seconds, photos = map(sum, zip(*self._times[key][1:], strict=True))
        return float(1e3 * seconds / photos)


def box_crop(image: RGBImage, face: Face, size: int) -> RGBImage:
    """No alignment: the square about the box's middle, as wide as its longer side."""
    x1, y1, x2, y2 = face.box
    scale = size / max(x2 - x1, y2 - y1)
    shift = size / 2 - scale * np.array([(x1 + x2) / 2, (y1 + y2) / 2])
    matrix = np.array([(scale, 0, shift[0]), (0, scale, shift[1])])
    return np.asarray(cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR), dtype=np.uint8)


class Worker:
    """One detector's bundles, and what is taken from a few photos with them."""

    def __init__(self, detector: str, store: Path, into: Store) -> None:
        self.detector, self.into = detector, into
        bundles = {32: compose(store, f"face-steps-{detector}", detector, FUSED)}
        if detector == DEFAULT:
            bundles[8] = compose(store, f"face-steps-{detector}-int8", detector, FUSED, int8=True, refine=False)
        self.bundles: dict[int, Bundle] = bundles
        # One thread each, in the calling thread, so that its processor time is all that was used.
        self.runners = {bits: OnnxRunner(bundle, threads=1) for bits, bundle in bundles.items()}
        self.pipelines = {bits: FacePipeline(bundle, self.runners[bits]) for bits, bundle in bundles.items()}

    def __call__(self, photos: Sequence[Path]) -> int:
        found: list[tuple[Path, RGBImage, Face]] = []
        refined: list[tuple[Path, RGBImage, Face]] = []
        for photo in photos:
            try:
                image = decode_image(photo)
                start = time.thread_time()
                face = self.pipelines[32].choose(image, "central")
                self.into.took(("detect", self.detector), start, 1)
                found.append((photo, image, face))
                if self.detector == DEFAULT:
                    start = time.thread_time()
                    (again,) = refine([image], [face], self.pipelines[32].detector, RefineParams.model_validate(REFINE))
                    self.into.took(("refine", self.detector), start, 1)
                    refined.append((photo, image, again))
            except (BadImageError, NoFaceError):
                continue
        for bits, pipeline in self.pipelines.items() if found else ():
            for name, embedder in zip(FUSED, pipeline.embedders, strict=True):
                self._embed(found, bits, name, embedder, "landmarks")
                if self.detector == DEFAULT and bits == 32:
                    self._embed(refined, bits, name, embedder, "refined")
                if self.detector == DEFAULT and bits == 32:
                    self._embed(found, bits, name, embedder, "box")
        return len(photos)

    def _embed(
        self, found: list[tuple[Path, RGBImage, Face]], bits: int, name: str, embedder: Embedder, alignment: Alignment
    ) -> None:
        start = time.thread_time()
        if alignment == "box":
            crops = [box_crop(image, face, embedder.params.size) for _, image, face in found]
        else:
            crops = [embedder.align(image, face) for _, image, face in found]
        vectors = embedder.run(self.runners[bits], crops)
        self.into.took(("embed", name, str(bits)), start, len(found))
        n = len(found)
        for i, (photo, _, _) in enumerate(found):
            self.into.vectors[self.detector, alignment, name, bits][photo] = vectors[[i, n + i]]


def templates(store: Store, step: Step) -> dict[Path, FloatArray]:
    """Fused unit vectors of a step from the stored ones, as the pipeline makes them."""
    parts = [store.vectors[step.detector, step.alignment, name, step.bits] for name in step.shares]
    fused = {}
    for photo in parts[0]:
        rows = [part[photo].sum(0) if step.flip else part[photo][0] for part in parts]
        units = [row / max(float(np.linalg.norm(row)), 1e-12) for row in rows]
        weighted = [np.sqrt(share) * unit for share, unit in zip(step.shares.values(), units, strict=True)]
        fused[photo] = np.concatenate(weighted).astype(np.float32)
    return fused


def embed_all(photos: list[Path], folder: Path, threads: int) -> tuple[Store, dict[str, str], float]:
    """Every detector over every photo; the bundles' content addresses; the default's threshold."""
    addresses: dict[str, str] = {}
    store, threshold = Store(), 0.0
    for detector in DETECTORS:
        worker = Worker(detector, folder, store)
        addresses |= {bundle.name: bundle.sha256 for bundle in worker.bundles.values()}
        if detector == DEFAULT:
            threshold = worker.bundles[32].threshold("verify").value
        worker(photos[:1])  # opens every session, in one thread
        with progress_hook(detector) as hook, ThreadPoolExecutor(threads) as pool:
            done = 0
            for count in pool.map(worker, _few(photos)):
                done += count
                hook(done, len(photos), "photos")
    return store, addresses, threshold


def _few(photos: list[Path]) -> Iterator[list[Path]]:
    step = PICTURES // 2
    yield from (photos[at : at + step] for at in range(0, len(photos), step))
