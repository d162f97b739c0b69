"""Benchmarks and trainings as runs in a real MLflow store: what they keep, how they end, how they are found again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from zhsq.bench import suite
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data.registry import DataSet, card
from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.models.zoo.shipped import shipped
from zhsq.tracking import cards, runs, store
from zhsq.tracking.query import Query, one, search
from zhsq.tracking.training import training_run

pytestmark = pytest.mark.usefixtures("own_store")


def logged(result: BenchResult, **changes: Any) -> str:
    report = result.report.model_copy(update=changes)
    return store.log(report, result.bundle, result.trials, result.options)


def test_a_benchmark_comes_back_whole_with_all_that_a_reader_needs(good: BenchResult) -> None:
    wrong = good.trials["correct"].copy()
    wrong[:3] = False
    run_id = logged(replace(good, trials={**good.trials, "correct": wrong}))
    run = store.read(run_id[:8])
    assert run.report == good.report and run.bundle.sha256 == good.bundle.sha256
    assert run.trials["confidence"].tolist() == good.trials["confidence"].tolist()
    kept = runs.client().get_run(run_id)
    assert kept.data.metrics["exact_match"] == 1 and kept.data.metrics["exact_match_low"] < 1
    assert kept.data.params["model"] == "plate-zhsq" and kept.data.tags["bundle_sha256"] == good.bundle.sha256
    (used,) = kept.inputs.dataset_inputs
    assert used.dataset.name == "drawn-plates" and used.tags[0].value == "test"
    config = yaml.safe_load((run.folder / "config.yaml").read_text("utf-8"))
    assert config["options"] == {
        "seed": 0,
        "resamples": 100,
        "limit": 0,
        "gallery_size": 0,
        "runtime": config["options"]["runtime"],
    }
    assert config["options"]["runtime"]["kind"] == "onnx" and config["model"]["sha256"] == good.bundle.sha256
    terms = yaml.safe_load((run.folder / "licences.yaml").read_text("utf-8"))
    assert {each["spdx"] for each in terms["weights"]} == {"Apache-2.0"} and terms["training_data"]
    assert "no card" in yaml.safe_load((run.folder / "data-card.yaml").read_text("utf-8"))["licence"]
    for picture in ("reading.png", "errors.png"):
        assert (run.folder / picture).stat().st_size > 3000, picture


def test_a_registered_set_is_kept_with_its_card_but_not_for_another_release() -> None:
    known = card("lfw")
    kept = yaml.safe_load(cards.data_card("lfw", known.release, "/data/lfw"))
    assert kept["terms"] == known.terms and kept["used_from"] == "/data/lfw"
    assert "no card" in yaml.safe_load(cards.data_card("lfw", "another", "/data/lfw"))["licence"]


def test_without_errors_or_without_the_data_there_is_no_sheet(good: BenchResult) -> None:
    assert "errors.png" not in {path.name for path in store.read(logged(good)).folder.iterdir()}
    gone = good.report.data.model_copy(update={"root": "/gone"})
    wrong = {**good.trials, "correct": np.zeros(len(good.trials["correct"]), dtype=bool)}
    folder = store.read(logged(replace(good, trials=wrong), data=gone)).folder
    assert "errors.png" not in {path.name for path in folder.iterdir()}


def test_the_system_is_sampled_while_a_run_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with runs.open_run("zhsq/plate-reading", "a run", every=0.2) as run:
        time.sleep(1)
    metrics = runs.client().get_run(run.run_id).data.metrics
    assert metrics["system/system_memory_usage_megabytes"] > 0 and "system/cpu_utilization_percentage" in metrics
    monkeypatch.setenv("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", "false")
    with runs.open_run("zhsq/plate-reading", "another", every=0.2) as run:
        time.sleep(0.5)
    assert not runs.client().get_run(run.run_id).data.metrics


@pytest.mark.parametrize(
    ("error", "state"), [(ZhsqError("the disk is full"), "failed"), (KeyboardInterrupt(), "killed")]
)
def test_a_run_that_breaks_off_says_how(error: BaseException, state: Any) -> None:
    with pytest.raises(type(error)), store.bench_run("plate-reading", "a run"):
        raise error
    (found,) = search(Query(state=state))
    assert found.state == state and found.seconds is not None
    if state == "failed":
        assert runs.client().get_run(found.run_id).data.tags["error"] == "ZhsqError: the disk is full"
    with pytest.raises(ZhsqError, match="holds no report"):
        store.read(found.run_id)


def test_several_models_are_parts_of_one_run(good: BenchResult) -> None:
    with store.series("plate-reading", "2 models on drawn-plates") as parent:
        ids = [store.log(good.report, good.bundle, good.trials, parent=parent) for _ in range(2)]
    parts = search(Query(parent=parent))
    assert {part.run_id for part in parts} == set(ids) and all(part.parent == parent for part in parts)


def test_a_training_keeps_its_config_its_data_and_the_bundle(good: BenchResult, crops: Path) -> None:
    data = DataSet("drawn-plates", "first", crops, "plates_cn", ())
    with training_run("plate-reader", {"name": "mine", "optimiser": {"steps": 3}}, {"git_commit": "abc"}) as run:
        run.data(data)
        for step in range(3):
            run.metric("loss", 3.0 - step, step)
        run.bundle(shipped("plate-zhsq"))
    kept = runs.client().get_run(run.run_id)
    assert kept.data.params["optimiser.steps"] == "3" and kept.data.metrics["loss"] == 1
    files = {artifact.path for artifact in runs.client().list_artifacts(run.run_id)}
    assert {"experiment.yaml", "data-card.yaml", "licences.yaml", "bundle"} <= files
    (found,) = search(Query(task="plate-reader"))
    assert (found.kind, found.model) == ("training", "mine")


@pytest.fixture
def few(good: BenchResult, remade: Callable[..., BenchResult]) -> dict[str, str]:
    """Ids of three runs by what is special about them."""
    lower = {**good.report.metrics, "exact_match": good.report.metrics["exact_match"].model_copy(update={"value": 0.5})}
    newer = remade(good, version="9.0.0")
    return {
        "good": logged(good),
        "low": logged(good, metrics=lower),
        "newer": logged(newer, data=good.report.data.model_copy(update={"name": "elsewhere"})),
    }


def test_runs_are_found_by_task_model_data_state_and_figures(few: dict[str, str]) -> None:
    def found(**asked: Any) -> set[str]:
        ids = {run_id: name for name, run_id in few.items()}
        return {ids[each.run_id] for each in search(Query(**asked))}

    assert [each.run_id for each in search(Query())] == list(few.values())[::-1], "newest first"
    assert found(last=1) == {"newer"}
    assert found(task="plate-reading", state="finished") == set(few)
    assert found(model="plate-zhsq") == set(few) and found(model="plate-zhsq@9.0.0") == {"newer"}
    assert found(data="elsewhere") == {"newer"} and found(data="nowhere") == set()
    assert found(where=("exact_match < 0.9",)) == {"low"} and found(where=("exact_match>=1",)) == {"good", "newer"}
    assert found(where=("exact_match>=0.4", "exact_match<1", "n_of_nothing>0")) == set()
    assert found(state="failed") == set()


@pytest.mark.parametrize("condition", ["exact_match", "exact_match >", "exact_match > high", "exact_match ~ 1", ""])
def test_a_condition_that_can_not_be_read_is_told_how(condition: str) -> None:
    with runs.open_run("zhsq/plate-reading", "a run"):
        pass
    with pytest.raises(ZhsqError, match="can't be read"):
        search(Query(where=(condition,)))


def test_an_unknown_task_and_an_unknown_run_are_named_with_the_nearest(few: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean plate-reading"):
        search(Query(task="plate-readng"))
    assert one(few["low"][:7]) == few["low"]
    for unknown in ("0123456789", "abc", "x' or 1=1", few["low"][:5]):
        with pytest.raises(UnknownNameError, match="no run named"):
            one(unknown)


def test_a_store_that_can_not_be_reached_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "nonsense://here")
    with pytest.raises(ZhsqError, match="can't be tracked at nonsense://here"):
        runs.client()


def test_a_mistake_in_a_command_opens_no_run_and_a_plan_tells_what_it_will_measure(crops: Path) -> None:
    with pytest.raises(UnknownNameError):
        suite.plan("plate-reading", "plate-zsq", str(crops))
    plan = suite.plan("plate-reading", str(shipped("plate-zhsq").path), str(crops))
    assert plan.title == "plate-zhsq on drawn-plates" and search(Query()) == []


def test_cost_is_measured_beside_the_yardstick_where_the_work_is_done_by_this_process(good: BenchResult) -> None:
    speed = good.report.details["speed"]
    assert speed["yardsticks_per_item"] == pytest.approx(
        speed["processor_seconds_per_item"] / speed["processor_seconds_per_yardstick"]
    )
    # A crop is read by the yardstick's own graph, with pictures to decode and to cut around it.
    assert 0.5 < speed["yardsticks_per_item"] < 100
    assert good.options == BenchOptions(resamples=100)
