"""Collect a camera's own normal frames with bounded disk and memory, and fit its model on them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from zhsq.errors import ZhsqError
from zhsq.watch.drift import Drift, report
from zhsq.watch.events import EventRules
from zhsq.watch.model import Image, Learning, Model, Progress
from zhsq.watch.rates import Rate, false_alarms_of

#: A frame moves when at least this share of it changes.
MOVES = 0.001
#: Share of the clips, the last ones, that the fit never sees: false alarms and drift are measured against them.
HELD_OUT = 0.2


class Clip:
    """Consecutive frames on disk, decoded as they are asked for; may be gone through more than once.

    They are kept without loss: a threshold that was set on frames that JPEG had smoothed would be too low for others.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Share of pixels that changed, of every frame.
        self.moving: list[float] = []

    def add(self, frame: Image, moving: float) -> None:
        """Take the next frame, (h, w) or (h, w, 3).

        Raises:
            ZhsqError: it can't be written.
        """
        self.folder.mkdir(exist_ok=True)
        shown = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
        done, data = cv2.imencode(".png", shown, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        try:
            if not done:
                raise OSError(0, "it can't be encoded")
            (self.folder / f"{len(self.moving)}.png").write_bytes(bytes(data))
        except OSError as error:
            raise ZhsqError(
                f"A frame to learn from can't be kept in {self.folder}: {error.strerror}.",
                "Keep fewer frames (--keep), or set TMPDIR to a larger disk.",
            ) from error
        self.moving.append(moving)

    def __iter__(self) -> Iterator[Image]:
        for number in range(len(self.moving)):
            picture = np.asarray(cv2.imread(str(self.folder / f"{number}.png"), cv2.IMREAD_UNCHANGED), dtype=np.uint8)
            yield picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


class Spool:
    """At most `keep` frames of a learning period of any length, as clips drawn evenly from all of it.

    The frames show people: the folder is the user's alone (0700) and goes with `close`.

    Args:
        needed: frames to learn from.
        keep: frames on disk at most; further clips then take the place of earlier ones by reservoir sampling
            (Vitter's algorithm R, 1985).
        seed: of the draw.
    """

    def __init__(self, needed: int, keep: int = 3000, seed: int = 0) -> None:
        self.needed = needed
        self.seen = 0
        self.moved = 0
        self.began = self.last = 0.0
        self._length = max(20, min(300, min(needed, keep) // 5))
        self._most = max(5, keep // self._length)
        self._random = np.random.default_rng(seed)
        self._folder: Path | None = None
        self._clips: list[Clip] = []
        self._current: Clip | None = None
        self._started = self._place = 0

    def add(self, frame: Image, moving: float, seconds: float) -> None:
        """Take the next frame.

        Args:
            frame: (h, w) or (h, w, 3) RGB uint8, as the fit looks at it.
            moving: share of pixels that changed since the frame before.
            seconds: when.

        Raises:
            ZhsqError: the disk is full.
        """
        if not self.seen:
            self.began = seconds
        if self._place % self._length == 0:
            self._next()
        self._place += 1
        self.seen += 1
        self.moved += moving >= MOVES
        self.last = seconds
        if self._current is not None:
            self._current.add(frame, moving)

    def cut(self) -> None:
        """The next frame does not follow the last one: begin another clip there."""
        self._place = 0

    @property
    def full(self) -> bool:
        return self.seen >= self.needed

    @property
    def fps(self) -> float:
        """Frames a second that were taken; 0 before there are two."""
        return (self.seen - 1) / (self.last - self.began) if self.last > self.began else 0.0

    def clips(self) -> list[Clip]:
        """What was kept, in the order of time; clips too short to show movement are left out."""
        return sorted((c for c in self._clips if len(c.moving) >= 10), key=lambda clip: int(clip.folder.name))

    def close(self) -> None:
        """Delete every frame."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _next(self) -> None:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="zhsq-watch-"))
        clip = Clip(self._folder / str(self._started))
        self._started += 1
        self._current = clip
        if len(self._clips) < self._most:
            self._clips.append(clip)
            return
        place = int(self._random.integers(0, self._started))
        if place >= self._most:
            self._current = None
            return
        shutil.rmtree(self._clips[place].folder, ignore_errors=True)
        self._clips[place] = clip


@dataclass(frozen=True)
class Learnt:
    """A camera's own model, with how it scores the normal frames that its fit never saw.

    Attributes:
        scores: of the held-out frames, in order.
        moving: shares of pixels that changed in them.
        false_alarms: of the threshold on them; None where nothing could be held out.
    """

    model: Model
    scores: tuple[float, ...]
    moving: tuple[float, ...]
    fitted: int
    false_alarms: Rate | None

    def drift(self, scores: list[float], moving: list[float]) -> Drift:
        """Compare the last frames with the held-out ones."""
        return report((self.scores, self.moving), (scores, moving), "held-out frames of the fit")


def learn(
    spool: Spool, learning: Learning, name: str, rules: EventRules, progress: Progress, threshold: float | None = None
) -> Learnt:
    """Fit on the earlier clips; measure on the later ones.

    Args:
        spool: full.
        learning: fits.
        name: of the bundle.
        rules: by which false alarms are counted.
        progress: told how far it is.
        threshold: instead of the fitted one; None keeps that.

    Raises:
        DataSetError: too little moves.
    """
    clips = spool.clips()
    held = round(len(clips) * HELD_OUT) if len(clips) > 2 else 0
    fitted, kept = clips[: len(clips) - held], clips[len(clips) - held :]
    fps = spool.fps
    model = learning(fitted, name, fps, progress).at(threshold)
    by_clip = []
    for clip in kept:
        scorer = model.scorer()
        by_clip.append([float(scorer(frame).score) for frame in clip])
    scores = tuple(score for clip_scores in by_clip for score in clip_scores)
    moving = tuple(share for clip in kept for share in clip.moving)
    alarms = false_alarms_of(by_clip, fps, model.threshold, rules) if fps and scores else None
    return Learnt(model, scores, moving, sum(len(clip.moving) for clip in fitted), alarms)
