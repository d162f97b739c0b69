"""A training run in MLflow: its resolved config, the loss as it falls, figures, pictures and the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from zhsq.models.bundle import Bundle
from zhsq.tracking.store import client, experiment_id


class TrainingRun:
    """An open run; made by `training_run`."""

    def __init__(self, mlflow: Any, run_id: str) -> None:
        self._mlflow = mlflow
        self.run_id = run_id

    def metric(self, name: str, value: float, step: int = 0) -> None:
        """Log a figure at a step."""
        self._mlflow.log_metric(self.run_id, name, value, step=step)

    def artifact(self, path: Path) -> None:
        """Keep a file with the run."""
        self._mlflow.log_artifact(self.run_id, str(path))

    def bundle(self, bundle: Bundle) -> None:
        """Keep the bundle that was made, and its metrics."""
        self._mlflow.set_tag(self.run_id, "bundle_sha256", bundle.sha256)
        for metric in bundle.spec.metrics:
            self._mlflow.log_metric(self.run_id, metric.name, metric.value)
        self._mlflow.log_artifacts(self.run_id, str(bundle.path), "bundle")


@contextmanager
def training_run(kind: str, config: dict[str, Any], tags: dict[str, str]) -> Iterator[TrainingRun]:
    """Open a run of the experiment `zhsq-training/<kind>`; it ends FINISHED, or FAILED with the error that passes through.

    Args:
        kind: of experiment, such as 'plate-reader'.
        config: resolved; each leaf becomes a parameter, the whole an artifact.
        tags: such as the commit and the licences of the data.

    Raises:
        MissingExtraError: MLflow is not installed.
    """
    mlflow = client()
    run = mlflow.create_run(experiment_id(mlflow, kind, group="zhsq-training"), tags=tags, run_name=kind)
    run_id = str(run.info.run_id)
    try:
        for key, value in _leaves(config):
            mlflow.log_param(run_id, key, str(value)[:6000])
        mlflow.log_text(run_id, yaml.safe_dump(config, sort_keys=False, allow_unicode=True), "experiment.yaml")
        yield TrainingRun(mlflow, run_id)
    except BaseException:
        mlflow.set_terminated(run_id, "FAILED")
        raise
    mlflow.set_terminated(run_id, "FINISHED")


def _leaves(config: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
