"""`zhsq bench`, `runs`, `promote` and `champions` as their user types them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from zhsq.bench.result import BenchResult
from zhsq.cli import app
from zhsq.commands.output import console
from zhsq.models.bundle import Licence
from zhsq.models.zoo.shipped import FOLDER
from zhsq.tracking import history, registry, runs, store
from zhsq.tracking.gates.config import GatesConfig
from zhsq.tracking.gates.evidence import ParityFigures
from zhsq.tracking.promotion import consider, promote

TASK = "plate-reading"
READER = str(FOLDER / "plate-zhsq")
FINE = (ParityFigures(what="graph read", value="error 1e-07", need="<= 0.001", passes=True),)


def zhsq(*arguments: str, code: int = 0) -> str:
    """What the command prints, spaces and line ends made one space."""
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "240"}, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return re.sub(r"[\s│╭╮╰╯─]+", " ", result.output)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table is cut, whatever the width was when the console was made."""
    monkeypatch.setattr(console, "width", 240)


@pytest.fixture
def samples_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parity takes the pictures that ship with the package, which are few."""
    monkeypatch.setenv("ZHSQ_DATA", str(tmp_path / "nothing"))


@pytest.mark.usefixtures("samples_only")
def test_from_bench_to_champion(own_store: Path, crops: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    common = ("bench", TASK, "--data", str(crops), "--json", str(report))
    printed = zhsq(*common, "--model", READER, "--model", READER)
    first, second = re.findall(r"MLflow run: ([0-9a-f]{32})", printed)
    assert f"compare: zhsq compare {first[:12]} {second[:12]}" in printed
    assert [each["task"] for each in json.loads(report.read_text("utf-8"))] == [TASK, TASK]

    assert zhsq("runs", "--ids", "--where", "exact_match>0.9").split() == [second, first]
    listed = zhsq("runs", "--task", TASK)
    assert "2 models on drawn-plates" in listed and "part of" in listed and "exact_match 1.0000" in listed
    assert "No run is like that" in zhsq("runs", "--model", "another")
    found = tmp_path / "runs.json"
    zhsq("runs", "--state", "finished", "--last", "1", "--json", str(found))
    assert [each["run_id"] for each in json.loads(found.read_text("utf-8"))] == [second]

    told = tmp_path / "verdict.json"
    dry = zhsq("promote", first[:8], "--dry-run", "--json", str(told))
    assert "would pass: plate-zhsq" in dry and registry.champion(TASK) is None
    verdict = json.loads(told.read_text("utf-8"))
    assert not verdict["promoted"] and verdict["record"] is None and verdict["refused_by"] == []
    done = zhsq("promote", first[:8], "--by", "Li Wei", "--json", str(told))
    assert "promoted: plate-zhsq" in done and "signed for Li Wei" in done
    verdict = json.loads(told.read_text("utf-8"))
    assert verdict["promoted"] and verdict["record"]["body"]["who"]["by"] == "Li Wei"
    assert {gate["name"] for gate in verdict["gates"]} >= {"floor exact_match", "size", "time an item", "model card"}
    assert any(gate["name"].startswith("parity: graph read") for gate in verdict["gates"])

    shown = zhsq("runs", "show", first[:8], "--json", str(found))
    assert "part of" in shown and "promoted by Li Wei" in shown and "trials.npz" in shown and "mlartifacts" in shown
    assert json.loads(found.read_text("utf-8"))["promotions"][0]["bundle"]["name"] == "plate-zhsq"
    parent = json.loads(found.read_text("utf-8"))["parent"]
    assert f"part: {second[:12]}" in zhsq("runs", "show", parent)

    whole = zhsq("champions", "--verify", "--json", str(found))
    assert "✓ whole: 1 signed and chained records" in whole and "Li Wei" in whole
    assert json.loads(found.read_text("utf-8"))[TASK]["faults"] == []
    runs.client().set_model_version_tag(registry.model_name(TASK), "1", registry.RECORD, "{}")
    assert "✗ v1 carries no readable record" in zhsq("champions", TASK, "--verify", code=1)


@pytest.mark.usefixtures("own_store", "samples_only")
def test_a_worse_run_of_weights_that_may_not_be_deployed_is_refused_by_name_value_and_need(
    good: BenchResult, remade: Callable[..., BenchResult], tmp_path: Path
) -> None:
    def planted(result: BenchResult, wrong: str) -> BenchResult:
        correct = result.trials["correct"].copy()
        correct[np.flatnonzero(result.trials["plate_class"] == wrong)[:14]] = False
        return replace(result, trials={**result.trials, "correct": correct})

    def log(result: BenchResult) -> str:
        return store.log(result.report, result.bundle, result.trials)

    promote(consider(store.read(log(planted(good, "street"))), FINE, GatesConfig.load()))
    research = Licence(name="somebody's weights", spdx="CC-BY-NC-4.0", source="their page", deployable=False)
    worse = planted(remade(good, version="9.0.0", weights_licences=(research,)), "gate")
    told = tmp_path / "verdict.json"
    run_id = log(worse)
    printed = zhsq("promote", run_id[:8], "--accept-licence", "I want it", "--json", str(told), code=1)
    assert "not promoted: 3 of" in printed
    assert "✗ no regression: class gate, exact_match value exact_match -0.3500" in printed
    assert "needs no loss beyond chance (Holm's p < 0.05) against plate-zhsq 1.0.0" in printed
    assert "✗ licence of weights: somebody's weights value CC-BY-NC-4.0, forbids deployment" in printed
    assert "No flag lifts this" in printed and f"{run_id[:12]}" in printed.split("See where: zhsq compare")[1]
    assert "Nothing was changed. The champion stays: plate-zhsq 1.0.0" in printed
    verdict: dict[str, Any] = json.loads(told.read_text("utf-8"))
    assert verdict["refused_by"] == [
        "no regression: class gate, exact_match",
        "no regression: class gate, accepted_wrong",
        "licence of weights: somebody's weights",
    ]
    assert not verdict["promoted"] and verdict["against_champion"]["tests"]
    assert registry.champion(TASK).sha256 == good.bundle.sha256  # type: ignore[union-attr]
    assert history.faults(TASK) == []


@pytest.mark.usefixtures("own_store")
def test_without_any_run_or_champion_the_commands_say_how_to_start() -> None:
    assert "Start with: zhsq bench" in zhsq("runs")
    assert "Make one: zhsq bench" in zhsq("champions")
