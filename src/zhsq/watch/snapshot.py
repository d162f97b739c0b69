"""Pictures of an event in which nobody can be recognised: what is not known to be standing ground is pixelated.

There is no person detector in the package, so what hides people is the other way round: only ground that was seen empty
stays sharp. Foreground is what differs from a slow running-median background (McFarlane and Schofield, 1995); the
windows that moved are added, and pedestrians that OpenCV's HOG detector (Dalal and Triggs, 2005) finds, with a margin.
A person who stood still since before the background was known is hidden by that detector alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.models.pixelate import encode_jpeg, pixelate

Box = tuple[int, int, int, int]
Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class SnapshotSettings:
    """How people are hidden.

    Attributes:
        height: of the picture in which the background is kept (pixels); memory is about 26 such pictures.
        samples: pictures whose median is the first background; until then everything is pixelated.
        every: one sample is taken each so many frames.
        differs: grey levels from the background by which a pixel is foreground.
        patient: foreground is taken into the background this many times more slowly than ground follows the light: a
            person who sits down stays hidden (at 10 frames a second, one grey level each 50 s).
        margin: share of the picture's height by which what is hidden grows on every side.
        blocks: a picture's height in blocks: a face in view spans a few of them at most.
        too_much: share of foreground from which the whole picture is pixelated (light switched, camera moved).
        quality: of the JPEG.
    """

    height: int = 144
    samples: int = 25
    every: int = 5
    differs: int = 12
    patient: int = 100
    margin: float = 0.02
    blocks: int = 18
    too_much: float = 0.6
    quality: int = 85


class Background:
    """What a camera's view looks like when nobody is in it; bounded memory."""

    def __init__(self, settings: SnapshotSettings | None = None) -> None:
        self.settings = settings or SnapshotSettings()
        self._forget()

    def _forget(self) -> None:
        self._samples: list[Image] = []
        self._ground: NDArray[np.int16] | None = None
        self._before: Image | None = None
        self._frames = 0
        self._turn = 0

    @property
    def known(self) -> bool:
        """Whether enough was seen to tell ground from what stands on it."""
        return self._ground is not None

    def update(self, frame: Image) -> float:
        """Take a frame in; frames in order.

        Args:
            frame: (h, w, 3) or (h, w) uint8.

        Returns:
            The share of pixels that changed since the frame before, 0..1.
        """
        small = self._small(frame)
        if self._before is not None and self._before.shape != small.shape:
            self._forget()  # another size of picture: all starts anew
        before, self._before = self._before, small
        if self._frames % self.settings.every == 0:
            self._learn(small)
        self._frames += 1
        return 0.0 if before is None else float(self._far(small, before).mean())

    def hidden(self, frame: Image, boxes: Iterable[Box] = ()) -> Mask:
        """What must not be shown of a frame.

        Args:
            frame: (h, w, 3) uint8; it need not be the newest.
            boxes: x1 y1 x2 y2 that are hidden in any case.

        Returns:
            (h, w) bool; all True before the background is known.
        """
        height, width = frame.shape[:2]
        whole = np.ones((height, width), dtype=bool)
        if self._ground is None:
            return whole
        small = self._small(frame)
        if small.shape != self._ground.shape:
            return whole
        layer = self._far(small, self._ground).astype(np.uint8)
        if layer.mean() > self.settings.too_much:
            return whole
        # Clothes that look like the ground leave holes in a person: closing fills what foreground surrounds.
        reach = max(3, round(small.shape[0] * 0.06)) | 1
        layer = np.asarray(cv2.morphologyEx(layer, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)), np.uint8)
        mask = np.asarray(cv2.resize(layer, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
        for x1, y1, x2, y2 in [*boxes, *_pedestrians(frame)]:
            mask[max(0, y1) : max(0, y2), max(0, x1) : max(0, x2)] = 1
        grow = 2 * max(2, round(height * self.settings.margin)) + 1
        return np.asarray(cv2.dilate(mask, np.ones((grow, grow), np.uint8)), np.uint8) > 0

    def _small(self, frame: Image) -> Image:
        """Grey levels in each colour count: a red coat on grey ground differs though its grey may not."""
        scale = self.settings.height / frame.shape[0]
        size = (max(8, round(frame.shape[1] * scale)), self.settings.height)
        small = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return small if small.ndim == 3 else np.repeat(small[..., None], 3, axis=2)

    def _far(self, a: Image, b: NDArray[np.uint8] | NDArray[np.int16]) -> Mask:
        distance = np.abs(a.astype(np.int16) - b).max(axis=2)
        return np.asarray(distance > self.settings.differs, dtype=bool)

    def _learn(self, small: Image) -> None:
        if self._ground is None:
            self._samples.append(small)
            if len(self._samples) >= self.settings.samples:
                self._ground = np.median(np.stack(self._samples), axis=0).astype(np.int16)
                self._samples = []
            return
        self._turn += 1
        step = np.sign(small - self._ground).astype(np.int16)
        if self._turn % self.settings.patient:
            step[self._far(small, self._ground)] = 0
        self._ground += step


def blur(frame: Image, mask: Mask, settings: SnapshotSettings | None = None) -> Image:
    """Pixelate what the mask touches of a frame (h, w, 3) uint8, in blocks of the settings' size; mask (h, w) bool."""
    return pixelate(frame, mask, max(8, round(frame.shape[0] / (settings or SnapshotSettings()).blocks)))


def jpeg(frame: Image, background: Background, boxes: Iterable[Box]) -> bytes:
    """The picture of an event: people pixelated, the strongest region framed.

    Args:
        frame: (h, w, 3) RGB uint8.
        background: of this camera.
        boxes: windows that moved, strongest first; the first is framed.
    """
    boxes = list(boxes)
    shown = blur(frame, background.hidden(frame, boxes), background.settings)
    line = max(1, round(frame.shape[0] / 300))
    for x1, y1, x2, y2 in boxes[:1]:
        shown = np.asarray(cv2.rectangle(shown.copy(), (x1, y1), (x2, y2), (230, 40, 40), line), dtype=np.uint8)
    return encode_jpeg(shown, background.settings.quality)


def _pedestrians(frame: Image) -> list[Box]:
    """Boxes of upright people; the detector needs some 96 pixels of height, so small pictures are doubled."""
    scale = 2.0 if frame.shape[0] < 480 else 720 / frame.shape[0] if frame.shape[0] > 720 else 1.0
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, None, fx=scale, fy=scale)
    if grey.shape[0] < 128 or grey.shape[1] < 64:
        return []
    detector = cv2.HOGDescriptor()
    detector.setSVMDetector(cv2.HOGDescriptor.getDefaultPeopleDetector())
    found, _ = detector.detectMultiScale(grey, winStride=(8, 8), scale=1.1)
    return [tuple(round(v / scale) for v in (x, y, x + w, y + h)) for x, y, w, h in found]
