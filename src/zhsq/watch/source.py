"""Frames of a camera, with their time: files as they are, live sources by a thread that keeps only the newest frame."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_delay,
    stop_when_event_set,
    wait_random_exponential,
)

from zhsq.watch.address import Address, SourceError
from zhsq.watch.decode import Frame, Opening

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    Pictures = Iterator[tuple[float, VideoFrame]]

Say = Callable[[str], None]


@dataclass(frozen=True)
class SourceSettings:
    """How a source is read.

    Attributes:
        realtime: pace a file by its time stamps, as if it were live.
        give_up_after: seconds without a connection after which a live source is given up.
        timeout: seconds that connecting, and waiting for the next frame, may take.
        longest_wait: seconds, the most between two tries.
    """

    realtime: bool = False
    give_up_after: float = 300.0
    timeout: float = 10.0
    longest_wait: float = 30.0


@dataclass
class Counts:
    """What happened to a source so far. `skipped` holds frames that were never handed on, by reason.

    `fps` and `duration` (seconds) are what the source states; 0 where it does not.
    """

    decoded: int = 0
    reconnects: int = 0
    fps: float = 0.0
    duration: float = 0.0
    skipped: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)


class Source:
    """The frames of one address, one in flight.

    A file (unless `realtime`) is read as fast as it is asked for, and nothing of it is skipped. Anything live is read
    by a thread into a slot for one frame: a frame that was not fetched before the next came is counted as late.

    Args:
        address: what to read.
        settings: how.
        stop: when set, frames end soon.
        say: told what a person should know: a drop, a reconnection, a file cut short.
    """

    def __init__(self, address: Address, settings: SourceSettings, stop: threading.Event, say: Say) -> None:
        self.address = address
        self.counts = Counts()
        self.live = address.kind != "file" or settings.realtime
        self._settings = settings
        self._stop = stop
        self._say = say
        self._change = threading.Condition()
        self._newest: Frame | None = None
        self._error: BaseException | None = None
        self._ended = False
        self._began = 0.0

    def frames(self) -> Iterator[Frame]:
        """Frames in order, until the source ends, is given up, or `stop` is set.

        Raises:
            MissingExtraError: PyAV is not installed.
            SourceError: it can't be opened or decoded, or was given up.
        """
        if not self.live:
            yield from self._file()
            return
        reader = threading.Thread(target=self._read, name=f"zhsq-read-{self.address.camera}", daemon=True)
        reader.start()
        while True:
            with self._change:
                while self._newest is None and not self._ended and not self._stop.is_set():
                    self._change.wait(0.2)
                frame, self._newest = self._newest, None
                self._change.notify_all()
            if frame is not None:
                yield frame
                continue
            reader.join(self._settings.timeout + 1)
            if self._error is not None:
                raise self._error
            return

    def _file(self) -> Iterator[Frame]:
        opening = Opening(self.address, self._settings.timeout)
        self.counts.fps, self.counts.duration = opening.fps, opening.duration
        try:
            for seconds, picture in opening.pictures():
                if self._stop.is_set():
                    return
                self.counts.decoded += 1
                yield Frame(picture, self.counts.decoded - 1, seconds, time.monotonic())
            self._wind_up(opening)
        finally:
            self.counts.skipped["damaged"] += opening.damaged
            opening.close()

    def _wind_up(self, opening: Opening) -> None:
        if opening.truncated:
            self.counts.warnings.append(opening.truncated)
            self._say(opening.truncated)

    def _read(self) -> None:
        """The reading thread: open, read until it drops, open again."""
        dropped = False
        try:
            while not self._stop.is_set():
                opening, first = self._connect()
                if dropped:
                    self.counts.reconnects += 1
                    self._say("The stream is back.")
                dropped = True
                try:
                    if self._pump(opening, first):
                        return
                finally:
                    self.counts.skipped["damaged"] += opening.damaged
                    opening.close()
        except BaseException as error:
            if not self._stop.is_set():
                self._error = error
        finally:
            with self._change:
                self._ended = True
                self._change.notify_all()

    def _connect(self) -> tuple[Opening, Pictures]:
        """Open, with patience: a source that opened once, or may come up later, is tried again with back-off.

        Raises:
            SourceError: trying again can't help, or it took too long.
        """
        patience = Retrying(
            wait=wait_random_exponential(multiplier=0.5, max=self._settings.longest_wait),
            stop=stop_after_delay(self._settings.give_up_after) | stop_when_event_set(self._stop),
            sleep=sleep_using_event(self._stop),
            retry=retry_if_exception(lambda error: isinstance(error, SourceError) and not error.final),
            before_sleep=self._tell,
            reraise=True,
        )
        return patience(self._open)

    def _open(self) -> tuple[Opening, Pictures]:
        opening = Opening(self.address, self._settings.timeout)
        pictures = opening.pictures()
        try:
            first = next(pictures)  # a server that answers and sends nothing has not come back
        except StopIteration:
            opening.close()
            raise SourceError(f"{self.address.shown} sends nothing.", final=self.address.kind == "file") from None
        except BaseException:
            opening.close()
            raise
        self.counts.fps = opening.fps

        def all_of_them() -> Pictures:
            yield first
            yield from pictures

        return opening, all_of_them()

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0.0
        self._say(f"{getattr(error, 'message', error)} Trying again in {wait:.1f} s (try {state.attempt_number + 1}).")

    def _pump(self, opening: Opening, pictures: Pictures) -> bool:
        """Hand frames on until the opening ends; True where that is the end of the whole source."""
        started = time.monotonic()
        paced = self.address.kind == "file"
        seconds = 0.0
        try:
            for seconds, picture in pictures:
                if paced and self._stop.wait(max(0.0, started + seconds - time.monotonic())):
                    return True
                if self._stop.is_set():
                    return True
                now = time.monotonic()
                if not self.counts.decoded:
                    self._began = now
                # A live source's own stamps start anew after a drop and may drift; the clock here does neither.
                when = seconds if paced else now - self._began
                self._hand(Frame(picture, self.counts.decoded, when, now, self.counts.reconnects))
        except SourceError as error:
            if error.final or paced:
                raise
            self._say(f"The stream dropped after {self.counts.decoded} frames: {error.message}")
            return False
        if paced:
            self._flush()
            self._wind_up(opening)
            return True
        if opening.duration and seconds >= 0.95 * opening.duration:
            self._flush()
            return True  # a recording behind a URL: it has an end
        self._say(f"The stream dropped after {self.counts.decoded} frames: it ended.")
        return False

    def _hand(self, frame: Frame) -> None:
        with self._change:
            self.counts.decoded += 1
            if self._newest is not None:
                self.counts.skipped["late"] += 1
            self._newest = frame
            self._change.notify_all()

    def _flush(self) -> None:
        """Wait until the last frame was fetched: the end is no reason to lose it."""
        with self._change:
            while self._newest is not None and not self._stop.is_set():
                self._change.wait(0.2)
