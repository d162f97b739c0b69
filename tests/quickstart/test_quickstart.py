"""The quickstart as a user runs it: on what ships with the package, and twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ZHSQ = Path(sys.executable).with_name("zhsq")


@pytest.mark.triton
def test_it_runs_without_any_data_and_again_and_leaves_no_server(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "ZHSQ_HOME": str(tmp_path / "home"),
        "ZHSQ_DATA": str(tmp_path / "nothing"),
        "COLUMNS": "160",
    }
    for _ in range(2):
        done = subprocess.run([ZHSQ, "quickstart"], capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert "face match  match" in done.stdout
        assert "plate match  match 京A12345" in done.stdout
        assert "smoke-detector-1 报告烟雾: resolved" in done.stdout
        assert "lfw is not at hand" in done.stdout, "what was not measured is said"
    assert not (tmp_path / "home" / "triton" / "quickstart.json").exists()
