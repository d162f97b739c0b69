"""What `anomaly_speed.py` measures: zhsq with so many cameras, and anomalib's PatchCore in an environment of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peers.environment import Environment
from peers.worker import Worker

from zhsq.models.bundle import Bundle

WORKERS = Path(__file__).parent / "anomaly"
PINS = WORKERS / "anomalib.txt"
PYTHONS = ("3.11", "3.12", "3.13")
PATCHCORE = "patchcore"


@dataclass(frozen=True)
class Scorer:
    """One contender.

    Attributes:
        key: its name in the results. title: for people.
        command: gives what starts its worker; may install an environment, and raise `Unavailable`.
        cameras: that one process of it serves. models: `one` for all cameras, or one for `each`.
        inner: threads that one call of a library may use.
    """

    key: str
    title: str
    command: Callable[[], list[str]]
    cameras: int
    models: str
    inner: int
    ours: bool = True

    def open(self, cores: int) -> Worker:
        """Start its worker.

        Raises:
            Unavailable: it can't be had here; the text says why.
        """
        inner = str(self.inner)
        return Worker(self.command(), cores, {"OMP_NUM_THREADS": inner, "OPENBLAS_NUM_THREADS": inner})


def ours(bundle: Bundle, cameras: int, cores: int, *, inner: int = 1, models: str = "one") -> Scorer:
    """A bundle of zhsq, in this environment: as many threads as cores take cameras, and `inner` work in each call."""
    arguments = [str(bundle.path), str(cameras), str(min(cameras, cores)), str(inner), models]
    command = [sys.executable, str(WORKERS / "zhsq_worker.py"), *arguments]
    key = f"zhsq-{cameras}" + ("-each" if models == "each" else "") + (f"-inner-{inner}" if inner > 1 else "")
    return Scorer(key, f"zhsq {bundle.name}", lambda: command, cameras, models, inner)


def patchcore(inner: int) -> Scorer:
    """PatchCore of anomalib, one camera, `inner` threads."""

    def command() -> list[str]:
        return [str(environment()), str(WORKERS / "anomalib_worker.py"), str(inner)]

    key = PATCHCORE + (f"-inner-{inner}" if inner > 1 else "")
    return Scorer(key, "anomalib PatchCore", command, 1, "one", inner, ours=False)


def environment() -> Path:
    """The Python of anomalib's environment: 3 GB, unless uv's cache has PyTorch from zhsq's own install.

    Raises:
        Unavailable: no uv, no such Python, or the index can't be reached.
    """
    pins = tuple(line for line in PINS.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return Environment.make("anomalib", pins, PYTHONS, uv=True).python
