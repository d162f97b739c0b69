"""One camera's loop: learning (not yet ready) -> watching -> ended or failed."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from zhsq.errors import DataSetError, ZhsqError
from zhsq.watch.address import slug
from zhsq.watch.alarm import Alarm
from zhsq.watch.decode import Frame
from zhsq.watch.events import EventRules
from zhsq.watch.learn import Learnt, Spool, learn
from zhsq.watch.model import Image, Learning, Model, Score, Scorer
from zhsq.watch.outputs import Outputs
from zhsq.watch.rate import SLOW, Every
from zhsq.watch.snapshot import Background
from zhsq.watch.source import Say, Source

State = Literal["connecting", "learning", "fitting", "watching", "ended", "failed"]

#: Of the last frames: what drift looks at, and what latencies are taken from.
WINDOW, TIMED = 600, 10_000
#: Seconds after which a frame does not follow the one before, for what looks at movement.
GAP = 2.0


@dataclass(frozen=True)
class Plan:
    """What every camera does.

    Attributes:
        model: to watch with from the first frame; None: the camera is not ready until it has learnt.
        fit_first: frames to learn the camera's own model from; 0 never does.
        keep: frames kept on disk while learning, at most.
        threshold: instead of the model's own; None keeps that.
        fps: frames a second to take; 0: those of the model, or while learning the source's, `learn_fps` at most.
        learn_fps: see `fps`.
        max_frames: taken, then the camera ends; 0: no bound.
        seconds: of the source's time, then the camera ends; 0: no bound.
        rules: when an event opens and closes.
    """

    model: Model | None = None
    fit_first: int = 0
    keep: int = 3000
    threshold: float | None = None
    fps: float = 0.0
    learn_fps: float = 10.0
    max_frames: int = 0
    seconds: float = 0.0
    rules: EventRules = field(default_factory=EventRules)


class Camera:
    """Watches one source; `run` is made for a thread of its own, and everything else may be read from others.

    Args:
        source: the frames.
        plan: what to do with them.
        learning: fits the camera's own model.
        outputs: where events go.
        stop: of this camera and its source alone; set when the camera ends.
        say: told what a person should know.
    """

    def __init__(
        self, source: Source, plan: Plan, learning: Learning, outputs: Outputs, stop: threading.Event, say: Say
    ) -> None:
        self.source, self.plan, self.name = source, plan, source.address.camera
        self.state: State = "connecting"
        self.detail = ""
        self.error: Exception | None = None
        self.learnt: Learnt | None = None
        self.model: Model | None = None
        #: Frames taken (after dropping to the rate), scored, and taken before the camera's own model was ready.
        self.taken = self.scored = self.fitted_at = 0
        self.score: float | None = None
        self.watched_s = self.wall_s = 0.0
        self.latencies: deque[float] = deque(maxlen=TIMED)
        self.scores: deque[float] = deque(maxlen=WINDOW)
        self.moving: deque[float] = deque(maxlen=WINDOW)
        #: Score and moving share of the first frames watched: drift's reference where the model was not learnt here.
        self.first: list[tuple[float, float]] = []
        self.spool: Spool | None = Spool(plan.fit_first, plan.keep) if plan.fit_first else None
        self._background = Background()
        self.alarm = Alarm(self.name, plan.rules, outputs, self._background, say, self._warn)
        self._learning, self._stop, self._say = learning, stop, say
        self._scorer: Scorer | None = None
        self._every = Every(plan.fps)
        self._epoch = 0
        self._last: float | None = None
        self._shape: tuple[int, ...] = ()
        self._fit: threading.Thread | None = None
        self._fitted: Learnt | Exception | None = None
        #: A person ended it: that it was not ready is then no error.
        self._asked_to_stop = False

    def run(self) -> None:
        """Watch until the source ends, a bound is reached, or `stop` is called; never raises, see `error`."""
        start: float | None = None
        try:
            for frame in self.source.frames():
                if start is None:
                    start = frame.arrived
                    self._begin(frame)
                self._frame(frame)
                self.wall_s = time.monotonic() - start
                if self._done(frame):
                    break
            self._finish()
        except ZhsqError as error:
            self.alarm.close(self._last or 0.0, "stream dropped")
            self.state, self.detail, self.error = "failed", error.message, error
            self._say(str(error))
        except Exception as error:
            self.state, self.detail, self.error = "failed", f"{type(error).__name__}: {error}", error
            self._say(f"Unforeseen: {self.detail}")
        finally:
            self._stop.set()  # a live source's thread reads on otherwise
            if self._fit is not None:
                self._fit.join()
            if self.spool is not None:
                self.spool.close()

    def stop(self) -> None:
        """Make `run` return soon."""
        self._asked_to_stop = True
        self._stop.set()

    def _begin(self, frame: Frame) -> None:
        # A file is dated as if it had ended just now: read faster than it was recorded, it would reach into the future.
        past = frame.time if self.source.live else self.source.counts.duration
        self.alarm.began = datetime.now(UTC) - timedelta(seconds=past)
        fps = self.source.counts.fps
        if self.plan.model is not None:
            self._use(self.plan.model.at(self.plan.threshold))
        elif not self.plan.fps:
            self._every = Every(min(fps, self.plan.learn_fps) if fps else self.plan.learn_fps)
        self.state = "learning" if self.model is None else "watching"
        if self.spool is not None:
            beside = " beside watching." if self.model else ": not yet ready."
            self._say(f"Learning from the first {self.spool.needed} frames{beside}")

    def _frame(self, frame: Frame) -> None:
        if frame.epoch != self._epoch:
            self._epoch = frame.epoch
            self.alarm.close(self._last or 0.0, "stream dropped")
            self._cut()
        elif self._last is not None and frame.time - self._last > GAP:
            self._cut()
        if not self._every.keep(frame.time):
            self.source.counts.skipped["rate"] += 1
            return
        image = frame.rgb()
        if image.shape != self._shape:
            if self._shape:
                self._cut()  # a camera that was set to another size
            self._shape = image.shape
        self.taken += 1
        passed = 0.0 if self._last is None else min(frame.time - self._last, GAP)
        self._last = frame.time
        result: Score | None = None
        if self._scorer is not None:
            result = self._scorer(image)
            self.latencies.append(time.monotonic() - frame.arrived)
        moving = self._background.update(image)
        if result is not None:
            self._scored(frame, image, result, moving)
            self.watched_s += passed
        if self.spool is not None:
            self._learn(self.spool, frame, image, moving)

    def _scored(self, frame: Frame, image: Image, result: Score, moving: float) -> None:
        self.scored += 1
        self.score = float(result.score)
        self.scores.append(self.score)
        self.moving.append(moving)
        if len(self.first) < WINDOW // 2:
            self.first.append((self.score, moving))
        self.alarm.update(frame.time, image, self.score, [region.box for region in result.regions])

    def _learn(self, spool: Spool, frame: Frame, image: Image, moving: float) -> None:
        if self._fit is None:
            spool.add(self._learning.prepare(image), moving, frame.time)
            self.detail = f"{spool.seen}/{spool.needed} frames, {spool.moved / spool.seen:.0%} of them move"
            if not spool.full:
                return
            self._say(f"Fitting this camera's own model on {spool.seen} frames.")
            self.state = "fitting" if self.model is None else "watching"
            self._fit = threading.Thread(target=self._fitting, args=(spool,), name=f"zhsq-fit-{self.name}", daemon=True)
            self._fit.start()
            if self.model is None or not self.source.live:
                self._fit.join()  # nothing else to do meanwhile; and a file gives the same result each time
        if not self._fit.is_alive():
            self._settle(spool)

    def _settle(self, spool: Spool) -> None:
        """Take over what the fitting thread, which has ended, left."""
        fitted, self._fitted, self._fit = self._fitted, None, None
        if isinstance(fitted, Learnt):
            self._switch(spool, fitted)
        elif isinstance(fitted, DataSetError):  # too little moved so far
            spool.needed += max(1, spool.needed // 2)
            self.state = "learning" if self.model is None else "watching"
            self._say(f"Not yet ready: {fitted.message} Learning goes on to {spool.needed} frames.")
        elif fitted is not None:
            raise fitted

    def _fitting(self, spool: Spool) -> None:
        def progress(done: int, total: int, what: str) -> None:
            self.detail = f"fitting: {what} {done}/{total}"

        try:
            name, plan = f"camera-{slug(self.name)}"[:60], self.plan
            self._fitted = learn(spool, self._learning, name, plan.rules, progress, plan.threshold)
        except Exception as error:  # handed to the camera's own thread, which knows which of them are ours
            self._fitted = error

    def _switch(self, spool: Spool, learnt: Learnt) -> None:
        self.alarm.close(self._last or 0.0, "model changed")
        spool.close()
        self.spool = None
        self.learnt, self.fitted_at, self.detail = learnt, self.taken, ""
        self.scores.clear()
        self.moving.clear()
        self._use(learnt.model)
        self.state = "watching"
        alarms = learnt.false_alarms
        self._say(
            f"Ready: model {learnt.model.sha256[:12]}, threshold {learnt.model.threshold:.4g}"
            + (
                f"; {alarms.per_hour:.3g} false alarms an hour ({alarms.low:.3g} to {alarms.high:.3g}) on the "
                f"{len(learnt.scores)} held-out frames."
                if alarms
                else "."
            )
        )

    def _use(self, model: Model) -> None:
        self.model, self._scorer = model, model.scorer()
        self.alarm.use(model)
        if not self.plan.fps and model.fps:
            self._every = Every(model.fps)
        fps = self.plan.fps or self.source.counts.fps
        if fps and model.fps and fps < SLOW * model.fps:
            self._warn(
                f"Frames come at {fps:.3g} a second; the model was fitted for {model.fps:.3g}: movement looks faster."
            )

    def _warn(self, text: str) -> None:
        if len(self.source.counts.warnings) < 100:
            self.source.counts.warnings.append(text)
        self._say(text)

    def _cut(self) -> None:
        """What comes does not follow what was: movement across the gap would be none."""
        if self.model is not None:
            self._scorer = self.model.scorer()
        if self.spool is not None and self._fit is None:
            self.spool.cut()

    def _done(self, frame: Frame) -> bool:
        plan = self.plan
        return bool(
            self._stop.is_set()
            or (plan.max_frames and self.taken >= plan.max_frames)
            or (plan.seconds and frame.time >= plan.seconds)
        )

    def _finish(self) -> None:
        self.alarm.close(self._last or 0.0, "end of stream")
        if self.spool is not None and self._fit is not None:
            self._fit.join()
            self._settle(self.spool)
        if self.model is not None:
            self.state = "ended"
            return
        seen, needed = (self.spool.seen, self.spool.needed) if self.spool else (0, 0)
        if not self._asked_to_stop:
            raise ZhsqError(
                f"{self.source.address.shown} ended before the camera was ready: {seen} of {needed} frames learnt.",
                "Give it more video, a smaller --fit-first, or a model: --model.",
            )
