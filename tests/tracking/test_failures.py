"""Sheets of the worst errors: what is on them, and that people are pixelated unless one asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.tracking import failures


def report(task: str, root: Path, threshold: str, value: float, n: int) -> Report:
    return Report(
        task=task,
        data=DataRef(name="d", release="r", root=str(root)),
        protocol="p",
        split="s",
        model=ModelRef(name="m", version="1.0.0", sha256="0" * 64),
        n=n,
        metrics={},
        thresholds={threshold: ThresholdRef(value=value, source="s")},
        seconds=1,
        items_per_second=1,
    )


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Two people with one photo each of fine black and white stripes: what a pixelated photo can't show."""
    stripes = np.zeros((160, 160, 3), np.uint8)
    stripes[:, ::2] = 255
    for name in ("ann", "bob"):
        (tmp_path / name).mkdir()
        Image.fromarray(stripes).save(tmp_path / name / "1.png")
    return tmp_path


def trials(*pairs: tuple[str, str, bool, float]) -> dict[str, Any]:
    left, right, genuine, scores = (np.array(column) for column in zip(*pairs, strict=True))
    files = np.full(len(pairs), "1.png")
    return {"left": left, "right": right, "left_file": files, "right_file": files, "genuine": genuine, "scores": scores}


def contrast(path: Path) -> float:
    """Mean difference of neighbouring pixels."""
    grey = np.asarray(Image.open(path).convert("L"), dtype=float)
    return float(np.abs(np.diff(grey, axis=1)).mean())


def test_faces_are_pixelated_unless_one_asks(people: Path, tmp_path: Path) -> None:
    wrong = trials(("ann", "bob", False, 0.9), ("ann", "ann", True, 0.1), ("bob", "bob", True, 0.8))
    told = report("face-verification", people, "accuracy", 0.5, 3)
    hidden = contrast(failures.sheet(told, wrong, tmp_path) or Path())
    shown = contrast(failures.sheet(told, wrong, tmp_path, show_faces=True) or Path())
    assert shown > 1.5 * hidden


def test_without_an_error_there_is_no_sheet(people: Path, tmp_path: Path) -> None:
    told = report("face-verification", people, "accuracy", 0.5, 1)
    assert failures.sheet(told, trials(("bob", "bob", True, 0.8)), tmp_path) is None


def test_frames_on_the_wrong_side_are_shown_and_a_task_without_a_sheet_has_none(drawn: DataSet, tmp_path: Path) -> None:
    clips = ucsd_ped2.testing(drawn)
    names = np.array([clip.name for clip in clips for _ in clip.frames])
    found = {
        "clip": names,
        "frame": np.array([i for clip in clips for i in range(len(clip.frames))]),
        "score": np.linspace(0, 2, len(names)),
        "anomalous": np.concatenate([np.asarray(clip.anomalous) for clip in clips]),
    }
    told = report("video-anomaly", drawn.root, "alert", 1.0, len(names))
    path = failures.sheet(told, found, tmp_path)
    assert path is not None and path.stat().st_size > 10_000
    right = {**found, "score": np.where(found["anomalous"], 2.0, 0.0)}
    assert failures.sheet(told, right, tmp_path) is None
    assert failures.sheet(told.model_copy(update={"task": "face-pad"}), found, tmp_path) is None
