"""A real tracking server on a real PostgreSQL, with an artifact folder of its own, used by setting one variable."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from zhsq.bench.result import BenchResult
from zhsq.errors import ZhsqError
from zhsq.tracking import history, registry, runs, store
from zhsq.tracking.gates.config import GatesConfig
from zhsq.tracking.gates.evidence import ParityFigures
from zhsq.tracking.promotion import consider, promote
from zhsq.tracking.query import Query, search
from zhsq.tracking.signing import fingerprint

TASK = "plate-reading"
FINE = (ParityFigures(what="graph read", value="error 1e-07", need="<= 0.001", passes=True),)


@dataclass(frozen=True)
class Served:
    url: str
    artifacts: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pgserver = pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    folder = tmp_path_factory.mktemp("tracking-server")
    database = pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    uri = database.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    artifacts = folder / "artifacts"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", uri, "--artifacts-destination", str(artifacts)]
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            assert process.poll() is None, (folder / "log").read_text("utf-8")[-3000:]
            try:
                if httpx.get(f"{url}/health").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        else:
            pytest.fail("the tracking server did not start: " + (folder / "log").read_text("utf-8")[-3000:])
        yield Served(url, artifacts)
    finally:
        process.terminate()
        process.wait(30)
        database.cleanup()


def test_a_benchmark_is_logged_to_the_server_read_back_and_promoted_there_and_other_machines_see_it(
    server: Served, good: BenchResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("ZHSQ_HOME", str(home))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
    with store.series(TASK, "one model") as parent:
        run_id = store.log(good.report, good.bundle, good.trials, good.options, parent=parent)
    (found,) = search(Query(model="plate-zhsq", where=("exact_match>0.9",)))
    assert (found.run_id, found.parent) == (run_id, parent)
    uri = runs.client().get_run(run_id).info.artifact_uri
    assert uri.startswith("mlflow-artifacts:"), "files go through the server: its folder is not ours"
    assert any(server.artifacts.rglob("report.json")) and not (home / "mlartifacts").exists()

    run = store.read(run_id[:8])
    assert run.report == good.report and run.bundle.sha256 == good.bundle.sha256
    done = promote(consider(run, FINE, GatesConfig.load()))
    assert done.version == 1 and history.faults(TASK) == []

    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path / "another machine"))
    assert registry.champion(TASK).sha256 == good.bundle.sha256  # type: ignore[union-attr]
    assert history.faults(TASK) == [
        f"v1, record 1 is signed by a key that is not trusted here: {fingerprint(done.record.body.key)}"
    ]
    monkeypatch.setenv("ZHSQ_PROMOTION_TRUSTED", str(home / "keys" / "promotion.pub"))
    assert history.faults(TASK) == []


def test_a_server_that_is_down_is_said_in_seconds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(ZhsqError, match=r"127\.0\.0\.1:9 does not answer"):
        runs.client()
