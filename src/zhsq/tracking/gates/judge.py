"""Every gate, each a function of the evidence and of what the task asks."""

from __future__ import annotations

import math
from collections.abc import Callable, Set

from zhsq.errors import GateRefusedError
from zhsq.models.bundle import BundleSpec
from zhsq.protocols.report import Report
from zhsq.tracking.gates.config import GatesConfig, TaskGates
from zhsq.tracking.gates.evidence import ALL, Evidence, Gate, SliceTest, State


def judge(evidence: Evidence, config: GatesConfig) -> list[Gate]:
    """Every gate's outcome, refusals included. A task that the file does not name is refused: nothing would be asked of it."""
    task = evidence.report.task
    asked = config.tasks.get(task)
    if asked is None:
        known = ", ".join(config.tasks)
        return [
            Gate(
                name="gates of the task",
                state="refuse",
                value="none",
                need=f"floors, ceilings and budgets for {task}",
                remedy=f"Write them: zhsq promote --gates FILE. Declared are: {known}.",
            )
        ]
    return [gate for gates in _GATES for gate in gates(evidence, asked)]


def require(gates: list[Gate]) -> None:
    """Raise unless no gate refuses.

    Raises:
        GateRefusedError: names each gate that refuses, its value and its need.
    """
    refused = [gate for gate in gates if gate.state == "refuse"]
    if refused:
        text = "; ".join(f"{gate.name}: {gate.value}, needs {gate.need}" for gate in refused)
        raise GateRefusedError(f"Not promoted. {text}.", "Nothing was changed in the registry.")


def _state(good: bool) -> State:
    return "pass" if good else "refuse"


def _identity(evidence: Evidence, asked: TaskGates) -> list[Gate]:  # noqa: ARG001 (every gate has one signature)
    report, bundle = evidence.report, evidence.bundle
    return [
        Gate(
            name="same bundle",
            state=_state(report.model.sha256 == bundle.sha256),
            value=bundle.sha256[:12],
            need=f"the bundle that was measured, {report.model.sha256[:12]}",
            remedy="Measure this bundle: zhsq bench.",
        )
    ]


def _protocol(evidence: Evidence, asked: TaskGates) -> list[Gate]:  # noqa: ARG001
    subset = "/subset" in evidence.report.protocol
    state: State = "pass" if not subset else "warn" if evidence.allow_subset else "refuse"
    return [
        Gate(
            name="whole protocol",
            state=state,
            value=evidence.report.protocol,
            need="no subset",
            remedy="Measure without --limit; or --allow-subset, which is recorded.",
        )
    ]


def _limits(evidence: Evidence, asked: TaskGates) -> list[Gate]:
    limits = [("floor", ">=", *item) for item in asked.floors.items()] + [
        ("ceiling", "<=", *item) for item in asked.ceilings.items()
    ]
    if not limits:
        need = "a floor or a ceiling at least"
        return [Gate(name="limits", state="refuse", value="none", need=need, remedy="Add one to the gates' file.")]
    gates = []
    for kind, sign, metric, limit in limits:
        figure = evidence.report.metrics.get(metric)
        value, good = "not measured", False
        if figure is not None:
            value = f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f})"
            good = figure.value >= limit if kind == "floor" else figure.value <= limit
        gates.append(Gate(name=f"{kind} {metric}", state=_state(good), value=value, need=f"{sign} {limit:g}"))
    return gates


def _regression(evidence: Evidence, asked: TaskGates) -> list[Gate]:
    """One row for all trials, one for each slice that lost beyond chance, and one for the other slices together."""
    against, rule = evidence.against, asked.regression
    if against.missing:
        command = f"zhsq bench {evidence.report.task} --model {against.champion.split()[0]} --data {evidence.report.data.name}"
        return [
            Gate(
                name="no regression",
                state="refuse",
                value=against.missing,
                need=f"a run of the champion, {against.champion}, on the same trials",
                remedy=f"Make one, with the same --limit and --seed: {command}",
            )
        ]
    if not against.tests:
        value = f"this bundle is the champion, {against.champion}" if against.champion else "no champion yet"
        return [Gate(name="no regression", state="n/a", value=value, need="a champion to compare with")]
    need = f"no loss beyond chance (Holm's p < {rule.alpha:g}) against {against.champion}"
    remedy = f"See where: zhsq compare {against.run_id[:12]} {against.challenger[:12]}"
    gates = [_loss(test, need, remedy) for test in against.tests if test.name == ALL or test.lost]
    rest = [test for test in against.tests if test.name != ALL and not test.lost]
    if rest:
        behind = [test for test in rest if test.worse]
        told = f"{len(rest)} tests, none behind"
        if behind:
            worst = min(behind, key=lambda test: test.p_holm)
            told = f"{len(rest)} tests, {len(behind)} behind by chance, the least likely {worst.name}: {_gap(worst)}"
        several = any(test.lost for test in against.tests if test.name != ALL)
        name = "no regression: other slices" if several else "no regression: slices"
        gates.append(
            Gate(name=name, state="pass", value=told, need=f"slices of >= {rule.smallest_slice} trials: {need}")
        )
    return gates


def _loss(test: SliceTest, need: str, remedy: str) -> Gate:
    where = "all trials" if test.name == ALL else test.name
    name = f"no regression: {where}, {test.metric}"
    return Gate(name=name, state=_state(not test.lost), value=_gap(test), need=need, remedy=remedy)


def _gap(test: SliceTest) -> str:
    return (
        f"{test.metric} {test.gap:+.4f} ({test.low:+.4f} to {test.high:+.4f}), n = {test.n}, p = {test.p_holm:.2g}"
        f" ({test.test})"
    )


def _parity(evidence: Evidence, asked: TaskGates) -> list[Gate]:  # noqa: ARG001
    if not evidence.parity:
        need = "a comparison of the graphs as they are served"
        return [Gate(name="parity", state="refuse", value="not measured", need=need)]
    remedy = "Look at it: zhsq parity."
    return [
        Gate(name=f"parity: {part.what}", state=_state(part.passes), value=part.value, need=part.need, remedy=remedy)
        for part in evidence.parity
    ]


def _weights(evidence: Evidence, asked: TaskGates) -> list[Gate]:  # noqa: ARG001
    need = "declared terms that allow deployment"
    remedy = "No flag lifts this: take weights whose terms allow it. Those at hand: zhsq zoo list."
    licences = evidence.bundle.spec.weights_licences
    if not licences:
        return [Gate(name="licence of weights", state="refuse", value="none stated", need=need, remedy=remedy)]
    return [
        Gate(
            name=f"licence of weights: {licence.name}",
            state=_state(licence.deployable is True),
            value=licence.spdx + _terms(licence.deployable),
            need=need,
            remedy=remedy,
        )
        for licence in dict.fromkeys(licences)
    ]


def _terms(deployable: bool | None) -> str:
    return {True: "", False: ", forbids deployment", None: ", terms unknown"}[deployable]


def _training_data(evidence: Evidence, asked: TaskGates) -> list[Gate]:
    policy = asked.training_data
    need = "declared terms that allow deployment"
    remedy = 'A person may take it on: --accept-licence "REASON", which the signed record keeps.'
    licences = evidence.bundle.spec.training_data_licences
    found = [(f"training data: {one.name}", one.spdx, one.deployable) for one in dict.fromkeys(licences)]
    gates = []
    for name, spdx, deployable in found or [("training data", "none stated", None)]:
        state: State = "pass" if deployable else policy.undeclared if deployable is None else policy.restricted
        value = spdx + _terms(deployable)
        if state != "pass" and evidence.accepted:
            state, value = "warn", f'{value}; accepted: "{evidence.accepted}"'
        gates.append(Gate(name=name, state=state, value=value, need=need, remedy=remedy))
    return gates


def _budgets(evidence: Evidence, asked: TaskGates) -> list[Gate]:
    report = evidence.report
    size = sum((evidence.bundle.path / name).stat().st_size for name in evidence.bundle.spec.files) / 1e6
    speed = report.details.get("speed", {})
    cost = float(speed.get("yardsticks_per_item", math.inf))
    machine = f"{report.items_per_second:.1f}/s on {report.hardware.get('cpu', '?')}, {report.hardware.get('cores', '?')} cores"
    return [
        Gate(
            name="size",
            state=_state(size <= asked.size_mb),
            value=f"{size:.1f} MB",
            need=f"<= {asked.size_mb:g} MB",
            remedy="Quantise it, or take a smaller network.",
        ),
        Gate(
            name="time an item",
            state=_state(cost <= asked.yardsticks_per_item),
            value=f"{cost:.1f} yardsticks ({machine})" if math.isfinite(cost) else f"not measured ({machine})",
            need=f"<= {asked.yardsticks_per_item:g} runs of the yardstick on the same machine",
            remedy="Measure again on a quiet machine: zhsq bench.",
        ),
    ]


def _card(evidence: Evidence, asked: TaskGates) -> list[Gate]:
    lacks = missing_from_card(evidence.bundle.spec, evidence.report, {*asked.floors, *asked.ceilings})
    commit = evidence.report.git_commit
    return [
        Gate(
            name="model card",
            state=_state(not lacks),
            value=f"lacks {', '.join(lacks)}" if lacks else "complete",
            need="description, licences with sources, thresholds with sources, figures with intervals, provenance",
            remedy="Build the bundle again with what it lacks.",
        ),
        Gate(
            name="code that measured",
            state="warn" if not commit or commit.endswith("-dirty") else "pass",
            value=commit or "unknown",
            need="a commit without changes",
        ),
    ]


def missing_from_card(spec: BundleSpec, report: Report, figures: Set[str]) -> list[str]:
    """What the model card, which is the bundle's spec with the run's report, does not say.

    Args:
        spec: of the bundle.
        report: of the run.
        figures: metrics that must have an interval, which are those that something is asked of.
    """
    lacks = []
    if not spec.description.strip():
        lacks.append("description")
    for kind, licences in (("weights", spec.weights_licences), ("training data", spec.training_data_licences)):
        if not licences:
            lacks.append(f"licences of {kind}")
        lacks += [f"source of {one.name}" for one in licences if not one.source.strip()]
    for threshold in spec.thresholds:
        if not all(text.strip() for text in (threshold.protocol, threshold.data, threshold.release, threshold.split)):
            lacks.append(f"source of threshold {threshold.name}")
    if not report.metrics:
        lacks.append("figures")
    for name in sorted(figures & set(report.metrics)):
        if math.isnan(report.metrics[name].low + report.metrics[name].high):
            lacks.append(f"interval of {name}")
    if not spec.provenance.built_by.strip():
        lacks.append("provenance")
    return lacks


_GATES: tuple[Callable[[Evidence, TaskGates], list[Gate]], ...] = (
    _identity,
    _protocol,
    _limits,
    _regression,
    _parity,
    _weights,
    _training_data,
    _budgets,
    _card,
)
