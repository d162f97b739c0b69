"""The tasks that can be measured, and how each is run."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.yardstick import Yardstick, speed
from zhsq.data.registry import DataSet, Layout, locate
from zhsq.errors import UnknownNameError
from zhsq.models.bundle import Bundle, Task
from zhsq.models.zoo.recipes import DEFAULTS, default, resolve


@dataclass(frozen=True)
class TaskInfo:
    """What a task needs.

    Attributes:
        family: of the bundle.
        layout: of the data.
        data: the set measured when none is named.
        runner: 'module:function' with the signature (bundle, data, options) -> BenchResult.
        labels: whether the layout's file of labels is needed.
        fits: whether the bundle may be None: it is then fitted on the set's training part.
    """

    family: Task
    layout: Layout
    data: str
    runner: str
    labels: bool = True
    fits: bool = False


TASKS: dict[str, TaskInfo] = {
    "face-verification": TaskInfo("face", "lfw", "lfw", "zhsq.bench.face:run"),
    "face-identification": TaskInfo("face", "lfw", "lfw", "zhsq.bench.face_identification:run", labels=False),
    "face-robustness": TaskInfo("face", "lfw", "lfw", "zhsq.bench.face_robustness:run"),
    "face-pad": TaskInfo("face-liveness", "lfw", "lfw", "zhsq.bench.face_pad:run", labels=False),
    "plate-reading": TaskInfo("plate", "plates_cn", "plates_cn", "zhsq.bench.plate:run_reading"),
    "plate-end-to-end": TaskInfo("plate", "ccpd_samples", "ccpd_samples", "zhsq.bench.plate:run_end_to_end"),
    "video-anomaly": TaskInfo("video-anomaly", "ucsd_ped2", "ucsd_ped2", "zhsq.bench.anomaly:run", fits=True),
}


@dataclass(frozen=True)
class Plan:
    """A benchmark whose task, bundle and data were found. `bundle` is None where the task fits one."""

    task: str
    bundle: Bundle | None
    data: DataSet

    @property
    def title(self) -> str:
        """What is measured on what."""
        return f"{self.bundle.name if self.bundle else self.task} on {self.data.name}"

    def run(self, options: BenchOptions) -> BenchResult:
        """Measure, beside the yardstick.

        Args:
            options: runtime, seed, subset, progress.

        Raises:
            DataSetError: the data are not what their layout says.
        """
        module, _, function = TASKS[self.task].runner.partition(":")
        measure: Callable[[Bundle | None, DataSet, BenchOptions], BenchResult]
        measure = getattr(importlib.import_module(module), function)
        yardstick = Yardstick()
        before = yardstick.seconds()
        result = measure(self.bundle, self.data, options)
        report = result.report
        details = dict(report.details)
        if options.runtime.kind == "onnx":  # elsewhere the work is not done by this process
            items = report.items_per_second * report.seconds
            details["speed"] = speed(result.processor_seconds / items, before, yardstick.seconds())
        command = " ".join(["zhsq", *sys.argv[1:]]) if Path(sys.argv[0]).name == "zhsq" else ""
        changes = {"command": command, "git_commit": git_commit(), "details": details}
        return replace(result, report=report.model_copy(update=changes), options=options)


def plan(task: str, model: str | None, data: str | None) -> Plan:
    """Find what a benchmark needs, before it starts.

    Args:
        task: a key of `TASKS`.
        model: a bundle's name or path; None takes the task's default. For video anomaly None fits the default
            experiment on the training clips of the data set itself.
        data: a registered name or a folder; None takes the task's usual set.

    Raises:
        UnknownNameError: an unknown task, model or data set, with the nearest names.
        DataSetError: the data are absent or not in the layout.
    """
    info = TASKS.get(task)
    if info is None:
        raise UnknownNameError("task", task, TASKS)
    found = locate(data or info.data, info.layout, labels=info.labels)
    return Plan(task, _bundle(model, info), found)


def run(task: str, model: str | None, data: str | None, options: BenchOptions) -> BenchResult:
    """`plan` and `Plan.run` in one."""
    return plan(task, model, data).run(options)


def _bundle(model: str | None, info: TaskInfo) -> Bundle | None:
    return None if model is None and info.fits else bundle_of(info.family, model)


def bundle_of(family: Task, model: str | None) -> Bundle:
    """The named bundle, or the family's default.

    Raises:
        UnknownNameError: there is none of that name, or it is of another family.
    """
    bundle = resolve(model) if model else default(family)
    if bundle.spec.task != family:
        raise UnknownNameError(f"{family} model", bundle.name, DEFAULTS[family])
    return bundle


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
