"""NVIDIA's perf_analyzer, which tritonclient's wheel carries, on a server that runs: a client without Python's costs."""

from __future__ import annotations

import base64
import csv
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tritonclient

from load.plates import Way
from zhsq.deploy.environment import install
from zhsq.errors import ZhsqError
from zhsq.models.graph import Array

#: Libraries that the binary wants by these names; the server's wheel carries them under names of its own.
_LIBRARIES = {"libb64-": "libb64.so.0d", "libcudart-": "libcudart.so.12"}
#: Milliseconds of one of its windows; the mean of three counts, however much they differ on a busy machine.
_WINDOW, _WINDOWS, _ANY = 1500, 3, 999


def cross_check(ways: Sequence[Way], clients: int) -> list[dict[str, Any]]:
    """Calls a second and the 95th percentile of latency of each way's model on its server.

    Raises:
        ZhsqError: the binary is not there, or fails; carries its last words.
    """
    # Beside the interpreter's scripts: four folders above the package.
    binary = Path(tritonclient.__path__[0]).parents[3] / "bin" / "perf_analyzer"
    libraries = install().site_packages / "nvidia_pytriton.libs"
    if not binary.is_file():
        raise ZhsqError(f"{binary} is not there.", "Leave --perf-analyzer out.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for prefix, wanted in _LIBRARIES.items():
            (folder / wanted).symlink_to(next(libraries.glob(f"{prefix}*")))
        environment = {**os.environ, "LD_LIBRARY_PATH": f"{folder}:{libraries}"}
        return [_one(way, clients, binary, folder, environment) for way in ways]


def _one(way: Way, clients: int, binary: Path, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    assert way.model is not None and way.server is not None
    data, table = folder / "data.json", folder / "table.csv"
    feeds = [{tensor: {"b64": _raw(array)} for tensor, array in feed.inputs.items()} for feed in way.feeds]
    data.write_text(json.dumps({"data": feeds}), "utf-8")
    command = [str(binary), "-m", way.model.name, "-u", way.server.url, "-i", "grpc", "-f", str(table)]
    command += ["--concurrency-range", str(clients), "--input-data", str(data), "--max-threads", str(clients)]
    command += ["--measurement-interval", str(_WINDOW), "-r", str(_WINDOWS), "-s", str(_ANY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)
    if done.returncode:
        raise ZhsqError(f"perf_analyzer failed: {(done.stderr or done.stdout).strip()[-400:]}")
    with table.open(encoding="utf-8") as stream:
        row = next(csv.DictReader(stream))
    return {
        "level": way.level,
        "clients": clients,
        "per_second": float(row["Inferences/Second"]),
        "p95_ms": float(row["p95 latency"]) / 1000,
    }


def _raw(array: Array) -> str:
    """A tensor as Triton keeps it: a text with its length before it."""
    if array.dtype == np.object_:
        content = b"".join(len(value).to_bytes(4, "little") + value for value in array.reshape(-1))
    else:
        content = np.ascontiguousarray(array).tobytes()
    return base64.b64encode(content).decode()
