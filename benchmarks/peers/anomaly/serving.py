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
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import process

Answer = dict[str, Any]


def serve(load: Callable[[], Mapping[str, Callable[[Any], Answer]]], packages: Sequence[str]) -> None:
    """Answer until stdin ends.

    Args:
        load: called once, gives a handler by the request's key. It imports the scorer, so that one that can't be had is
            told as an answer.
        packages: whose versions are told.
    """
    answers = process.take_stdout()
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
        return {"peak_mib": process.peak_mib()}
    try:
        answer = handlers[key](value)
    except Exception as failure:
        return {"error": f"{key}: {type(failure).__name__}: {failure}"}
    return {**answer, "versions": process.versions(packages)} if key == "about" else answer
