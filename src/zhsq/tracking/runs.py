"""The MLflow store: its client, its experiments, and a run that is open while work goes on. Import of MLflow is lazy."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from zhsq.errors import MissingExtraError, ZhsqError
from zhsq.workspace import workspace

#: Experiments are `zhsq/<task>` for benchmarks and `zhsq-training/<kind>` for training.
BENCH, TRAINING = "zhsq", "zhsq-training"
#: MLflow's own tag: it draws a run below the one that this names.
PARENT = "mlflow.parentRunId"
#: MLflow's limit of a parameter's value.
_LONGEST = 6000


def client() -> Any:
    """An MLflow client on $MLFLOW_TRACKING_URI (a server, or a database), else on the workspace's SQLite store.

    Raises:
        MissingExtraError: MLflow is not installed.
        ZhsqError: the address is none that MLflow knows.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
    except ImportError as error:
        raise MissingExtraError("track", "Tracking runs") from error
    uri = workspace().ensure().mlflow_uri
    if is_server():
        _answers(uri)
    try:
        return MlflowClient(tracking_uri=uri, registry_uri=uri)
    except (MlflowException, ModuleNotFoundError) as error:
        raise ZhsqError(
            f"Runs can't be tracked at {uri}: {error}", "Set MLFLOW_TRACKING_URI to a server, or leave it unset."
        ) from error


@cache
def _answers(uri: str) -> None:
    """Say at once that a server is down: MLflow itself would try for minutes.

    Raises:
        ZhsqError: it does not answer.
    """
    try:
        httpx.get(uri.rstrip("/") + "/health", timeout=10)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ZhsqError(
            f"The tracking server {uri} does not answer: {error}",
            "Start it, or unset MLFLOW_TRACKING_URI to use the workspace's own store.",
        ) from error


def is_server() -> bool:
    """Whether runs go to a tracking server, which then keeps the artifacts too."""
    return workspace().mlflow_uri.startswith(("http://", "https://"))


def experiment_id(mlflow: Any, name: str) -> str:
    """The experiment of a name, made when it is not there.

    A server says itself where artifacts go: a folder of this machine would mean nothing to it, or to another client.
    """
    found = mlflow.get_experiment_by_name(name)
    if found is None:
        place = None if is_server() else workspace().artifacts.as_uri()
        try:
            return str(mlflow.create_experiment(name, artifact_location=place))
        except Exception as error:  # MLflow raises its own kind, and imports slowly
            if getattr(error, "error_code", "") != "RESOURCE_ALREADY_EXISTS":
                raise
            found = mlflow.get_experiment_by_name(name)  # another process made it just now
    return str(found.experiment_id)


class OpenRun:
    """A run that is going on; made by `open_run`."""

    def __init__(self, mlflow: Any, run_id: str) -> None:
        self.mlflow = mlflow
        self.run_id = run_id

    def params(self, values: Mapping[str, object]) -> None:
        """Log parameters, their values cut to what MLflow keeps."""
        from mlflow.entities import Param

        found = [Param(key, str(value)[:_LONGEST]) for key, value in values.items()]
        for start in range(0, len(found), 100):  # MLflow takes a hundred at once
            self.mlflow.log_batch(self.run_id, params=found[start : start + 100])

    def metrics(self, values: Mapping[str, float]) -> None:
        """Log figures."""
        from mlflow.entities import Metric
        from mlflow.utils.time import get_current_time_millis

        now = get_current_time_millis()
        found = [Metric(key, float(value), now, 0) for key, value in values.items()]
        for start in range(0, len(found), 1000):  # and a thousand of these
            self.mlflow.log_batch(self.run_id, metrics=found[start : start + 1000])

    def metric(self, name: str, value: float, step: int = 0) -> None:
        """Log a figure at a step."""
        self.mlflow.log_metric(self.run_id, name, value, step=step)

    def tags(self, values: Mapping[str, str]) -> None:
        for key, value in values.items():
            self.mlflow.set_tag(self.run_id, key, value)

    def text(self, text: str, name: str) -> None:
        """Keep a text as a file of that name."""
        self.mlflow.log_text(self.run_id, text, name)

    def artifact(self, path: Path) -> None:
        """Keep a file with the run."""
        self.mlflow.log_artifact(self.run_id, str(path))

    def folder(self, path: Path, name: str | None = None) -> None:
        """Keep a folder's files with the run, under a name."""
        self.mlflow.log_artifacts(self.run_id, str(path), name)

    def used(self, name: str, release: str, root: str, context: str) -> None:
        """Say which data set the run used, in MLflow's own way: its pages then list it.

        Args:
            name: of the set. release: stands for its content. root: where it was found.
            context: 'training' or 'test'.
        """
        import hashlib

        from mlflow.entities import Dataset, DatasetInput, InputTag

        digest = hashlib.sha256(f"{name}\n{release}".encode()).hexdigest()[:12]
        found = Dataset(name=name, digest=digest, source_type="local", source=root, profile=release)
        self.mlflow.log_inputs(self.run_id, [DatasetInput(found, [InputTag("mlflow.data.context", context)])])


@contextmanager
def open_run(
    experiment: str, name: str, tags: Mapping[str, str] | None = None, *, parent: str = "", every: float = 1
) -> Iterator[OpenRun]:
    """A run that ends FINISHED; FAILED with the error that passes through; KILLED by Ctrl-C.

    While it is open, MLflow samples processor, memory, disk, network and GPU under `system/`. MLflow's own variable
    MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING=false turns that off.

    Args:
        experiment: such as 'zhsq/plate-reading'.
        name: of the run, for people.
        tags: of the run.
        parent: id of the run that this is a part of.
        every: seconds between samples of the system.

    Raises:
        MissingExtraError: MLflow is not installed.
    """
    mlflow = client()
    all_tags = {**(tags or {}), **({PARENT: parent} if parent else {})}
    run_id = str(mlflow.create_run(experiment_id(mlflow, experiment), tags=all_tags, run_name=name).info.run_id)
    status = "FAILED"
    try:
        with _sampled(run_id, every):
            yield OpenRun(mlflow, run_id)
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    except BaseException as error:
        mlflow.set_tag(run_id, "error", f"{type(error).__name__}: {error}"[:500])
        raise
    finally:
        mlflow.set_terminated(run_id, status)


@contextmanager
def _sampled(run_id: str, every: float) -> Iterator[None]:
    if os.environ.get("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", "").lower() in ("false", "0"):
        yield
        return
    from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

    monitor = SystemMetricsMonitor(run_id, sampling_interval=every, tracking_uri=workspace().mlflow_uri)
    monitor.start()
    try:
        yield
    finally:
        monitor.finish()
