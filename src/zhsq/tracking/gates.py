"""The gates between a run and the alias `champion`. Each says its value and what it needed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from zhsq.errors import GateRefusedError, ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.protocols.report import Report
from zhsq.tracking.parity_limits import ParityLimits


class GatesConfig(BaseModel):
    """`gates.yaml`: floors and ceilings per task and metric, and the limits of parity by precision."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    floors: dict[str, dict[str, float]] = {}
    ceilings: dict[str, dict[str, float]] = {}
    parity: ParityLimits

    @classmethod
    def load(cls, path: Path | None = None) -> GatesConfig:
        """The packaged config, or one's own.

        Raises:
            ZhsqError: the file can't be read or has another form.
        """
        try:
            text = path.read_text("utf-8") if path else (files("zhsq.tracking") / "gates.yaml").read_text("utf-8")
            return cls.model_validate(yaml.safe_load(text))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise ZhsqError(f"The gates in {path} can't be read: {error}", "Start from tracking/gates.yaml.") from error


class Gate(BaseModel):
    """One gate's outcome. A warning is recorded and does not refuse."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: Literal["pass", "warn", "refuse"]
    value: str
    need: str


class ParityFigures(BaseModel):
    """One comparison of parity; `zhsq.deploy.parity` measures and judges it.

    Attributes:
        what: a graph with its precision, or a kind of decision of the whole pipeline.
        value: what was found, in words.
        need: the limit, in words.
        passes: whether it is within the limit.
    """

    model_config = ConfigDict(frozen=True)

    what: str
    value: str
    need: str
    passes: bool


def judge(
    report: Report, bundle: Bundle, parity: Sequence[ParityFigures], config: GatesConfig, *, allow_subset: bool = False
) -> list[Gate]:
    """Every gate's outcome, refusals included."""
    gates = [
        Gate(
            name="same bundle",
            state="pass" if report.model.sha256 == bundle.sha256 else "refuse",
            value=bundle.sha256[:12],
            need=f"the bundle that was measured, {report.model.sha256[:12]}",
        )
    ]
    subset = "/subset" in report.protocol
    gates.append(
        Gate(
            name="whole protocol",
            state="pass" if not subset else "warn" if allow_subset else "refuse",
            value=report.protocol,
            need="no subset (or --allow-subset, which is recorded)",
        )
    )
    gates += _limits(report, config)
    for licence in bundle.spec.weights_licences:
        gates.append(
            Gate(
                name=f"licence of weights: {licence.name}",
                state="pass" if licence.deployable else "refuse",
                value=licence.spdx,
                need="a declared licence that allows deployment",
            )
        )
    if not bundle.spec.weights_licences:
        gates.append(Gate(name="licence of weights", state="refuse", value="none stated", need="a declared licence"))
    for licence in bundle.spec.training_data_licences:
        gates.append(
            Gate(
                name=f"training data: {licence.name}",
                state="pass" if licence.deployable else "warn",
                value=licence.spdx,
                need="declared; recorded as a warning for now",
            )
        )
    gates += [
        Gate(name=f"parity: {part.what}", state="pass" if part.passes else "refuse", value=part.value, need=part.need)
        for part in parity
    ]
    return gates


def _limits(report: Report, config: GatesConfig) -> list[Gate]:
    """Floors and ceilings of the task; a task without any can't promote: nothing would be asked of it."""
    floors, ceilings = config.floors.get(report.task, {}), config.ceilings.get(report.task, {})
    limits = [("floor", ">=", *item) for item in floors.items()] + [
        ("ceiling", "<=", *item) for item in ceilings.items()
    ]
    if not limits:
        return [Gate(name="limits", state="refuse", value="none", need=f"a floor or ceiling for {report.task}")]
    gates = []
    for kind, sign, metric, limit in limits:
        figure = report.metrics.get(metric)
        value, good = "not measured", False
        if figure is not None:
            value = f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f})"
            good = figure.value >= limit if kind == "floor" else figure.value <= limit
        state: Literal["pass", "refuse"] = "pass" if good else "refuse"
        gates.append(Gate(name=f"{kind} {metric}", state=state, value=value, need=f"{sign} {limit}"))
    return gates


def require(gates: list[Gate]) -> None:
    """Raise unless no gate refuses.

    Raises:
        GateRefusedError: names each gate that refuses, its value and its need.
    """
    refused = [gate for gate in gates if gate.state == "refuse"]
    if refused:
        text = "; ".join(f"{gate.name}: {gate.value}, needs {gate.need}" for gate in refused)
        raise GateRefusedError(f"Not promoted. {text}.", "Nothing was changed in the registry.")
