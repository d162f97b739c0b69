"""Typed rules over events."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.store.tables import Event

EventType = Literal["access", "vehicle", "anomaly", "sensor", "device"]


class Message(BaseModel):
    """What a person reads, in both languages; {device}, {count} and {estate} are filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    en: str
    zh: str


class Rule(BaseModel):
    """When an event of a kind says this (so often within that time), propose an alert."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    event: EventType
    #: Fields of the event's data and the values they must have.
    where: dict[str, str] = {}
    #: A number in the data, and what it must reach: a constant, or another field (a camera's own threshold).
    field: str | None = None
    at_least: float | None = None
    at_least_field: str | None = None
    count: int = Field(default=1, ge=1)
    within_s: float = Field(default=0, ge=0)
    severity: Literal["critical", "major", "minor"]
    #: An open alert takes new events of the same key as evidence; after it, none is raised anew for this long.
    cooldown_s: float = Field(default=0, ge=0)
    key: tuple[Literal["estate", "device"], ...] = ("estate", "device")
    message: Message

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if (self.field is None) != (self.at_least is None and self.at_least_field is None):
            raise ValueError(f"rule {self.name}: field goes with at_least or at_least_field")
        if self.count > 1 and self.within_s <= 0:
            raise ValueError(f"rule {self.name}: count needs within_s")
        return self

    def fits(self, kind: str, data: dict[str, Any]) -> bool:
        """Whether one event, on its own, is of this rule's kind."""
        if kind != self.event or any(str(data.get(name)) != value for name, value in self.where.items()):
            return False
        if self.field is None:
            return True
        least = self.at_least if self.at_least_field is None else data.get(self.at_least_field)
        value = data.get(self.field)
        return _number(value) and _number(least) and float(value) >= float(least)  # type: ignore[arg-type]

    def seen(self, session: Session, event: Event) -> int:
        """How many fitting events of the same key lie in the window that ends with this event, it included."""
        if self.count == 1:
            return 1
        since = event.time - timedelta(seconds=self.within_s)
        query = select(Event).where(
            Event.estate_id == event.estate_id, Event.type == event.type, Event.time > since, Event.time <= event.time
        )
        device = event.data.get("device")
        return sum(self.fits(e.type, e.data) and e.data.get("device") == device for e in session.scalars(query))

    def dedupe_key(self, event: Event) -> str:
        """Events with one key belong to one alert."""
        parts = {"estate": event.estate_id, "device": str(event.data.get("device", ""))}
        return "|".join([self.name, *(parts[name] for name in self.key)])


def load() -> tuple[Rule, ...]:
    """The packaged rules, checked."""
    raw = yaml.safe_load((files("zhsq.serve.alerting") / "rules.yaml").read_text("utf-8"))
    return tuple(Rule.model_validate(rule) for rule in raw["rules"])


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
