"""`zhsq serve` as a process that tests kill, stop and start again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from zhsq.models.bundle import Bundle
from zhsq.serve.security.keys import create
from zhsq.serve.server import listen
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate

MASTER_KEY, AUDIT_KEY = "ab" * 32, "cd" * 32
ESTATE = "east"


class Api:
    """One `zhsq serve` on a free loopback port. It may be killed and started any number of times, on the same port.

    Args:
        folder: for its log.
        database_url: of the store.
        face: the bundle to serve.
        plate: the same for plates.
        more: further environment.
        wrapped: makes the command line that is really started of the server's own: to run it under limits, say.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        face: Bundle,
        plate: Bundle,
        more: Mapping[str, str] | None = None,
        wrapped: Callable[[list[str]], list[str]] = list,
    ) -> None:
        with listen("127.0.0.1", 0) as bound:
            self.port = bound.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url
        self.log = folder / f"serve-{self.port}.log"
        self._wrapped = wrapped
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "ZHSQ_DATABASE_URL": database_url,
            "ZHSQ_SERVE_MASTER_KEY": MASTER_KEY,
            "ZHSQ_SERVE_AUDIT_KEY": AUDIT_KEY,
            "ZHSQ_SERVE_FACE_BUNDLE": str(face.path),
            "ZHSQ_SERVE_PLATE_BUNDLE": str(plate.path),
            # It starts often: compiling every module anew takes most of a start, where the machine keeps no bytecode.
            "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "zhsq-tests-bytecode"),
            **(more or {}),
        }
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.key = ""

    def database(self) -> Database:
        """The store, opened beside the server; to be closed by the caller."""
        return Database(self.database_url, bytes.fromhex(AUDIT_KEY))

    def prepare(self) -> None:
        """Make an estate, and an operator's key, in an empty store."""
        database = self.database()
        with database.session() as session:
            session.add(Estate(id=ESTATE, name=ESTATE, salt=bytes(range(32))))
            self.key = create(session, "tests", "operator", None)
        database.close()

    def start(self, patience_s: float = 180) -> None:
        """Start it and wait until it answers.

        Raises:
            AssertionError: it ends, or does not answer in time; with the end of its log.
        """
        command = self._wrapped([sys.executable, "-m", "zhsq.cli", "serve", "--port", str(self.port)])
        with self.log.open("ab") as stream:
            self._process = subprocess.Popen(command, env=self._environment, stdout=stream, stderr=stream)
        end = time.monotonic() + patience_s
        while not self.live():
            assert self._process.poll() is None and time.monotonic() < end, self.log.read_text("utf-8")[-4000:]
            time.sleep(0.05)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def live(self) -> bool:
        """Whether it answers."""
        try:
            return httpx.get(f"{self.url}/health/live", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more, no handler, no flush."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, as a service manager does; its exit code."""
        return self._end(signal.SIGTERM)

    def client(self, timeout_s: float = 60, **headers: str) -> httpx.Client:
        """A client with the operator's key."""
        return httpx.Client(base_url=self.url, headers={"X-API-Key": self.key, **headers}, timeout=timeout_s)

    def logged(self) -> str:
        """What all its runs logged."""
        return self.log.read_text("utf-8", errors="replace")

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(number)
        code = self._process.wait(90)
        self._process = None
        return code

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def settings(api: Api, **more: Any) -> Settings:
    """Settings as the server's, for what runs beside it."""
    return Settings(database_url=api.database_url, master_key=MASTER_KEY, audit_key=AUDIT_KEY, **more)
