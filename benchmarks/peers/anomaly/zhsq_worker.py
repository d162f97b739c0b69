"""Runs a zhsq anomaly bundle for `anomaly_speed.py`, for one or several cameras in one process.

Arguments: the bundle's path, the cameras, the threads over which they are spread, the threads that ONNX Runtime and OpenCV
may use in one call, and `one` (all cameras share a pipeline) or `each` (each has its own, as when every camera has its own
bundle). A thread takes its cameras in turn, a frame each.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import serving


class Timed:
    """A runner that notes how long each graph ran."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.spent: list[tuple[str, float]] = []

    def run(self, graph: str, inputs: Any) -> Any:
        start = time.perf_counter()
        outputs = self._runner.run(graph, inputs)
        self.spent.append((graph, time.perf_counter() - start))
        return outputs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runner, name)


def load() -> Mapping[str, Callable[[Any], serving.Answer]]:
    import cv2

    from zhsq.imaging import decode_image
    from zhsq.models.anomaly.pipeline import AnomalyPipeline
    from zhsq.models.bundle import Bundle
    from zhsq.runtime.onnx import OnnxRunner

    path, models = Path(sys.argv[1]), sys.argv[5]
    cameras, threads, inner = map(int, sys.argv[2:5])
    cv2.setNumThreads(inner)
    bundle = Bundle.load(path)
    runners = [Timed(OnnxRunner(bundle, threads=inner)) for _ in range(cameras if models == "each" else 1)]
    pipelines = [AnomalyPipeline(bundle, runner) for runner in runners]
    pool = ThreadPoolExecutor(threads)

    def play(plays: list[dict[str, list[str]]]) -> serving.Answer:
        """Every camera begins anew: it sees its frames of `lead`, then those that are timed."""
        first = time.process_time()
        scorers = [pipelines[place % len(pipelines)].camera() for place in range(len(plays))]
        decode: list[float] = []
        scores: list[float] = []

        def run(places: range, part: str) -> None:
            for step in range(max(len(plays[place][part]) for place in places)):
                for place in places:
                    if step >= len(plays[place][part]):
                        continue
                    start = time.perf_counter()
                    image = decode_image(Path(plays[place][part][step]))
                    middle = time.perf_counter()
                    scorers[place](image)
                    if part == "timed":
                        decode.append(middle - start)
                        scores.append(time.perf_counter() - middle)

        def all_cameras(part: str) -> None:
            shares = [range(first, len(plays), threads) for first in range(min(threads, len(plays)))]
            list(pool.map(lambda places: run(places, part), shares))

        all_cameras("lead")
        for runner in runners:
            runner.spent.clear()
        begin, cpu = time.perf_counter(), time.process_time()
        all_cameras("timed")
        seconds, used = time.perf_counter() - begin, time.process_time() - cpu
        steps: dict[str, float] = {}
        for graph, spent in (item for runner in runners for item in runner.spent):
            steps[f"graph {graph}"] = steps.get(f"graph {graph}", 0.0) + spent
        steps["rest of score"] = sum(scores) - sum(steps.values())
        found = {"seconds": seconds, "cpu_seconds": used, "decode": decode, "score": scores, "steps": steps}
        return {**found, "whole_cpu_seconds": time.process_time() - first}

    def about(_: Any) -> serving.Answer:
        return {"settings": {"threads": threads, "onnxruntime_threads": inner, "opencv_threads": inner}}

    return {"about": about, "play": play}


if __name__ == "__main__":
    serving.serve(load, ("zhsq", "onnxruntime", "opencv-python-headless", "numkong", "pillow", "numpy"))
