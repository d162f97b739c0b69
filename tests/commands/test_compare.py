"""`zhsq compare` on runs in a real store: page, JSON, exit codes, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from zhsq.bench.plate import run_reading
from zhsq.bench.result import BenchOptions
from zhsq.commands.compare import WORSE, app
from zhsq.data.registry import DataSet
from zhsq.errors import ZhsqError
from zhsq.models.zoo.recipes import resolve
from zhsq.tracking import store


@pytest.fixture(scope="module")
def runs(plates_cn: DataSet) -> tuple[str, str, str]:
    """A real run, the same with fifteen reads spoilt, and one of another protocol."""
    found = run_reading(resolve("plate-zhsq"), plates_cn, BenchOptions(limit=60, resamples=50))
    spoilt = {**found.trials, "correct": found.trials["correct"] & (np.arange(60) >= 15)}
    other = found.report.model_copy(update={"protocol": "another"})
    logged = ((found.report, found.trials), (found.report, spoilt), (other, found.trials))
    first, second, third = (store.log(report, found.bundle, trials) for report, trials in logged)
    return first, second, third


def compare(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--resamples", "100"])


def test_it_says_which_is_worse_and_writes_page_and_figures(runs: tuple[str, str, str], tmp_path: Path) -> None:
    page, figures = tmp_path / "c.html", tmp_path / "c.json"
    done = compare(runs[0], runs[1], "--html", page, "--json", figures, "--fail-if-worse")
    assert done.exit_code == WORSE, done.output
    assert "B is worse than A in plates read without an error" in " ".join(done.output.split())
    main = json.loads(figures.read_text("utf-8"))["differences"][0]
    assert main["better"] == "first" and main["only_second"] == 0 and 10 <= main["only_first"] <= 15
    assert "B is worse than A" in page.read_text("utf-8")


def test_a_run_is_not_worse_than_itself(runs: tuple[str, str, str]) -> None:
    done = compare(runs[0], runs[0], "--fail-if-worse")
    assert done.exit_code == 0 and "no difference beyond chance was shown" in " ".join(done.output.split())


def test_another_protocol_one_run_and_a_path_that_cant_be_written_are_refused(
    runs: tuple[str, str, str], tmp_path: Path
) -> None:
    for arguments, said in (
        ((runs[0], runs[2]), "differ in protocol"),
        ((runs[0],), "1 runs were named"),
        ((runs[0], runs[1], "--html", tmp_path / "absent" / "c.html"), "can't be written"),
    ):
        done = compare(*arguments)
        assert isinstance(done.exception, ZhsqError) and said in str(done.exception)
