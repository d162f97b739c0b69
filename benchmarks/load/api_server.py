"""A real `zhsq serve` process on loopback, with a store of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from zhsq.errors import ZhsqError
from zhsq.serve.security.keys import create
from zhsq.serve.server import listen
from zhsq.serve.store.database import Database


@dataclass(frozen=True)
class Api:
    """A serving process: its address ('http://127.0.0.1:PORT'), an operator's key, and its process id."""

    address: str
    key: str
    pid: int
    database_url: str
    audit_key: bytes

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


@contextmanager
def serving(folder: Path, arguments: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Iterator[Api]:
    """Start it, wait until it is ready, and end it.

    Args:
        folder: for its store and its log; made.
        arguments: of `zhsq serve`, beside the port.
        environment: variables beside those of this process and those of the store.

    Raises:
        ZhsqError: it did not become ready; with the end of its log.
    """
    folder.mkdir(parents=True)
    database = f"sqlite:///{folder / 'zhsq.db'}"
    audit_key = secrets.token_bytes(32)
    store = Database(database, audit_key)
    with store.session() as session:
        key = create(session, "benchmark", "operator", None)
    store.close()
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    given = {
        **os.environ,
        "ZHSQ_DATABASE_URL": database,
        "ZHSQ_SERVE_AUDIT_KEY": audit_key.hex(),
        "ZHSQ_SERVE_MASTER_KEY": secrets.token_hex(32),
        **(environment or {}),
    }
    command = [sys.executable, "-m", "zhsq.cli", "serve", "--port", str(port), *arguments]
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=given, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, folder / "serve.log")
        yield Api(address, key, process.pid, database, audit_key)
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=30).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise ZhsqError(f"zhsq serve did not become ready: {log.read_text(errors='replace')[-600:]}")
