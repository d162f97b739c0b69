"""The load benchmark: what a turn counts, how a call's time is told apart, and that a bar that is missed is said."""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def load() -> Iterator[dict[str, ModuleType]]:
    pytest.importorskip("tritonclient.grpc", reason="the extra 'deploy' is not installed")
    names = ("load.breakdown", "load.clients", "load.ways", "triton_load", "triton_tables")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        yield {name: importlib.import_module(name) for name in names}


def test_torchs_compiler_of_the_same_name_is_found_by_the_scripts_of_the_folder() -> None:
    installed = importlib.util.find_spec("triton")
    if installed is None:
        pytest.skip("no package named triton is installed")
    program = f"import sys; sys.path.insert(0, {str(ROOT / 'benchmarks')!r}); import triton; print(triton.__file__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == installed.origin, done.stderr


def test_a_turn_counts_calls_that_ended_in_it_and_every_client_works(load: dict[str, ModuleType]) -> None:
    seen: list[int] = []

    @contextmanager
    def opened(number: int) -> Iterator[Any]:
        def call(feed: Any) -> np.ndarray:
            seen.append(number)
            time.sleep(0.01)
            return np.zeros(1)

        yield call

    feeds = [load["load.ways"].Feed({"x": np.zeros(1)})]
    found = load["load.clients"].turn(opened, feeds, clients=3, seconds=0.2, server=None)
    assert set(seen) == {0, 1, 2}
    assert 0 < len(found.latencies) < len(seen), "those before the turn and after it are left out"
    assert found.latencies.min() >= 0.01
    assert found.per_second == pytest.approx(len(found.latencies) / found.seconds)


def test_a_client_that_fails_fails_the_turn(load: dict[str, ModuleType]) -> None:
    @contextmanager
    def opened(_: int) -> Iterator[Any]:
        def call(_: Any) -> np.ndarray:
            raise ValueError("no answer")

        yield call

    feeds = [load["load.ways"].Feed({"x": np.zeros(1)})]
    with pytest.raises(RuntimeError, match="no answer"):
        load["load.clients"].turn(opened, feeds, clients=1, seconds=0.05, server=None)


def test_the_parts_of_a_call_add_up_to_its_latency(load: dict[str, ModuleType]) -> None:
    module = load["load.breakdown"]
    before = module.Counters(10, 5, dict.fromkeys(module._PARTS, 0))
    spent = {"queue": 1, "compute_input": 2, "compute_infer": 50, "compute_output": 3, "success": 60}
    after = module.Counters(20, 9, {name: 10 * value * 1_000_000 // 10 for name, value in spent.items()})
    parts = module.breakdown(before, after, latency_s=0.010, serialise_s=0.0005, alone_s=0.004)
    # Ten requests: 0.1 ms of queue, 0.2 + 0.3 of copying, 5 of compute each; 10 ms in all, 0.5 of them to serialise.
    assert (parts["queue"], parts["copy"], parts["compute"]) == pytest.approx((0.1, 0.5, 5.0))
    assert parts["network"] == pytest.approx(10 - 0.5 - 0.1 - 0.5 - 5.0)
    assert parts["overhead"] == pytest.approx(5.0)
    assert parts["batch"] == 2.5


def test_the_best_way_with_batching_is_judged_and_a_miss_is_said(load: dict[str, ModuleType], tmp_path: Path) -> None:
    def row(level: str, way: str, ratio: float) -> dict[str, Any]:
        figure = {"value": ratio, "low": ratio, "high": ratio}
        parts = dict.fromkeys(("latency", "serialise", "network", "queue", "copy", "compute", "overhead", "alone"), 1.0)
        return {
            "level": level,
            "way": way,
            "clients": 16,
            "per_second": figure,
            "ratio": figure,
            "ratio_single": {key: 2 * value for key, value in figure.items()},
            "latency_ms": {"p50": 1.0, "p95": 2.0, "p99": 3.0},
            "cpu_ms": 1.5,
        } | ({} if way == "in process" else {"parts_ms": parts})

    ways = {"in process": 1.0, "grpc": 3.0, "grpc, batching": 0.8, "shared memory, batching": 0.9}
    rows = [row(level, way, ratio) for level in ("graph", "crop", "photo") for way, ratio in ways.items()]
    bars = load["triton_load"].bars(rows, 16)
    both = [("in process, one call at a time", True), ("in process", False)]
    assert [(bar["against"], bar["met"]) for bar in bars] == both * 3
    assert {bar["way"] for bar in bars} == {"shared memory, batching"}, "the best with batching, and no other"
    record = {
        "rows": rows,
        "bars": bars,
        "cross_check": [],
        "images": {"source": "drawn", "crops": 1, "photos": 1},
        "settings": {"rounds": 1, "seconds": 1, "instances": 1, "threads": 1, "max_batch": 8},
        "contention": {"other_busy_cores": None},
        "models": [{"name": "tiny", "version": "1.0.0"}],
        "hardware": {"cores": 2, "cpu": "x"},
        "command": "python benchmarks/triton.py",
    }
    assert load["triton_tables"].render(tmp_path) == "", "nothing recorded, nothing shown"
    (tmp_path / "triton").mkdir()
    (tmp_path / "triton" / "load.json").write_text(json.dumps(record), "utf-8")
    page = load["triton_tables"].render(tmp_path)
    assert page.count("**not met**") == 3
    assert "| +0.00 |" in page
