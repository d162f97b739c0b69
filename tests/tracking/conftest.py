"""A real MLflow store for each test, and a real benchmark that takes a second: the shipped reader on 120 drawn plates."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from zhsq.bench import suite
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.shipped import shipped
from zhsq.quickstart.samples import PLATE_TEXT, plate
from zhsq.tracking import runs

#: Crops of the class 'gate', the others are of the class 'street': the slices of a run.
GATE, STREET = 40, 80


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a store without runs: making one takes seconds, copying it none."""
    home = tmp_path_factory.mktemp("empty-store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHSQ_HOME", str(home))
        runs.client().search_experiments()
    return home / "mlflow.db"


@pytest.fixture(scope="session")
def copied() -> Callable[[Path, Path], Path]:
    """Copies a workspace with runs, registry, records and key to another place: the database names files by whole paths."""

    from mlflow.tracking._tracking_service import utils

    def copy(home: Path, to: Path) -> Path:
        shutil.copytree(home, to)
        database = sqlite3.connect(to / "mlflow.db")
        for table, column in (
            ("runs", "artifact_uri"),
            ("experiments", "artifact_location"),
            ("model_versions", "source"),
            ("model_versions", "storage_location"),
        ):
            database.execute(f"update {table} set {column} = replace({column}, ?, ?)", (home.as_uri(), to.as_uri()))
        database.commit()
        database.close()
        utils._artifact_repos_cache.clear()  # MLflow remembers where a run's files lie for as long as the process lives
        return to

    return copy


@pytest.fixture
def own_store(empty_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of the test's own, with an empty store."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(empty_store, home / "mlflow.db")
    monkeypatch.setenv("ZHSQ_HOME", str(home))
    monkeypatch.delenv("ZHSQ_PROMOTION_KEY", raising=False)
    return home


@pytest.fixture(scope="session")
def crops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the layout of plates_cn: one drawn plate, many times, of two classes."""
    root = tmp_path_factory.mktemp("crops") / "drawn-plates"
    root.mkdir()
    Image.fromarray(plate()).save(root / "first.png")
    names = [f"{number:03d}.png" for number in range(GATE + STREET)]
    for name in names:
        (root / name).hardlink_to(root / "first.png")
    (root / "first.png").unlink()
    rows = [f"{name},{PLATE_TEXT},{'gate' if i < GATE else 'street'}" for i, name in enumerate(names)]
    (root / "labels.csv").write_text("\n".join(["file,plate,plate_class", *rows]), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def good(crops: Path, home: Path) -> BenchResult:
    """A whole benchmark of the shipped reader: every plate is read rightly."""
    reader = str(shipped("plate-zhsq").path)
    result = suite.run("plate-reading", reader, str(crops), BenchOptions(resamples=100))
    return replace(result, report=result.report.model_copy(update={"git_commit": "a" * 40}))


@pytest.fixture(scope="session")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., BenchResult]:
    """The benchmark of another bundle: the same graphs under a spec that is changed, so at another address."""

    def remake(result: BenchResult, **changes: object) -> BenchResult:
        spec, path = result.bundle.spec.model_copy(update=changes), result.bundle.path
        bundle = Bundle.build(spec, {file: path / file for file in spec.files}, tmp_path_factory.mktemp("remade"))
        model = result.report.model.model_copy(update={"version": bundle.version, "sha256": bundle.sha256})
        return replace(result, bundle=bundle, report=result.report.model_copy(update={"model": model}))

    return remake
