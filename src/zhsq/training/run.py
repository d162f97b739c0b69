"""Run an experiment as an MLflow run: fit, log, keep the bundle."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from zhsq.data.registry import locate
from zhsq.errors import MissingExtraError
from zhsq.models.bundle import Bundle, Provenance
from zhsq.models.zoo.recipes import resolve
from zhsq.tracking.training import TrainingRun, training_run
from zhsq.training.anomaly.config import AnomalyExperiment, PatchCoreExperiment, PredictionExperiment
from zhsq.training.experiments import Experiment
from zhsq.training.hooks import Progress
from zhsq.training.locator.config import LocatorExperiment
from zhsq.training.plates.config import ReaderExperiment
from zhsq.workspace import workspace

#: Experiments that train a network.
NETWORKS = (PredictionExperiment, LocatorExperiment, ReaderExperiment)


@dataclass(frozen=True)
class Outcome:
    """The bundle that an experiment made, and the id of its MLflow run."""

    bundle: Bundle
    run_id: str


def run(config: Experiment, data: str | None, progress: Progress, commit: str = "") -> Outcome:
    """Fit a model, track it, and put its bundle into the store.

    Args:
        config: of the experiment.
        data: data set or folder in place of the experiment's own, where it has one.
        progress: called with steps done, all, and what they are.
        commit: of the code.

    Raises:
        DataSetError: the data are absent.
        DownloadError: fonts or weights can't be had.
        MissingExtraError: networks are trained with the extra `research`, which is not installed.
    """
    if isinstance(config, NETWORKS) and find_spec("torch") is None:
        raise MissingExtraError("research", "Training a network")
    with training_run(config.kind, config.model_dump(mode="json"), {"git_commit": commit}) as tracked:
        if isinstance(config, AnomalyExperiment | PatchCoreExperiment | PredictionExperiment):
            bundle = _anomaly(config, data, tracked, progress)
        elif isinstance(config, LocatorExperiment):
            bundle = _plate_locator(config, tracked, progress, commit)
        else:
            bundle = _plate_reader(config, tracked, progress, commit)
        tracked.bundle(bundle)
        return Outcome(bundle, tracked.run_id)


def _anomaly(
    config: AnomalyExperiment | PatchCoreExperiment | PredictionExperiment,
    data: str | None,
    tracked: TrainingRun,
    progress: Progress,
) -> Bundle:
    from zhsq.training.anomaly import cells, frames

    found = locate(data or config.data, "ucsd_ped2", labels=False)
    tracked.data(found)
    if isinstance(config, AnomalyExperiment):
        return cells.fit(found, config, workspace().bundles, progress)
    return frames.fit(found, config, workspace().bundles, progress, tracked.metric)


def _plate_reader(config: ReaderExperiment, tracked: TrainingRun, progress: Progress, commit: str) -> Bundle:
    from zhsq.tracking.reliability import diagram
    from zhsq.training.plates.fit import fit
    from zhsq.training.plates.sheet import contact_sheet

    with tempfile.TemporaryDirectory() as folder:
        tracked.artifact(contact_sheet(config.synthesis, config.seed, Path(folder) / "training-crops.png"))
        keep = workspace().ensure().root / f"{config.name}.pt"
        trained = fit(config, resolve(config.locator), workspace().bundles, progress, tracked.metric, commit, keep)
        tracked.artifact(keep)
        title = f"{config.name} on its synthetic hold-out"
        tracked.artifact(diagram(trained.confidences, trained.right, title, Path(folder) / "reliability.png"))
    return trained.bundle


def _plate_locator(config: LocatorExperiment, tracked: TrainingRun, progress: Progress, commit: str) -> Bundle:
    from zhsq.training.locator.bundle import part_of
    from zhsq.training.locator.fit import fit
    from zhsq.training.parts import join, reader_of

    trained = fit(config, progress, tracked.metric)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "validation.json"
        table.write_text(json.dumps(trained.figures.table(), indent=2), encoding="utf-8")
        tracked.artifact(table)
    reader = reader_of(resolve(config.reader))
    provenance = Provenance(built_by=f"zhsq train {config.kind}, seed {config.seed}", git_commit=commit)
    return join(config.name, config.version, reader, part_of(config, trained), provenance, workspace().bundles)
