"""`gates.yaml`: what a task asks of a run before its bundle may become champion."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhsq.errors import ZhsqError
from zhsq.tracking.parity_limits import ParityLimits

Policy = Literal["warn", "refuse"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RegressionRule(_Frozen):
    """How a loss against the champion is told from chance.

    Attributes:
        alpha: family-wise error rate over all slices and metrics that are tested.
        resamples: of the bootstrap, where a test is one.
        smallest_slice: trials that a slice needs to be tested; smaller ones can't show a loss, and cost the others power.
    """

    alpha: float = Field(gt=0, lt=1)
    resamples: int = Field(ge=100)
    smallest_slice: int = Field(ge=2)


class TrainingDataPolicy(_Frozen):
    """What undeclared terms of training data do, and terms that forbid deployment."""

    undeclared: Policy
    restricted: Policy


class TaskGates(_Frozen):
    """What one task asks.

    Attributes:
        floors: least value by metric.
        ceilings: largest value by metric, for error rates.
        size_mb: largest size of the bundle's files together, in units of 10^6 bytes.
        yardsticks_per_item: most time for an item, in runs of the yardstick (`zhsq.bench.yardstick`) on the same machine in
            the same benchmark: seconds differ between machines, this ratio hardly does.
        regression: against the champion.
        training_data: terms of it.
    """

    floors: dict[str, float] = {}
    ceilings: dict[str, float] = {}
    size_mb: float = Field(gt=0)
    yardsticks_per_item: float = Field(gt=0)
    regression: RegressionRule
    training_data: TrainingDataPolicy


class GatesConfig(_Frozen):
    """The gates of every task.

    Attributes:
        parity: how far a bundle may be from itself on another runtime; the same for every task.
        tasks: what each asks.
        sha256: of the file that they came from, which the signed record keeps.
    """

    parity: ParityLimits
    tasks: dict[str, TaskGates]
    sha256: str

    @classmethod
    def load(cls, path: Path | None = None) -> GatesConfig:
        """The packaged file, or one's own.

        Raises:
            ZhsqError: it can't be read or has another form; says where.
        """
        source = str(path) if path else "the packaged gates.yaml"
        try:
            text = path.read_text("utf-8") if path else (files(__package__) / "gates.yaml").read_text("utf-8")
            return cls.parse(text)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError) as error:
            raise ZhsqError(f"The gates in {source} can't be read: {error}", _START) from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ZhsqError(f"The gates in {source} are wrong at {where}: {first['msg']}.", _START) from error

    @classmethod
    def parse(cls, text: str) -> GatesConfig:
        """From YAML: `parity`, and `every_task` below each of `tasks`.

        Raises:
            ValidationError, TypeError, yaml.YAMLError: it has another form.
        """
        raw = yaml.safe_load(text)
        if not isinstance(raw, dict) or set(raw) - _TOP or not isinstance(raw.get("tasks"), dict):
            raise TypeError("it needs `parity` and `tasks`, may have `every_task`, and nothing else at its top")
        shared = raw.get("every_task") or {}
        tasks = {task: _over(shared, own or {}) for task, own in raw["tasks"].items()}
        digest = hashlib.sha256(text.encode()).hexdigest()
        return cls.model_validate({"parity": raw.get("parity"), "tasks": tasks, "sha256": digest})


_TOP = {"parity", "every_task", "tasks"}
_START = "Start from src/zhsq/tracking/gates/gates.yaml."


def _over(shared: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The task's own values over the shared ones, group by group."""
    merged = dict(shared)
    for key, value in own.items():
        below = shared.get(key)
        merged[key] = {**below, **value} if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
