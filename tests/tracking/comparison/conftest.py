"""Runs to compare, measured for real: two readers on the same crops, a face bundle on pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zhsq.bench import face
from zhsq.bench.plate import run_reading
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data.registry import DataSet
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve
from zhsq.tracking.comparison.result import Comparison, compare
from zhsq.tracking.store import LoggedRun


def as_run(result: BenchResult, name: str) -> LoggedRun:
    """A result as a run read back, without a store."""
    return LoggedRun(name * 8, result.report, result.bundle, result.trials, result.bundle.path)


@pytest.fixture(scope="session")
def readers(plates_cn: DataSet, plate_bundle: Bundle) -> list[LoggedRun]:
    bundles = (plate_bundle, resolve("plate-zhsq"))
    return [
        as_run(run_reading(bundle, plates_cn, BenchOptions(limit=150, resamples=100)), name)
        for bundle, name in zip(bundles, "12", strict=True)
    ]


@pytest.fixture(scope="session")
def verifiers(lfw: DataSet, face_bundle: Bundle) -> list[LoggedRun]:
    """One real run, and the same with a fault planted: it misses the first ten pairs of one person."""
    run = as_run(face.run(face_bundle, lfw, BenchOptions(limit=60, resamples=100)), "1")
    missed = np.isin(np.arange(run.report.n), np.flatnonzero(run.trials["genuine"])[:10])
    scores = np.where(missed, run.trials["scores"] - 2, run.trials["scores"])
    return [run, replace(run, run_id="2" * 8, trials={**run.trials, "scores": scores})]


@pytest.fixture(scope="session")
def plates(readers: list[LoggedRun]) -> Comparison:
    return compare(readers, resamples=100)


@pytest.fixture(scope="session")
def faces(verifiers: list[LoggedRun]) -> Comparison:
    return compare(verifiers, resamples=100)
