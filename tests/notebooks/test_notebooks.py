"""Every notebook runs headless as it is, and holds no outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhsq.data.registry import data_root

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
#: The data set that a notebook can't do without.
NEEDS = {"02": "lfw", "03": "plates_cn", "04": "ucsd_ped2", "05": "plates_cn"}


def test_the_seven_notebooks_are_there() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number:02d}" for number in range(1, 8)]


def test_outputs_are_stripped_and_parameters_stand_in_one_cell() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--verify", *NOTEBOOKS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for path in NOTEBOOKS:
        assert path.read_text("utf-8").count('"parameters"') == 1, path.name


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_headless(path: Path, home: Path) -> None:
    needed = NEEDS.get(path.name[:2])
    if needed and not (data_root() / needed).is_dir():
        pytest.skip(f"data set {needed} is not under {data_root()}")
    pytest.importorskip("ipykernel", reason="the extra 'research' is not installed")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbmake",
        "--nbmake-timeout=300",
        "-q",
        "-p",
        "no:cacheprovider",
        str(path),
    ]
    environment = {**os.environ, "ZHSQ_HOME": str(home), "MPLBACKEND": "agg"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=FOLDER.parent)
    assert done.returncode == 0, done.stdout[-3000:]
