"""Log a benchmark as an MLflow run, find runs again, register champions."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import MissingExtraError, UnknownNameError, ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.protocols.report import Report
from zhsq.tracking.plots import plot
from zhsq.workspace import workspace

ALIAS = "champion"
#: What MLflow answers when a model, or its alias, is not there.
_NO_CHAMPION = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


def client() -> Any:
    """An MLflow client on $MLFLOW_TRACKING_URI, else on the workspace's SQLite store.

    Raises:
        MissingExtraError: MLflow is not installed.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        from mlflow import MlflowClient
    except ImportError as error:
        raise MissingExtraError("track", "Tracking runs") from error
    uri = workspace().ensure().mlflow_uri
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def experiment_id(mlflow: Any, task: str, group: str = "zhsq") -> str:
    """The experiment of a task, made when it is not there; benchmarks are in the group 'zhsq', training in another."""
    name = f"{group}/{task}"
    found = mlflow.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    return str(mlflow.create_experiment(name, artifact_location=workspace().artifacts.as_uri()))


def log(report: Report, bundle: Bundle, trials: dict[str, NDArray[Any]]) -> str:
    """Log a report with its parameters, figures and intervals, plots, trials and the bundle; the run's id."""
    mlflow = client()
    tags = {
        "git_commit": report.git_commit,
        "data_release": report.data.release,
        "bundle_sha256": bundle.sha256,
        "protocol": report.protocol,
        "command": report.command,
        "licences": ", ".join(licence.spdx for licence in bundle.spec.weights_licences),
    }
    name = f"{bundle.name} on {report.data.name}"
    run = mlflow.create_run(experiment_id(mlflow, report.task), tags=tags, run_name=name)
    run_id = str(run.info.run_id)
    try:
        parameters = {
            "model": bundle.name,
            "model_version": bundle.version,
            "data": report.data.name,
            "data_root": report.data.root,
            "split": report.split,
            "n": report.n,
            "interval_method": report.interval_method,
            **{f"hardware.{key}": value for key, value in report.hardware.items()},
            **{f"version.{key}": value for key, value in report.versions.items()},
        }
        for key, value in parameters.items():
            mlflow.log_param(run_id, key, str(value)[:6000])
        for key, figure in report.metrics.items():
            for suffix, number in (("", figure.value), ("_low", figure.low), ("_high", figure.high)):
                if np.isfinite(number):
                    mlflow.log_metric(run_id, key + suffix, number)
        mlflow.log_metric(run_id, "items_per_second", report.items_per_second)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            (path / "report.json").write_text(report.model_dump_json(indent=2), encoding="utf-8")
            # Prefixed: one of the keys is `file`, which is the name of savez's own parameter.
            named: dict[str, Any] = {f"trial_{key}": value for key, value in trials.items()}
            np.savez_compressed(path / "trials.npz", **named)
            plot(report, trials, path)
            mlflow.log_artifacts(run_id, folder)
        mlflow.log_artifacts(run_id, str(bundle.path), "bundle")
    except BaseException:
        mlflow.set_terminated(run_id, "FAILED")
        raise
    mlflow.set_terminated(run_id, "FINISHED")
    return run_id


@dataclass(frozen=True)
class LoggedRun:
    """A run read back."""

    run_id: str
    report: Report
    bundle: Bundle
    trials: dict[str, NDArray[Any]]
    folder: Path


def read(run_id: str) -> LoggedRun:
    """A run by its id or the beginning of it (at least six characters).

    Raises:
        UnknownNameError: no such run, with the latest ones.
        BundleError: the run's bundle was touched.
    """
    mlflow = client()
    found = [run for run in recent(mlflow) if run.info.run_id.startswith(run_id)] if len(run_id) >= 6 else []
    if len(found) != 1:
        raise UnknownNameError("run", run_id, [str(run.info.run_id) for run in recent(mlflow)[:10]])
    full = str(found[0].info.run_id)
    if "report.json" not in {artifact.path for artifact in mlflow.list_artifacts(full)}:
        raise ZhsqError(f"Run {full} holds no report: it did not finish.", "Run the benchmark again.")
    folder = Path(mlflow.download_artifacts(full, ""))
    report = Report.model_validate(json.loads((folder / "report.json").read_text("utf-8")))
    with np.load(folder / "trials.npz", allow_pickle=False) as stored:
        trials = {key.removeprefix("trial_"): stored[key] for key in stored.files}
    return LoggedRun(full, report, Bundle.load(folder / "bundle"), trials, folder)


def recent(mlflow: Any, task: str | None = None) -> list[Any]:
    """Runs of zhsq's experiments, newest first."""
    ids = [e.experiment_id for e in mlflow.search_experiments() if e.name.startswith(f"zhsq/{task or ''}")]
    return list(mlflow.search_runs(ids, order_by=["attributes.start_time DESC"], max_results=200)) if ids else []


def crown(run: LoggedRun, verdict: dict[str, Any]) -> int:
    """Register the run's bundle as a model version and point the alias `champion` to it; the version."""
    mlflow = client()
    name = f"zhsq-{run.report.task}"
    try:
        mlflow.create_registered_model(name)
    except Exception as error:  # MLflow raises its own kind for "is there already", and imports slowly
        if "RESOURCE_ALREADY_EXISTS" not in str(getattr(error, "error_code", "")):
            raise
    version = mlflow.create_model_version(
        name,
        source=(run.folder / "bundle").as_uri(),
        run_id=run.run_id,
        tags={"bundle_sha256": run.bundle.sha256, "gates": json.dumps(verdict)[:5000]},
    )
    mlflow.set_registered_model_alias(name, ALIAS, version.version)
    return int(version.version)


def champion_is_whole(task: str) -> bool:
    """Whether a champion stands that was measured on the whole protocol: a subset must not displace it."""
    try:
        version = client().get_model_version_by_alias(f"zhsq-{task}", ALIAS)
    except Exception as error:
        if getattr(error, "error_code", "") in _NO_CHAMPION:
            return False
        raise
    verdict = json.loads(version.tags.get("gates", "{}"))
    return bool(verdict.get("whole protocol", [""])[0] == "pass")


def champion(task: str) -> Bundle | None:
    """The bundle behind the alias `champion` of a task, None when nothing was promoted."""
    mlflow = client()
    try:
        version = mlflow.get_model_version_by_alias(f"zhsq-{task}", ALIAS)
    except Exception as error:
        if getattr(error, "error_code", "") in _NO_CHAMPION:
            return None
        raise
    return Bundle.load(Path(mlflow.download_artifacts(version.run_id, "bundle")))
