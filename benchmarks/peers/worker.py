"""A child process that answers JSON lines, pinned to the first cores: how the benchmarks talk to a peer."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from peers.environment import Unavailable

#: Bytes of a worker's log that are told when it ends too soon.
TAIL = 600
#: What workers import from, beside their own folder.
SHARED = Path(__file__).parent / "worker_side"


class Worker:
    """One worker. What it writes to stderr is kept back, and told only when it fails.

    Args:
        command: the program and its arguments.
        threads: cores that it is pinned to, and threads that OpenMP and OpenBLAS may use in it.
        environment: variables beside those of this process.
    """

    def __init__(self, command: Sequence[str], threads: int, environment: Mapping[str, str] | None = None) -> None:
        cores = sorted(os.sched_getaffinity(0))[:threads]
        path = os.pathsep.join(filter(None, (str(SHARED), os.environ.get("PYTHONPATH"))))
        limits = {"PYTHONPATH": path, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed in __exit__
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, **limits, **(environment or {})},
        )
        os.sched_setaffinity(self._process.pid, cores)  # before it has imported anything, let alone made threads

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer.

        Raises:
            Unavailable: the worker ended, or answers with an error; the text says why.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Unavailable(f"its worker ended with {self._process.wait()}: {self._tail()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Unavailable(str(answer["error"]))
        return answer

    def _tail(self) -> str:
        self._log.seek(0)
        return self._log.read()[-TAIL:].decode(errors="replace").strip()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended before it read its last request
            self._process.stdin.close()
        self._process.wait(30)
        self._log.close()
