"""Run the readers of plates in turn, on crops and on photos: for `plate_peers.py`."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from peers.environment import Unavailable
from peers.plate_readers import Reader
from peers.worker import Worker

from zhsq.bench.result import ProgressHook
from zhsq.imaging import decode_image
from zhsq.models.plate.grammar import is_plate

#: Crops that a reader reads before the next one's turn.
TURN = 32
#: Tries of each batch size, before the fastest is chosen.
TRIES = 6
NOT_MEASURED = "not measured: {}"


@dataclass
class Run:
    """What one reader did with one batch size.

    Attributes:
        seconds: per item, one entry a turn; turns are the same for every run.
        texts: per crop, or per photo the plates chosen, joined by spaces; normal, of the first round.
        peak_mib: most memory of its process; None where the system does not tell.
        failures: of photos that made it fail, with the reason.
    """

    reader: Reader
    batch: int
    versions: dict[str, str]
    seconds: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    peak_mib: float | None = None
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def times(self) -> NDArray[np.float64]:
        return np.array(self.seconds)


def normal(text: str) -> str:
    """A text as it is compared: upper case, without spaces and separators."""
    return "".join(symbol for symbol in text.upper() if symbol.isalnum())


def chosen(found: Sequence[Sequence[Any]], count: int) -> list[str]:
    """The `count` texts of a photo that count as a reader's answer, normal, best first.

    One rule for all: texts that are plates by GA 36-2018 before others, then by the reader's own score. A whole line
    counts, never a part of it: a plate with a character too many is not right.

    Args:
        found: (text, score) in the reader's order.
    """
    ranked = sorted(((normal(text), score) for text, score in found), key=lambda item: (is_plate(item[0]), item[1]))
    return [text for text, _ in reversed(ranked) if text][:count]


class Crew:
    """Workers that are open at the same time; a reader that can't be had is left out, with the reason.

    Attributes:
        workers: by the reader's key, in the order of `readers`.
        skipped: why readers are left out, by key.
    """

    def __init__(self, readers: Sequence[Reader]) -> None:
        self.workers: dict[str, Worker] = {}
        self.readers: dict[str, Reader] = {}
        self.versions: dict[str, dict[str, str]] = {}
        self.skipped: dict[str, str] = {}
        self._stack = ExitStack()
        for reader in readers:
            try:
                worker = self._stack.enter_context(reader.open())
            except Unavailable as error:
                self.skipped[reader.key] = NOT_MEASURED.format(error)
                continue
            self.readers[reader.key], self.workers[reader.key] = reader, worker
            self.versions[reader.key] = worker.ask({"about": True})["versions"]

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def read_crops(
    readers: Sequence[Reader], crops: Sequence[Path], rounds: int, hook: ProgressHook
) -> tuple[list[Run], dict[str, str]]:
    """Every crop `rounds` times by every reader, one at a time and in its best batch, `TURN` crops a turn.

    Returns:
        Runs, each of as many turns, and why readers were left out.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = [str(_decoded(crop, Path(folder) / f"{place}.npy")) for place, crop in enumerate(crops)]
        peaks: dict[str, float | None] = {}
        skipped: dict[str, str] = {}
        for reader in readers:
            try:
                peaks[reader.key] = _peak(reader, files[:TURN])
            except Unavailable as error:
                skipped[reader.key] = NOT_MEASURED.format(error)
        with Crew([reader for reader in readers if reader.key in peaks]) as crew:
            runs: list[Run] = []
            for done, (key, worker) in enumerate(crew.workers.items()):
                hook(done, len(crew.workers), "readers: best batch")
                worker.ask({"crops": files})
                reader = crew.readers[key]
                sizes = sorted({1, _best_batch(worker, reader.batches, min(TURN, len(files)))})
                runs += [Run(reader, size, crew.versions[key], peak_mib=peaks[key]) for size in sizes]
            starts = range(0, len(files), TURN)
            for turn in range(rounds * len(starts)):
                start = starts[turn % len(starts)]
                stop = min(start + TURN, len(files))
                for run in _rotated(runs, turn):
                    answer = crew.workers[run.reader.key].ask({"read": [start, stop], "batch": run.batch})
                    run.seconds.append(answer["seconds"] / (stop - start))
                    run.texts += map(normal, answer["texts"]) if turn < len(starts) else ()
                hook(turn + 1, rounds * len(starts), "turns of crops")
            return runs, skipped | crew.skipped


def read_photos(
    readers: Sequence[Reader], photos: Sequence[tuple[Path, int]], rounds: int, hook: ProgressHook
) -> tuple[list[Run], dict[str, str]]:
    """Every photo `rounds` times by every reader that finds plates, in turn.

    Args:
        photos: each with the number of plates that are labelled in it.

    Returns:
        Runs, each of as many turns, and why readers were left out.
    """
    with Crew([reader for reader in readers if reader.photos]) as crew, tempfile.TemporaryDirectory() as folder:
        runs = [Run(reader, 1, crew.versions[key]) for key, reader in crew.readers.items()]
        for place, (photo, plates) in enumerate(photos):
            file = _decoded(photo, Path(folder) / "photo.npy")
            if place == 0:  # what is loaded and laid out at the first photo is no part of a photo's time
                for worker in crew.workers.values():
                    worker.ask({"find": str(file)})
            for turn in range(rounds):
                for run in _rotated(runs, place + turn):
                    answer = crew.workers[run.reader.key].ask({"find": str(file)})
                    run.seconds.append(answer["seconds"])
                    if turn:
                        continue
                    run.texts.append(" ".join(chosen(answer["found"], plates)))
                    if answer["failed"]:
                        run.failures[photo.name] = answer["failed"]
            hook(place + 1, len(photos), "photos")
        for run in runs:
            run.peak_mib = crew.workers[run.reader.key].ask({"memory": True})["peak_mib"]
        return runs, crew.skipped


def _decoded(image: Path, target: Path) -> Path:
    np.save(target, decode_image(image))
    return target


def _peak(reader: Reader, files: Sequence[str]) -> float | None:
    """Memory of a process of its own that reads crops one at a time; a reader that can't do that is found out here.

    Raises:
        Unavailable: the reader can't be had, or fails; the text says why.
    """
    with reader.open() as worker:
        worker.ask({"crops": list(files)})
        worker.ask({"read": [0, len(files)], "batch": 1})
        peak: float | None = worker.ask({"memory": True})["peak_mib"]
        return peak


def _best_batch(worker: Worker, sizes: Sequence[int], count: int) -> int:
    """The batch in which the first `count` crops are read fastest. Sizes take turns, so that what else the
    machine does for a while does not decide between them; the first turn is not counted."""
    if len(sizes) == 1:
        return sizes[0]
    seconds: dict[int, list[float]] = {size: [] for size in sizes if size <= count}
    for _ in range(TRIES + 1):
        for size, taken in seconds.items():
            taken.append(worker.ask({"read": [0, count], "batch": size})["seconds"])
    return min(seconds, key=lambda size: min(seconds[size][1:]))


def _rotated(runs: Sequence[Run], turn: int) -> list[Run]:
    """Another one begins each turn, so that none always follows the same."""
    first = turn % len(runs) if runs else 0
    return [*runs[first:], *runs[:first]]
