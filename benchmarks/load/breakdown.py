"""Where a call's time goes, from Triton's own statistics and the client's clock."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tritonclient import grpc

from load.ways import Feed, tensors

_PARTS = ("queue", "compute_input", "compute_infer", "compute_output", "success")


@dataclass(frozen=True)
class Counters:
    """Triton's counters of one model so far: requests, runs of the model, and nanoseconds of each part."""

    requests: int
    runs: int
    nanoseconds: dict[str, int]


def counters(url: str, model: str) -> Counters:
    """Of the newest version."""
    client: Any = grpc.InferenceServerClient(url)
    try:
        stats = client.get_inference_statistics(model).model_stats[-1]
    finally:
        client.close()
    spent = {part: int(getattr(stats.inference_stats, part).ns) for part in _PARTS}
    return Counters(int(stats.inference_stats.success.count), int(stats.execution_count), spent)


def breakdown(
    before: Counters, after: Counters, latency_s: float, serialise_s: float, alone_s: float
) -> dict[str, float]:
    """Milliseconds of one call, by part; those up to `compute` add up to the client's latency.

    Args:
        before: the turn.
        after: the turn.
        latency_s: the mean that the client saw.
        serialise_s: of making the request in the client.
        alone_s: the mean of the same work in process.

    Returns:
        `latency`; of it `serialise` (client), `network` (client's stack and gRPC both ways), `queue`, `copy` (tensors
        into and out of the model), `compute`, and `overhead`: all but compute. `alone`: the same work in process; what
        compute takes longer is the hand-over to the Python backend's process, on a machine that is idle otherwise.
        `batch` is how many requests ran together.
    """
    n = max(1, after.requests - before.requests)
    parts = {part: (after.nanoseconds[part] - before.nanoseconds[part]) / n / 1e6 for part in _PARTS}
    latency, serialise = 1000 * latency_s, 1000 * serialise_s
    copy = parts["compute_input"] + parts["compute_output"]
    known = parts["queue"] + copy + parts["compute_infer"]
    return {
        "latency": latency,
        "serialise": serialise,
        "network": max(0.0, latency - serialise - known),
        "queue": parts["queue"],
        "copy": copy,
        "compute": parts["compute_infer"],
        "alone": 1000 * alone_s,
        "overhead": latency - parts["compute_infer"],
        "batch": n / max(1, after.runs - before.runs),
    }


def serialise_seconds(feeds: Sequence[Feed], model: str, output: str, repeats: int = 200) -> float:
    """Median seconds of making one gRPC request, without sending it."""
    from tritonclient.grpc._utils import _get_inference_request

    wanted = [grpc.InferRequestedOutput(output)]
    spent = []
    for at in range(repeats):
        start = time.perf_counter()
        request = _get_inference_request(
            model_name=model,
            inputs=tensors(feeds[at % len(feeds)]),
            model_version="",
            request_id="",
            outputs=wanted,
            sequence_id=0,
            sequence_start=False,
            sequence_end=False,
            priority=0,
            timeout=None,
            parameters=None,
        )
        request.SerializeToString()
        spent.append(time.perf_counter() - start)
    return float(np.median(spent))
