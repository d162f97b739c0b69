"""Several cameras in one process: a thread each, one way to stop them all."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from zhsq.errors import ZhsqError
from zhsq.watch.address import Address
from zhsq.watch.camera import Camera, Plan
from zhsq.watch.model import Learning
from zhsq.watch.outputs import Outputs
from zhsq.watch.source import Source, SourceSettings
from zhsq.watch.summary import summary

#: Told (camera, text).
Tell = Callable[[str, str], None]


def cameras(
    addresses: Sequence[Address], settings: SourceSettings, plan: Plan, learning: Learning, outputs: Outputs, tell: Tell
) -> list[Camera]:
    """A camera for every address."""

    def one(address: Address) -> Camera:
        def say(text: str) -> None:
            tell(address.camera, text)

        stop = threading.Event()
        return Camera(Source(address, settings, stop, say), plan, learning, outputs, stop, say)

    return [one(address) for address in addresses]


def watch(watched: Sequence[Camera], outputs: Outputs, tick: Callable[[], None], every: float = 0.25) -> dict[str, Any]:
    """Run cameras until all have ended, or until Ctrl-C or SIGTERM; either way the report is of all that was seen.

    Args:
        watched: cameras, not yet run.
        outputs: theirs; its poster is closed.
        tick: called every `every` seconds while they run.
    """
    threads = [threading.Thread(target=camera.run, name=f"zhsq-{camera.name}", daemon=True) for camera in watched]
    with _terminable():
        try:
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                for thread in threads:
                    thread.join(every / len(threads))
                tick()
        except KeyboardInterrupt:
            for camera in watched:
                camera.stop()
        for thread in threads:
            thread.join()
    if outputs.poster is not None:
        outputs.poster.close()
    tick()
    return summary(watched, outputs.poster)


def failure(watched: Sequence[Camera]) -> Exception | None:
    """What to end the command with: the error of one camera, or one that names all that failed."""
    errors = [(camera.name, camera.error) for camera in watched if camera.error is not None]
    unforeseen = [error for _, error in errors if not isinstance(error, ZhsqError)]
    if unforeseen:
        return unforeseen[0]
    if len(errors) == 1 and len(watched) == 1:
        return errors[0][1]
    if errors:
        told = " ".join(f"{name}: {error}" for name, error in errors)
        return ZhsqError(f"{len(errors)} of {len(watched)} cameras failed. {told}")
    return None


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM, by which services are stopped, ends as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: object) -> None:  # noqa: ARG001 (as signal calls it)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
