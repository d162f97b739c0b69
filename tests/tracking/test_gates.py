"""The gates before champion: each refuses what it is there for, and says its value and its need."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from zhsq.bench.result import BenchResult
from zhsq.bench.suite import TASKS
from zhsq.errors import GateRefusedError, ZhsqError
from zhsq.models.bundle import Bundle, Licence, Provenance, Threshold
from zhsq.protocols.report import Estimate
from zhsq.tracking import store
from zhsq.tracking.gates.config import GatesConfig
from zhsq.tracking.gates.evidence import AgainstChampion, Evidence, Gate, ParityFigures
from zhsq.tracking.gates.judge import judge, require
from zhsq.tracking.gates.regression import against_champion
from zhsq.tracking.record import BundleRef

FINE = (ParityFigures(what="graph read", value="error 1e-07", need="<= 0.001", passes=True),)
UNDECLARED = Licence(name="web photos", spdx="UNDECLARED", source="its README", deployable=None)
RESTRICTED = Licence(name="WebFace", spdx="CC-BY-NC-4.0", source="its page", deployable=False)


def judged(result: BenchResult, config: GatesConfig | None = None, **changes: Any) -> dict[str, Gate]:
    evidence = Evidence(result.report, result.bundle, FINE, AgainstChampion())
    return {gate.name: gate for gate in judge(replace(evidence, **changes), config or GatesConfig.load())}


def with_spec(result: BenchResult, **changes: Any) -> BenchResult:
    bundle = Bundle(result.bundle.path, result.bundle.spec.model_copy(update=changes))
    return replace(result, bundle=bundle)


def with_report(result: BenchResult, **changes: Any) -> BenchResult:
    return replace(result, report=result.report.model_copy(update=changes))


def asking(task: str = "plate-reading", **changes: Any) -> GatesConfig:
    """The packaged gates with other values for one task."""
    config = GatesConfig.load()
    own = config.tasks[task].model_copy(update=changes)
    return config.model_copy(update={"tasks": {**config.tasks, task: own}})


def test_a_good_run_passes_every_gate(good: BenchResult) -> None:
    found = judged(good)
    assert {gate.state for gate in found.values()} == {"pass", "n/a"}
    assert found["no regression"].state == "n/a" and found["no regression"].value == "no champion yet"


def test_the_packaged_gates_lie_below_what_is_recorded_and_above_nothing() -> None:
    from zhsq.protocols.report import Report

    for task, asked in GatesConfig.load().tasks.items():
        recorded = Report.model_validate_json(Path(f"benchmarks/results/{task}.json").read_text("utf-8"))
        assert task in TASKS and (asked.floors or asked.ceilings)
        for metric, floor in asked.floors.items():
            figure = recorded.metrics[metric]
            assert figure.value - 0.07 < floor < figure.value, f"{task} {metric}: {floor} against {figure}"
        for metric, ceiling in asked.ceilings.items():
            assert recorded.metrics[metric].value < ceiling


def test_a_floor_refuses_with_value_and_need(good: BenchResult) -> None:
    low = Estimate(value=0.95, low=0.9, high=0.97)
    gates = list(judged(with_report(good, metrics={**good.report.metrics, "exact_match": low})).values())
    told = re.escape("floor exact_match: 0.9500 (0.9000 to 0.9700), needs >= 0.98")
    with pytest.raises(GateRefusedError, match=told):
        require(gates)


def test_a_metric_that_was_not_measured_refuses(good: BenchResult) -> None:
    gate = judged(good, asking(floors={"exact_match_green": 0.9}))["floor exact_match_green"]
    assert (gate.state, gate.value) == ("refuse", "not measured")


def test_a_task_that_nothing_is_asked_of_can_not_promote(good: BenchResult) -> None:
    (gate,) = judged(with_report(good, task="face-pad")).values()
    assert gate.state == "refuse" and "face-pad" in gate.need
    assert judged(good, asking(floors={}, ceilings={}))["limits"].state == "refuse"


@pytest.mark.parametrize(("deployable", "told"), [(False, "forbids deployment"), (None, "terms unknown")])
def test_weights_without_terms_that_allow_deployment_refuse_and_no_reason_lifts_it(
    good: BenchResult, deployable: bool | None, told: str
) -> None:
    licence = Licence(name="x", spdx="CC-BY-NC-4.0", source="s", deployable=deployable)
    gate = judged(with_spec(good, weights_licences=(licence,)), accepted="I like it")["licence of weights: x"]
    assert gate.state == "refuse" and told in gate.value
    assert judged(with_spec(good, weights_licences=()))["licence of weights"].state == "refuse"


def test_undeclared_training_data_is_a_warning_by_the_packaged_policy_and_a_refusal_by_a_stricter_one(
    good: BenchResult,
) -> None:
    result = with_spec(good, training_data_licences=(UNDECLARED,))
    assert judged(result)["training data: web photos"].state == "warn"
    policy = GatesConfig.load().tasks["plate-reading"].training_data
    strict = asking(training_data=policy.model_copy(update={"undeclared": "refuse"}))
    assert judged(result, strict)["training data: web photos"].state == "refuse"


def test_restricted_training_data_refuses_unless_a_person_gives_a_reason_which_is_kept(good: BenchResult) -> None:
    result = with_spec(good, training_data_licences=(RESTRICTED,))
    refused = judged(result)["training data: WebFace"]
    assert refused.state == "refuse" and "--accept-licence" in refused.remedy
    accepted = judged(result, accepted="cleared by counsel, file 7")["training data: WebFace"]
    assert accepted.state == "warn" and "cleared by counsel, file 7" in accepted.value


def test_a_subset_refuses_unless_it_is_allowed_and_then_it_is_a_warning(good: BenchResult) -> None:
    result = with_report(good, protocol="p/subset-10")
    assert judged(result)["whole protocol"].state == "refuse"
    assert judged(result, allow_subset=True)["whole protocol"].state == "warn"


def test_parity_that_fails_or_was_not_measured_refuses(good: BenchResult) -> None:
    bad = ParityFigures(what="plate text", value="98 of 100 decisions equal", need="every one", passes=False)
    found = judged(good, parity=(*FINE, bad))
    assert found["parity: graph read"].state == "pass" and found["parity: plate text"].state == "refuse"
    assert judged(good, parity=())["parity"].state == "refuse"


def test_another_bundle_than_the_measured_one_refuses(good: BenchResult) -> None:
    model = good.report.model.model_copy(update={"sha256": "0" * 64})
    assert judged(with_report(good, model=model))["same bundle"].state == "refuse"


def test_a_bundle_that_is_too_large_or_too_slow_refuses(good: BenchResult) -> None:
    size = sum((good.bundle.path / name).stat().st_size for name in good.bundle.spec.files) / 1e6
    assert judged(good, asking(size_mb=size + 0.01))["size"].state == "pass"
    large = judged(good, asking(size_mb=size - 0.01))["size"]
    assert large.state == "refuse" and large.value == f"{size:.1f} MB"
    cost = good.report.details["speed"]["yardsticks_per_item"]
    slow = judged(good, asking(yardsticks_per_item=cost / 2))["time an item"]
    assert slow.state == "refuse" and good.report.hardware["cpu"] in slow.value
    details = {key: value for key, value in good.report.details.items() if key != "speed"}
    assert judged(with_report(good, details=details))["time an item"].state == "refuse"


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"description": " "}, "description"),
        ({"training_data_licences": ()}, "licences of training data"),
        ({"weights_licences": (UNDECLARED.model_copy(update={"source": ""}),)}, "source of web photos"),
        (
            {"thresholds": (Threshold(name="accept", value=1, protocol="p", data="d", release="", split="s"),)},
            "source of threshold accept",
        ),
        ({"provenance": Provenance(built_by="")}, "provenance"),
    ],
)
def test_a_model_card_that_lacks_something_refuses_and_names_it(
    good: BenchResult, changes: dict[str, Any], lacks: str
) -> None:
    gate = judged(with_spec(good, **changes))["model card"]
    assert gate.state == "refuse" and lacks in gate.value


def test_a_figure_without_an_interval_is_no_complete_card(good: BenchResult) -> None:
    bare = Estimate(value=1.0, low=float("nan"), high=float("nan"))
    result = with_report(good, metrics={**good.report.metrics, "exact_match": bare})
    assert judged(result)["model card"].value == "lacks interval of exact_match"


def test_code_with_changes_that_no_commit_holds_is_a_warning(good: BenchResult) -> None:
    assert judged(with_report(good, git_commit="abc-dirty"))["code that measured"].state == "warn"


def planted(result: BenchResult, wrong: str, n: int = 14) -> BenchResult:
    """The first plates of a class become errors in the trials; the report's figures stay as they are."""
    correct = result.trials["correct"].copy()
    correct[np.flatnonzero(result.trials["plate_class"] == wrong)[:n]] = False
    return replace(result, trials={**result.trials, "correct": correct})


def compared(first: BenchResult, second: BenchResult) -> AgainstChampion:
    runs = [store.read(store.log(one.report, one.bundle, one.trials)) for one in (first, second)]
    champion = BundleRef(name=first.bundle.name, version=first.bundle.version, sha256=first.bundle.sha256)
    rule = GatesConfig.load().tasks["plate-reading"].regression
    return against_champion(champion, runs[1], [runs[0].run_id], rule)


@pytest.mark.usefixtures("own_store")
def test_a_loss_on_one_slice_refuses_though_the_figure_of_all_is_the_same(
    good: BenchResult, remade: Callable[..., BenchResult]
) -> None:
    champion, worse = planted(good, "street"), planted(remade(good, version="9.0.0"), "gate")
    gates = judged(worse, against=compared(champion, worse))
    assert gates["no regression: all trials, exact_match"].state == "pass"
    assert "exact_match +0.0000" in gates["no regression: all trials, exact_match"].value
    lost = gates["no regression: class gate, exact_match"]
    assert lost.state == "refuse" and "exact_match -0.3500" in lost.value and "n = 40" in lost.value
    assert "plate-zhsq 1.0.0" in lost.need and "zhsq compare" in lost.remedy
    assert gates["no regression: other slices"].state == "pass"
    assert gates["floor exact_match"].state == "pass"


@pytest.mark.usefixtures("own_store")
def test_a_loss_that_chance_explains_and_a_gain_pass(good: BenchResult, remade: Callable[..., BenchResult]) -> None:
    other = remade(good, version="9.0.0")
    for first, second in ((good, planted(other, "gate", 2)), (planted(good, "gate"), other)):
        found = judged(second, against=compared(first, second))
        assert all(gate.state == "pass" for name, gate in found.items() if name.startswith("no regression"))


@pytest.mark.usefixtures("own_store")
def test_slices_are_corrected_for_their_number(good: BenchResult, remade: Callable[..., BenchResult]) -> None:
    worse = planted(remade(good, version="9.0.0"), "gate", 6)  # exact McNemar, 6 against 0: p = 2 / 2^6
    tests = {(test.name, test.metric): test for test in compared(good, worse).tests}
    gate = tests["class gate", "exact_match"]
    assert gate.p == pytest.approx(2 / 2**6)
    assert gate.p_holm > gate.p and not gate.lost, "significant alone, not among its family"


@pytest.mark.usefixtures("own_store")
def test_a_champion_without_a_run_on_the_same_trials_refuses_and_says_how_to_make_one(
    good: BenchResult, remade: Callable[..., BenchResult]
) -> None:
    other = remade(good, version="9.0.0")
    fewer = replace(good, trials={key: value[:50] for key, value in good.trials.items()})
    gate = judged(other, against=compared(fewer, other))["no regression"]
    assert gate.state == "refuse" and "different trials" in gate.value
    assert "zhsq bench plate-reading --model plate-zhsq" in gate.remedy


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"floors": {}}, "nothing else at its top"),
        ({"tasks": {"x": {"size_mb": -1}}}, "wrong at tasks.x"),
        ({"tasks": {"x": {"speed": 1}}}, "wrong at tasks.x"),
        ({"parity": {}}, "wrong at parity"),
        ({"tasks": []}, "can't be read"),
    ],
)
def test_a_wrong_file_of_gates_says_where(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text(yaml.safe_dump(packaged() | changes), encoding="utf-8")
    with pytest.raises(ZhsqError, match=re.escape(told)):
        GatesConfig.load(path)


def packaged() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path("src/zhsq/tracking/gates/gates.yaml").read_text("utf-8"))
    return found


def test_a_task_takes_what_it_does_not_say_itself_from_every_task() -> None:
    raw = packaged()
    raw["tasks"]["plate-reading"]["training_data"] = {"undeclared": "refuse"}
    config = GatesConfig.parse(yaml.safe_dump(raw))
    policy = config.tasks["plate-reading"].training_data
    assert (policy.undeclared, policy.restricted) == ("refuse", "refuse")
    assert config.tasks["video-anomaly"].training_data.undeclared == "warn"
    assert config.sha256 != GatesConfig.load().sha256
