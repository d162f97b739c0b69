"""Log a benchmark as an MLflow run, and read one back."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import numpy as np
import yaml
from numpy.typing import NDArray

from zhsq.bench.result import BenchOptions
from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.protocols.report import Report
from zhsq.tracking import cards, failures
from zhsq.tracking.plots import plot
from zhsq.tracking.query import one
from zhsq.tracking.runs import BENCH, OpenRun, client, open_run
from zhsq.workspace import workspace

Trials = dict[str, NDArray[Any]]


class BenchRun:
    """An open run of a benchmark; made by `bench_run`."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run
        self.run_id = run.run_id

    def keep(
        self,
        report: Report,
        bundle: Bundle,
        trials: Trials,
        options: BenchOptions | None = None,
        *,
        show_faces: bool = False,
    ) -> None:
        """Log everything that a benchmark found.

        Kept are parameters, figures with their intervals, and as files: `report.json`, `trials.npz`, `config.yaml` (all
        settings, resolved), `data-card.yaml`, `licences.yaml`, the task's plot, `errors.png` (the worst errors, where
        the data are at hand), and the bundle.

        Args:
            report: of the benchmark.
            bundle: that was measured.
            trials: one entry per trial.
            options: of the benchmark; None where they are not known.
            show_faces: leave faces on the sheet of errors as they are.
        """
        run = self._run
        run.tags(
            {
                "git_commit": report.git_commit,
                "data_release": report.data.release,
                "bundle_sha256": bundle.sha256,
                "protocol": report.protocol,
                "command": report.command,
                "licences": ", ".join(licence.spdx for licence in bundle.spec.weights_licences),
            }
        )
        run.params(
            {
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
        )
        figures = {
            key + suffix: number
            for key, figure in report.metrics.items()
            for suffix, number in (("", figure.value), ("_low", figure.low), ("_high", figure.high))
            if np.isfinite(number)
        }
        run.metrics({**figures, "items_per_second": report.items_per_second})
        run.used(report.data.name, report.data.release, report.data.root, "test")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            (path / "report.json").write_text(report.model_dump_json(indent=2), encoding="utf-8")
            (path / "config.yaml").write_text(_resolved(report, bundle, options), encoding="utf-8")
            (path / "data-card.yaml").write_text(
                cards.data_card(report.data.name, report.data.release, report.data.root), encoding="utf-8"
            )
            (path / "licences.yaml").write_text(cards.licences(bundle.spec), encoding="utf-8")
            # Prefixed: one of the keys is `file`, which is the name of savez's own parameter.
            named: dict[str, Any] = {f"trial_{key}": value for key, value in trials.items()}
            np.savez_compressed(path / "trials.npz", **named)
            plot(report, trials, path)
            failures.sheet(report, trials, path, show_faces=show_faces)
            run.folder(path)
        run.folder(bundle.path, "bundle")


def _resolved(report: Report, bundle: Bundle, options: BenchOptions | None) -> str:
    """All that a benchmark was run with, as YAML: enough to run it again."""
    found: dict[str, Any] = {
        "command": report.command,
        "git_commit": report.git_commit,
        "task": report.task,
        "protocol": report.protocol,
        "split": report.split,
        "model": report.model.model_dump(),
        "data": report.data.model_dump(),
        "params": bundle.spec.params,
        "thresholds": {name: threshold.model_dump() for name, threshold in report.thresholds.items()},
    }
    if options is not None:
        settings = {key: value for key, value in asdict(options).items() if key not in ("runtime", "progress")}
        found["options"] = {**settings, "runtime": options.runtime.model_dump()}
    text: str = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120)
    return text


@contextmanager
def bench_run(task: str, name: str, *, parent: str = "") -> Iterator[BenchRun]:
    """Open the run of a benchmark, so that the system is sampled while it works.

    Args:
        task: that is measured.
        name: such as 'plate-fused on plates_cn'.
        parent: id of the run that this is a part of.

    Raises:
        MissingExtraError: MLflow is not installed.
    """
    with open_run(f"{BENCH}/{task}", name, parent=parent) as run:
        yield BenchRun(run)


@contextmanager
def series(task: str, name: str) -> Iterator[str]:
    """A run that holds the runs of several benchmarks of one task as its parts; gives its id."""
    with open_run(f"{BENCH}/{task}", name) as run:
        yield run.run_id


def log(
    report: Report, bundle: Bundle, trials: Trials, options: BenchOptions | None = None, *, parent: str = ""
) -> str:
    """Log a benchmark that has ended, as `BenchRun.keep`; the run's id."""
    with bench_run(report.task, f"{bundle.name} on {report.data.name}", parent=parent) as run:
        run.keep(report, bundle, trials, options)
    return run.run_id


@dataclass(frozen=True)
class LoggedRun:
    """A run read back."""

    run_id: str
    report: Report
    bundle: Bundle
    trials: Trials
    folder: Path


def read(run_id: str) -> LoggedRun:
    """A run by its id or the beginning of it (at least six characters).

    Raises:
        UnknownNameError: no such run, with the latest ones.
        ZhsqError: it is no finished benchmark.
        BundleError: the run's bundle was touched.
    """
    mlflow = client()
    full = one(run_id)
    if "report.json" not in {artifact.path for artifact in mlflow.list_artifacts(full)}:
        raise ZhsqError(
            f"Run {full} holds no report: it is no benchmark, or did not finish.",
            "List finished ones: zhsq runs --state finished",
        )
    folder = fetched(full)
    report = Report.model_validate(json.loads((folder / "report.json").read_text("utf-8")))
    with np.load(folder / "trials.npz", allow_pickle=False) as stored:
        trials = {key.removeprefix("trial_"): stored[key] for key in stored.files}
    return LoggedRun(full, report, Bundle.load(folder / "bundle"), trials, folder)


def fetched(run_id: str, path: str = "") -> Path:
    """A run's files, or those under a path: where they lie, or a copy in the workspace if a server keeps them."""
    mlflow = client()
    uri = str(mlflow.get_run(run_id).info.artifact_uri)
    if uri.startswith("file:"):
        return Path(url2pathname(urlsplit(uri).path)) / path
    place = workspace().ensure().root / "fetched" / run_id
    place.mkdir(parents=True, exist_ok=True)
    return Path(mlflow.download_artifacts(run_id, path, str(place)))
