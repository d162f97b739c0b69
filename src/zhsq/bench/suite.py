"""The tasks that can be measured, and how each is run."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data.registry import DataSet, Layout, locate
from zhsq.errors import UnknownNameError
from zhsq.models.bundle import Bundle, Task
from zhsq.models.zoo.recipes import DEFAULTS, resolve

Kind = Literal["face-verification", "plate-reading", "plate-end-to-end", "video-anomaly"]


@dataclass(frozen=True)
class TaskInfo:
    """What a task needs: the bundle's family, the layout of its data, the set measured when none is named."""

    family: Task
    layout: Layout
    data: str


TASKS: dict[str, TaskInfo] = {
    "face-verification": TaskInfo("face", "lfw", "lfw"),
    "plate-reading": TaskInfo("plate", "plates_cn", "plates_cn"),
    "plate-end-to-end": TaskInfo("plate", "ccpd_samples", "ccpd_samples"),
    "video-anomaly": TaskInfo("video-anomaly", "ucsd_ped2", "ucsd_ped2"),
}


def run(task: str, model: str | None, data: str | None, options: BenchOptions) -> BenchResult:
    """Measure a model on a data set.

    Args:
        task: a key of `TASKS`.
        model: a bundle's name or path; None takes the task's default. For video anomaly None fits the default
            experiment on the training clips of the data set itself.
        data: a registered name or a folder; None takes the task's usual set.
        options: runtime, seed, subset, progress.

    Raises:
        UnknownNameError: an unknown task, model or data set, with the nearest names.
        DataSetError: the data are absent or not in the layout.
    """
    info = TASKS.get(task)
    if info is None:
        raise UnknownNameError("task", task, TASKS)
    found = locate(data or info.data, info.layout)
    result = _dispatch(task, _bundle(model, info), found, options)
    command = " ".join(["zhsq", *sys.argv[1:]]) if Path(sys.argv[0]).name == "zhsq" else ""
    report = result.report.model_copy(update={"command": command, "git_commit": git_commit()})
    return replace(result, report=report)


def _bundle(model: str | None, info: TaskInfo) -> Bundle | None:
    if model is None and info.family == "video-anomaly":
        return None
    bundle = resolve(model or DEFAULTS[info.family])
    if bundle.spec.task != info.family:
        fitting = DEFAULTS[info.family]
        raise UnknownNameError(f"{info.family} model", bundle.name, [fitting])
    return bundle


def _dispatch(task: str, bundle: Bundle | None, data: DataSet, options: BenchOptions) -> BenchResult:
    if bundle is None or task == "video-anomaly":
        from zhsq.bench import anomaly

        return anomaly.run(bundle, data, options)
    if task == "face-verification":
        from zhsq.bench import face

        return face.run(bundle, data, options)
    from zhsq.bench import plate

    if task == "plate-reading":
        return plate.run_reading(bundle, data, options)
    return plate.run_end_to_end(bundle, data, options)


def git_commit() -> str:
    """The commit of the working tree, '-dirty' when it was changed; empty outside a repository."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
