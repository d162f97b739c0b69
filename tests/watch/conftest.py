"""Small videos, a small model that stands in for the fitted one, and a camera made of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.errors import DataSetError
from zhsq.watch.address import parse
from zhsq.watch.camera import Camera, Plan
from zhsq.watch.model import Model, Progress
from zhsq.watch.outputs import Outputs
from zhsq.watch.source import Source, SourceSettings

Image = NDArray[np.uint8]
SIZE = (96, 128)


def ground() -> Image:
    """A still scene with structure."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    grey = 90 + 40 * ((rows // 12 + columns // 12) % 2)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)


def scene(number: int, *, patch: bool = True, burst: bool = False) -> Image:
    """Frame `number`: a bright patch that walks; in a burst the whole lower half changes."""
    frame = ground()
    if patch:
        x = (number * 2) % (SIZE[1] - 16)
        frame[40:64, x : x + 12] = 230
    if burst:
        # Squares at random: any two frames of a burst differ, whatever was skipped between them.
        squares = np.random.default_rng(number).integers(0, 2, (6, 16)) * 220 + 20
        frame[48:] = np.kron(squares, np.ones((8, 8)))[..., None]
    return frame


@dataclass(frozen=True)
class Found:
    box: tuple[int, int, int, int]
    score: float


@dataclass(frozen=True)
class Result:
    score: float
    regions: tuple[Found, ...]


class Change:
    """Scores a frame by its mean change from the frame before."""

    def __init__(self) -> None:
        self._before: NDArray[np.int16] | None = None

    def __call__(self, frame: Image) -> Result:
        now, before = frame.astype(np.int16), self._before
        self._before = now
        if before is None:
            return Result(0.0, ())
        change = np.abs(now - before).max(axis=2)
        rows, columns = np.nonzero(change > 25)
        if not len(rows):
            return Result(float(change.mean()), ())
        box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        return Result(float(change.mean()), (Found(box, 1.0),))


@dataclass
class Fit:
    """A stand-in for fitting: twice the largest change of the clips is the threshold."""

    clips: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    fps: list[float] = field(default_factory=list)

    def prepare(self, frame: Image) -> Image:
        return frame

    def __call__(self, clips: Sequence[Iterable[Image]], name: str, fps: float, progress: Progress) -> Model:
        scores = []
        for clip in clips:
            scorer, count = Change(), 0
            for frame in clip:
                scores.append(scorer(frame).score)
                count += 1
            self.clips.append(count)
        self.names.append(name)
        self.fps.append(fps)
        if max(scores) < 1:
            raise DataSetError("Too little moves.", "Give it more.")
        return Model(name, "f" * 64, 2 * max(scores), "twice the largest", 0.0, Change)


@pytest.fixture
def video(tmp_path: Path) -> Callable[..., Path]:
    """video(frames, name) -> a file that holds them, at 10 frames a second."""
    av = pytest.importorskip("av", reason="the extra 'watch' is not installed")

    def make(frames: Iterable[Image], name: str = "made.avi", codec: str = "mpeg4", fps: int = 10) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=fps)
            stream.height, stream.width = SIZE
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            stream.bit_rate = 4_000_000
            for frame in frames:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode())
        return path

    return make


@pytest.fixture
def camera() -> Callable[..., Camera]:
    """camera(source, plan, fit, ...) -> a camera; what it said is in `.said`."""

    def make(
        source: str | Path,
        plan: Plan,
        fit: Any = None,
        outputs: Outputs | None = None,
        settings: SourceSettings | None = None,
    ) -> Camera:
        said: list[str] = []
        stop = threading.Event()
        reader = Source(parse(str(source)), settings or SourceSettings(), stop, said.append)
        made = Camera(reader, plan, fit or Fit(), outputs or Outputs(), stop, said.append)
        made.said = said  # type: ignore[attr-defined]
        return made

    return make


@pytest.fixture
def change_model() -> Model:
    """A model that needs no fit; bursts are far above its threshold, the walking patch far below."""
    return Model("change", "c" * 64, 20.0, "set by hand", 0.0, Change)


@pytest.fixture
def fit() -> Fit:
    return Fit()


@pytest.fixture
def make_scene() -> Callable[..., Image]:
    return scene


def normal_then_burst(frames: int, bursts: Iterable[range]) -> list[Image]:
    flicker = {n for burst in bursts for n in burst}
    return [scene(n, burst=n in flicker) for n in range(frames)]


@pytest.fixture
def footage() -> Callable[..., list[Image]]:
    """footage(frames, bursts) -> normal frames with bursts at these ranges."""
    return normal_then_burst


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    cv2.setNumThreads(1)


class Cut(BaseHTTPRequestHandler):
    """Sends its server's parts, one a connection, and hangs up after each; refuses when it has none left."""

    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append(self.headers.get("Authorization"))
        if not server.parts:
            self.send_error(server.status)
            return
        data = server.parts.pop(0)
        self.send_response(200)
        multipart = data.startswith(b"--frame")
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame" if multipart else "video/mp2t")
        self.end_headers()
        for start in range(0, len(data), 4096):
            self.wfile.write(data[start : start + 4096])
            time.sleep(0.002)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., Any]]:
    """serve(parts) -> an HTTP server on a free port of 127.0.0.1."""
    servers: list[Any] = []

    def make(parts: list[bytes], status: int = 503) -> Any:
        server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Cut)
        server.url = lambda login="": f"http://{login}127.0.0.1:{server.server_address[1]}/live"
        server.parts, server.status, server.asked, server.daemon_threads = list(parts), status, [], True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()
