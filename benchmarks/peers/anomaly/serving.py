"""The worker's side of `anomaly_speed.py`: JSON requests on stdin, JSON answers on stdout.

Runs in the peer's own environment too, so it needs the standard library only.

{"about": true}      -> {"versions": {package: version}, "settings": {...}}: what it runs with.
{"fit": {"files": [file, ...], "target": file}}
                     -> {"seconds": s, "bank": [rows, width]}: the peer only; learns from normal frames, writes its bank.
{"read": file}       -> {"bank": [rows, width]}: the peer only; reads the bank.
{"bank": rows}       -> {"bank": [rows, width]}: the peer only; its bank's rows again and again, up to so many.
{"play": [{"lead": [file, ...], "timed": [file, ...]}, ...]}, one a camera
                     -> {"seconds": s, "cpu_seconds": s, "decode": [s, ...], "score": [s, ...], "steps": {name: s}}:
                        all cameras' timed frames (with those of `lead`, `whole_cpu_seconds`); one entry a frame in `decode`
                        and `score`; `steps` are parts of score.
{"memory": true}     -> {"peak_mib": most memory resident since the start, or null}
Every request of a worker that could not load -> {"error": why}.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

Answer = dict[str, Any]


def serve(load: Callable[[], Mapping[str, Callable[[Any], Answer]]], packages: Sequence[str]) -> None:
    """Answer until stdin ends.

    Args:
        load: called once, gives a handler by the request's key. It imports the scorer, so that one that can't be had is
            told as an answer.
        packages: whose versions are told.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries print to stdout what is no answer
    sys.stdout = sys.stderr
    handlers: Mapping[str, Callable[[Any], Answer]] = {}
    error = ""
    try:
        handlers = load()
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    for line in sys.stdin:
        ((key, value),) = json.loads(line).items()
        answers.write(json.dumps({"error": error} if error else _answer(handlers, key, value, packages)) + "\n")
        answers.flush()


def _answer(handlers: Mapping[str, Callable[[Any], Answer]], key: str, value: Any, packages: Sequence[str]) -> Answer:
    if key == "memory":
        return {"peak_mib": peak_mib()}
    try:
        answer = handlers[key](value)
    except Exception as failure:
        return {"error": f"{key}: {type(failure).__name__}: {failure}"}
    return {**answer, "versions": _versions(packages)} if key == "about" else answer


def _versions(packages: Sequence[str]) -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def peak_mib() -> float | None:
    """Most memory that was resident since the program began, in MiB; None where the system does not tell.

    Not getrusage's maximum: Linux hands a parent's down to its children.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else None
