"""Cameras as a table that follows them, on a terminal; as plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from zhsq.watch.camera import Camera

#: Seconds between lines where there is no terminal.
EVERY = 30.0
_COLOURS = {"watching": "green", "learning": "yellow", "fitting": "yellow", "failed": "red"}


def table(cameras: Sequence[Camera]) -> Table:
    """One row a camera."""
    made = Table()
    for column in ("camera", "state", "frames/s", "score", "threshold", "late", "skipped", "events", ""):
        made.add_column(column, justify="left" if column in ("camera", "state", "") else "right")
    for camera in cameras:
        colour, late = _COLOURS.get(camera.state, "default"), list(camera.latencies)[-1:]
        made.add_row(
            camera.name,
            f"[{colour}]{camera.state}[/]",
            f"{camera.taken / camera.wall_s:.1f}" if camera.wall_s else "",
            "" if camera.score is None else f"{camera.score:.3f}",
            "" if camera.model is None else f"{camera.model.threshold:.3f}",
            f"{late[0] * 1e3:.0f} ms" if late else "",
            str(sum(camera.source.counts.skipped.values())),
            str(camera.alarm.opened),
            escape(camera.detail),
        )
    return made


class Board:
    """Shows cameras.

    Args:
        console: where; anything that is no terminal gets lines only.
    """

    def __init__(self, console: Console) -> None:
        self._console, self._lock = console, threading.Lock()
        self._live: Live | None = None
        self.cameras: Sequence[Camera] = ()
        self._next = time.monotonic() + EVERY

    def tell(self, camera: str, text: str) -> None:
        """A line about one camera; from any thread."""
        with self._lock:
            self._console.print(f"{camera}: {text}", markup=False, highlight=False, soft_wrap=True)

    def tick(self) -> None:
        """Draw the table anew; where there is no terminal, say a line a camera now and then."""
        if self._live is not None:
            self._live.update(table(self.cameras), refresh=True)
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            for camera in self.cameras:
                score = "" if camera.score is None else f", score {camera.score:.3f}"
                skipped = sum(camera.source.counts.skipped.values())
                told = f", {camera.detail}" if camera.detail else ""
                self.tell(camera.name, f"{camera.state}, {camera.taken} frames{score}, {skipped} skipped{told}")

    @contextmanager
    def following(self, cameras: Sequence[Camera]) -> Iterator[None]:
        """While inside, `tick` shows these cameras."""
        self.cameras = cameras
        if not self._console.is_terminal:
            yield
            return
        with Live(table(cameras), console=self._console, auto_refresh=False) as live:
            self._live = live
            yield
        self._live = None
