"""Decode one opening of a source with PyAV, and say in plain words why it can't be done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import MissingExtraError
from zhsq.watch.address import Address, SourceError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

#: A file is short of what it says when fewer than this share of its frames can be read.
WHOLE = 0.98
#: TCP: a lost UDP packet smears over a whole picture, and a smear scores as movement.
_LIVE = {"rtsp_transport": "tcp", "fflags": "nobuffer"}


def library() -> Any:
    """PyAV.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("watch", "Watching a video") from error
    av.logging.set_level(av.logging.PANIC)  # what matters comes as an exception; the rest would fill the terminal
    return av


class Frame:
    """One decoded picture; its pixels are converted when they are asked for, so that a skipped frame costs less.

    Attributes:
        index: of the frame in this camera's life, from 0.
        time: seconds since the camera's first frame.
        arrived: when it was decoded, seconds of `time.monotonic`.
        epoch: goes up with every reconnection: what was known of the frames before no longer holds.
    """

    __slots__ = ("_picture", "arrived", "epoch", "index", "time")

    def __init__(self, picture: VideoFrame, index: int, seconds: float, arrived: float, epoch: int = 0) -> None:
        self._picture = picture
        self.index, self.time, self.arrived, self.epoch = index, seconds, arrived, epoch

    def rgb(self) -> NDArray[np.uint8]:
        """(h, w, 3) uint8, red, green, blue."""
        return np.asarray(self._picture.to_ndarray(format="rgb24"), dtype=np.uint8)


class Opening:
    """One opening of a source: its frames until it ends or breaks.

    Args:
        address: what to open.
        timeout: seconds that connecting, and waiting for the next frame, may take.

    Raises:
        MissingExtraError: PyAV is not installed.
        SourceError: it can't be opened, or holds no video that can be decoded.
    """

    def __init__(self, address: Address, timeout: float = 10.0) -> None:
        self._av = library()
        self._address = address
        options = {"timeout": str(int(timeout * 1e6)), **_LIVE} if address.url.lower().startswith("rtsp") else {}
        live = address.kind != "file"
        try:
            self._container: InputContainer = self._av.open(
                address.url,
                format="v4l2" if address.kind == "device" else None,
                options=options,
                timeout=(timeout, timeout) if live else None,
            )
        except (self._av.error.FFmpegError, ValueError, OSError) as error:
            raise self._cause(error, "can't be opened") from error
        if not self._container.streams.video:
            self.close()
            raise SourceError(f"{address.shown} holds no video.", "Name a video, or a stream that has one.", final=True)
        self.stream: VideoStream = self._container.streams.video[0]
        self.stream.thread_type = "SLICE"  # frame threads hold pictures back: that would be latency
        #: Frames a second that the source states; 0 where it states none.
        self.fps = float(self.stream.average_rate or self.stream.guessed_rate or 0)
        #: Frames that the file's header promises; 0 where it does not say.
        self.promised = int(self.stream.frames or 0)
        duration = self._container.duration
        #: Seconds; 0 where there is no end in sight.
        self.duration = duration / 1e6 if duration and duration > 0 else 0.0
        #: Packets that could not be decoded.
        self.damaged = 0
        self.decoded = 0

    def pictures(self) -> Iterator[tuple[float, VideoFrame]]:
        """(seconds since this opening's first picture, picture); ends where the source ends.

        Raises:
            SourceError: the source broke, was silent for too long, or nothing in it can be decoded.
        """
        first: float | None = None
        last = -1.0
        step = 1 / (self.fps or 25.0)
        for picture in self._decoded():
            stamp = None if picture.pts is None or picture.time_base is None else float(picture.pts * picture.time_base)
            if first is None:
                first = stamp or 0.0
            seconds = last + step if stamp is None else stamp - first
            if seconds <= last:  # stamps that repeat or run backwards: order of decoding is what counts
                seconds = last + step
            last = max(0.0, seconds)
            self.decoded += 1
            yield last, picture

    def _decoded(self) -> Iterator[VideoFrame]:
        errors = self._av.error
        packets = self._container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                break
            except errors.EOFError:
                break
            except (errors.FFmpegError, OSError) as error:
                if self._address.kind == "file" and self.decoded:
                    break  # a file that is cut short: what was read counts; `truncated` says it
                raise self._cause(error, "broke off") from error
            try:
                yield from packet.decode()
            except errors.EOFError:
                break
            except errors.InvalidDataError:
                self.damaged += 1
            except errors.FFmpegError as error:
                raise self._cause(error, "can't be decoded") from error
        if not self.decoded:
            final = self._address.kind == "file"
            raise SourceError(f"{self._address.shown} has no frame that can be decoded.", "Is it whole?", final=final)

    @property
    def truncated(self) -> str:
        """Why a file is thought to be cut short, after it was read; empty where it is whole."""
        if self.promised and self.decoded < WHOLE * self.promised:
            return f"{self._address.shown} is cut short: {self.decoded} of {self.promised} frames could be read."
        return ""

    def close(self) -> None:
        """Let go of the source; it may be broken already."""
        with suppress(self._av.error.FFmpegError, OSError):
            self._container.close()

    def _cause(self, error: Exception, what: str) -> SourceError:
        errors, shown = self._av.error, self._address.shown
        file = self._address.kind == "file"
        told: tuple[tuple[Any, str, str, bool], ...] = (
            (
                errors.DecoderNotFoundError,
                "is in a codec that is not built in",
                "Convert it: ffmpeg -c:v libx264.",
                True,
            ),
            (errors.ProtocolNotFoundError, "needs a protocol that is not built in", "Use rtsp:// or http://.", True),
            (
                (errors.HTTPUnauthorizedError, errors.HTTPForbiddenError),
                "refuses the login",
                "Put user and password into the URL; it is not tried again, lest the account is locked.",
                True,
            ),
            (errors.InvalidDataError, "is not a video, or is cut short" if file else "sends no video", "", file),
            (errors.PermissionError, "may not be read", "Check its permissions.", True),
            ((errors.TimeoutError, errors.ExitError), "was silent for too long", "", False),
        )
        for kinds, text, hint, final in told:
            if isinstance(error, kinds):
                return SourceError(f"{shown} {text}.", hint, final=final)
        text = getattr(error, "strerror", "") or type(error).__name__
        return SourceError(f"{shown} {what}: {text}.", final=file)
