"""The kinds of rules."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from zhsq.serve.alerting.rules.conditions import Condition, During

Severity = Literal["critical", "major", "minor"]
#: From the most pressing.
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor")
#: Roles that an alert can be given to.
Handler = Literal["guard", "property", "operator"]
KeyPart = Literal["estate", "device", "zone"]
#: Windows are kept in memory, and read anew from the store at a start: a day at most.
DAY = 86_400
_PLACES = {"device": "", "count": 0, "estate": "", "zone": ""}


class Message(BaseModel):
    """What a person reads, in both languages; {device}, {zone}, {estate} and {count} are filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    en: str = Field(min_length=1, max_length=200)
    zh: str = Field(min_length=1, max_length=200)

    @field_validator("en", "zh")
    @classmethod
    def _fillable(cls, text: str) -> str:
        unknown = [name for name in re.findall(r"\{(.*?)\}", text) if name not in _PLACES]
        if unknown or text.count("{") != text.count("}"):
            raise ValueError(f"only {', '.join(f'{{{name}}}' for name in _PLACES)} are filled in")
        return text


class Escalation(BaseModel):
    """When nobody has acknowledged for so long: whom it goes to, and how pressing it becomes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    after_s: float = Field(gt=0, le=7 * DAY)
    to: Handler
    severity: Severity | None = None


class _Rule(BaseModel):
    """What every kind has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    severity: Severity
    message: Message
    #: Estates it is for; all where empty.
    estates: tuple[str, ...] = ()
    during: During | None = None
    #: Events that agree in these belong together, in a window and in an alert.
    key: tuple[KeyPart, ...] = ("estate", "device")
    #: After the newest event of a closed alert, none is raised anew for this long.
    cooldown_s: float = Field(default=0, ge=0, le=7 * DAY)
    assign: Handler = "guard"
    escalate: tuple[Escalation, ...] = Field(default=(), max_length=5)

    @field_validator("key")
    @classmethod
    def _with_estate(cls, key: tuple[KeyPart, ...]) -> tuple[KeyPart, ...]:
        if "estate" not in key:
            raise ValueError("a key holds 'estate': no alert spans estates")
        return key

    @field_validator("escalate")
    @classmethod
    def _rising(cls, steps: tuple[Escalation, ...]) -> tuple[Escalation, ...]:
        times = [step.after_s for step in steps]
        if times != sorted(set(times)):
            raise ValueError("steps of an escalation come one after another: 'after_s' must rise")
        return steps

    @property
    def conditions(self) -> tuple[Condition, ...]:
        raise NotImplementedError

    @property
    def window_s(self) -> float:
        """How far back it looks, seconds."""
        return 0


class _Single(_Rule, Condition):
    """A rule about events of one kind."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        parts = {name: getattr(self, name) for name in Condition.model_fields}
        return (Condition.model_construct(**parts),)


class Threshold(_Single):
    """A measure reaches a limit."""

    kind: Literal["threshold"]

    @model_validator(mode="after")
    def _measured(self) -> Threshold:
        if self.field is None:
            raise ValueError("a threshold needs 'field' and 'at_least' or 'at_most'; for values alone use kind: state")
        return self


class State(_Single):
    """An event has certain values: a crossed perimeter, a device offline, a plate unknown, a permit expired."""

    kind: Literal["state"]

    @model_validator(mode="after")
    def _valued(self) -> State:
        if not self.where:
            raise ValueError("a state needs 'where': without it every event would be an alert")
        return self


class Schedule(_Single):
    """Something happens at an hour at which it should not."""

    kind: Literal["schedule"]
    during: During


class Count(_Single):
    """So many within so long."""

    kind: Literal["count"]
    count: int = Field(ge=2, le=10_000)
    within_s: float = Field(gt=0, le=DAY)

    @property
    def window_s(self) -> float:
        return self.within_s


class Absence(_Single):
    """Nothing for so long: a missed patrol, a silent camera. With `during`, silence counts in these hours only.

    A device is expected once it was heard of, or when `expect` names it as 'estate/device'.
    """

    kind: Literal["absence"]
    longer_than_s: float = Field(gt=0, le=DAY)
    expect: tuple[Annotated[str, Field(pattern=r"^[^/|]+/[^|]+$")], ...] = ()
    key: tuple[KeyPart, ...] = ("estate", "device")

    @model_validator(mode="after")
    def _per_device(self) -> Absence:
        if self.expect and set(self.key) != {"estate", "device"}:
            raise ValueError("'expect' names devices: the key must be [estate, device]")
        if self.during is not None and self.longer_than_s >= self.during.length_s:
            raise ValueError(
                f"'during' has {self.during.length_s} s: too short for a silence of {self.longer_than_s:g} s"
            )
        return self

    @property
    def window_s(self) -> float:
        return self.longer_than_s


class Anomaly(_Rule):
    """A score reaches the camera's own calibrated threshold, which the event carries; no rule can set another."""

    kind: Literal["anomaly"]
    #: How far above: 1.5 asks for one and a half times the threshold.
    times: float = Field(default=1, ge=1)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (Condition(event="anomaly"),)


class Sequence(_Rule):
    """One after the other, within so long, first to last."""

    kind: Literal["sequence"]
    steps: tuple[Condition, ...] = Field(min_length=2, max_length=5)
    within_s: float = Field(gt=0, le=DAY)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.steps

    @property
    def window_s(self) -> float:
        return self.within_s


class Combination(_Rule):
    """All of these, in any order, within so long: smoke and heat in one zone."""

    kind: Literal["combination"]
    all: tuple[Condition, ...] = Field(min_length=2, max_length=5)
    within_s: float = Field(gt=0, le=DAY)
    key: tuple[KeyPart, ...] = ("estate", "zone")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.all

    @property
    def window_s(self) -> float:
        return self.within_s


Rule = Annotated[
    Threshold | State | Schedule | Count | Absence | Anomaly | Sequence | Combination, Field(discriminator="kind")
]


class RuleSet(BaseModel):
    """A file of rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    #: Of the hours in `during`; China has one zone and no summer time.
    utc_offset: str = Field(default="+08:00", pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")
    rules: tuple[Rule, ...] = Field(max_length=2000)

    @property
    def offset_s(self) -> int:
        sign = -1 if self.utc_offset[0] == "-" else 1
        return sign * (int(self.utc_offset[1:3]) * 3600 + int(self.utc_offset[4:]) * 60)
