"""What an estate's class requires. The packaged table is zhsq's own default: a programme's own takes its place."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhsq.acceptance.profile import BadProfileError, EstateClass, System, Task
from zhsq.checked_yaml import read, text_of
from zhsq.serve.reporting.document import Bi


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Need(_Strict):
    """How many devices of a kind, at the least; with `per_gate` as many for each gate."""

    at_least: int = Field(ge=1)
    per_gate: bool = False

    def count(self, gates: int) -> int:
        return self.at_least * max(1, gates) if self.per_gate else self.at_least


class ClassNeeds(_Strict):
    """Of one class of estates."""

    systems: dict[System, Need]
    gates_separated: float = Field(ge=0, le=1, description="share of gates that must part people and cars")
    line: Literal["dedicated", "any", "none"]


class UptimeNeed(_Strict):
    at_least: float = Field(gt=0, le=1)
    days: float = Field(gt=0, description="that must have been observed")


class DeliveryNeed(_Strict):
    p95_s: float = Field(gt=0)
    stuck_s: float = Field(gt=0, description="no message may have waited longer")


class AccuracyNeed(_Strict):
    metric: str
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one(self) -> AccuracyNeed:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give 'at_least' or 'at_most'")
        return self


class ProtectionNeed(_Strict):
    events_days: int = Field(ge=1, description="events are kept no longer")
    alerts_days: int = Field(ge=1)
    overdue_hours: float = Field(gt=0, description="what is to be erased or let go may be late by so much")
    assessment_days: int = Field(ge=1, description="the impact assessment must have been exported within")


class Requirements(_Strict):
    """The whole table."""

    version: Literal[1]
    #: Whose requirements these are, in both languages.
    source: Bi
    classes: dict[EstateClass, ClassNeeds]
    uptime: UptimeNeed
    delivery: DeliveryNeed
    accuracy: dict[Task, AccuracyNeed]
    protection: ProtectionNeed

    @model_validator(mode="after")
    def _every_class(self) -> Requirements:
        missing = {"new", "old", "ordinary"} - self.classes.keys()
        if missing:
            raise ValueError(f"'classes' lacks {', '.join(sorted(missing))}")
        return self


def packaged() -> str:
    """The table that ships with zhsq, as text."""
    return (files("zhsq.acceptance") / "requirements.yaml").read_text("utf-8")


def load(path: Path | None) -> Requirements:
    """A table from a file; the packaged one for None.

    Raises:
        BadProfileError: it can't be used; every fault with its line.
        ZhsqError: it can't be read.
    """
    if path is None:
        return read(packaged(), Requirements, "requirements.yaml", BadProfileError)
    return read(text_of(path, "a table of requirements"), Requirements, str(path), BadProfileError)
