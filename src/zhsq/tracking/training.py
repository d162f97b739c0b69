"""A training run in MLflow: its resolved config, the loss as it falls, figures, pictures and the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from zhsq.data.registry import DataSet
from zhsq.models.bundle import Bundle
from zhsq.tracking import cards
from zhsq.tracking.runs import TRAINING, OpenRun, open_run


class TrainingRun(OpenRun):
    """An open run of training; made by `training_run`."""

    def bundle(self, bundle: Bundle) -> None:
        """Keep the bundle that was made, the terms of its ingredients, and its metrics."""
        self.tags({"bundle_sha256": bundle.sha256})
        self.metrics({metric.name: metric.value for metric in bundle.spec.metrics})
        self.text(cards.licences(bundle.spec), "licences.yaml")
        self.folder(bundle.path, "bundle")

    def data(self, data: DataSet) -> None:
        """Say what is fitted on, and keep its card."""
        self.used(data.name, data.release, str(data.root), "training")
        self.text(cards.data_card(data.name, data.release, str(data.root)), "data-card.yaml")


@contextmanager
def training_run(kind: str, config: dict[str, Any], tags: dict[str, str]) -> Iterator[TrainingRun]:
    """Open a run of the experiment `zhsq-training/<kind>`, as `open_run`.

    Args:
        kind: of experiment, such as 'plate-reader'.
        config: resolved; each leaf becomes a parameter, the whole an artifact.
        tags: such as the commit.

    Raises:
        MissingExtraError: MLflow is not installed.
    """
    with open_run(f"{TRAINING}/{kind}", kind, tags, every=10) as run:
        run.params(dict(_leaves(config)))
        run.text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), "experiment.yaml")
        yield TrainingRun(run.mlflow, run.run_id)


def _leaves(config: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
