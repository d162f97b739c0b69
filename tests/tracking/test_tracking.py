"""Runs in a real MLflow store, and the gates before champion."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.bench import anomaly
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data.registry import locate
from zhsq.errors import GateRefusedError, UnknownNameError, ZhsqError
from zhsq.models.bundle import Licence
from zhsq.quickstart.samples import scene
from zhsq.tracking import store
from zhsq.tracking.compare import differences, page
from zhsq.tracking.gates import GatesConfig, ParityFigures, judge, require

FINE = (ParityFigures(what="graph score (fp32)", value="error 1e-6", need="<= 0.001", passes=True),)
PARITY = GatesConfig.load().parity


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> BenchResult:
    data = locate(str(scene(tmp_path_factory.mktemp("track") / "drawn", clips=2, frames=30)), "ucsd_ped2")
    return anomaly.run(None, data, BenchOptions(resamples=20))


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path / "home"))


@pytest.mark.usefixtures("own_store")
def test_a_run_comes_back_whole_and_can_be_crowned(result: BenchResult) -> None:
    run_id = store.log(result.report, result.bundle, result.trials)
    run = store.read(run_id[:8])
    assert run.report == result.report and run.bundle.sha256 == result.bundle.sha256
    assert run.trials["score"].tolist() == result.trials["score"].tolist()
    assert (run.folder / "timeline.png").stat().st_size > 5000
    logged = store.client().get_run(run_id)
    assert logged.data.metrics["frame_auroc_micro"] == result.report.metrics["frame_auroc_micro"].value
    assert logged.data.tags["bundle_sha256"] == result.bundle.sha256
    assert store.champion("video-anomaly") is None
    assert not store.champion_is_whole("video-anomaly")
    assert store.crown(run, {"whole protocol": ["pass", ""]}) == 1
    champion = store.champion("video-anomaly")
    assert champion is not None and champion.sha256 == result.bundle.sha256
    assert store.champion_is_whole("video-anomaly")


@pytest.mark.usefixtures("own_store")
def test_an_unknown_run_is_named() -> None:
    with pytest.raises(UnknownNameError, match="no run named"):
        store.read("0123456789")


@pytest.mark.usefixtures("own_store")
def test_a_run_compared_with_itself_does_not_differ_and_another_protocol_is_refused(result: BenchResult) -> None:
    run = store.read(store.log(result.report, result.bundle, result.trials))
    (found,) = differences(run, run, resamples=20)
    assert (found.estimate.value, found.estimate.low, found.estimate.high) == (0, 0, 0)
    assert "no difference" in found.verdict
    assert "<script" not in page([run, run], [[found]])
    changed = result.report.model_copy(update={"protocol": "another"})
    other = store.read(store.log(changed, result.bundle, result.trials))
    with pytest.raises(ZhsqError, match="differ in protocol"):
        differences(run, other)


def states(result: BenchResult, **changes: object) -> dict[str, str]:
    arguments = {
        "report": result.report,
        "bundle": result.bundle,
        "parity": FINE,
        "config": GatesConfig.load(),
        **changes,
    }
    return {gate.name: gate.state for gate in judge(**arguments)}  # type: ignore[arg-type]


def test_a_good_run_passes_and_undeclared_training_data_is_a_warning(result: BenchResult) -> None:
    found = states(result)
    assert "refuse" not in found.values()
    assert found[f"training data: {result.report.data.name}"] == "warn"


def test_a_floor_refuses_with_value_and_need(result: BenchResult) -> None:
    config = GatesConfig(floors={"video-anomaly": {"frame_auroc_micro": 1.01}}, parity=PARITY)
    gates = judge(result.report, result.bundle, FINE, config)
    with pytest.raises(GateRefusedError, match=r"floor frame_auroc_micro: [01]\.\d+ .*needs >= 1\.01"):
        require(gates)


def test_a_metric_that_was_not_measured_refuses(result: BenchResult) -> None:
    config = GatesConfig(floors={"video-anomaly": {"rbdc": 0.1}}, parity=PARITY)
    assert states(result, config=config)["floor rbdc"] == "refuse"


@pytest.mark.parametrize("deployable", [False, None])
def test_weights_without_a_licence_to_deploy_refuse(result: BenchResult, deployable: bool | None) -> None:
    licence = Licence(name="x", spdx="CC-BY-NC-4.0", source="s", deployable=deployable)
    spec = result.bundle.spec.model_copy(update={"weights_licences": (licence,)})
    bundle = type(result.bundle)(result.bundle.path, spec)
    assert states(result, bundle=bundle)["licence of weights: x"] == "refuse"


def test_a_subset_refuses_unless_it_is_allowed_and_then_it_is_recorded(result: BenchResult) -> None:
    report = result.report.model_copy(update={"protocol": "p/subset-10"})
    assert states(result, report=report)["whole protocol"] == "refuse"
    assert states(result, report=report, allow_subset=True)["whole protocol"] == "warn"


def test_an_export_that_differs_refuses(result: BenchResult) -> None:
    differs = ParityFigures(what="alert (fp32)", value="9 of 10 decisions equal", need="all equal", passes=False)
    found = states(result, parity=(*FINE, differs))
    assert (found["parity: graph score (fp32)"], found["parity: alert (fp32)"]) == ("pass", "refuse")


def test_another_bundle_than_the_measured_one_refuses(result: BenchResult) -> None:
    model = result.report.model.model_copy(update={"sha256": "0" * 64})
    assert states(result, report=result.report.model_copy(update={"model": model}))["same bundle"] == "refuse"
