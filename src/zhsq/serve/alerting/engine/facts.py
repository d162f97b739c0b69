"""What goes into the engine and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from zhsq.serve.alerting.rules.schema import Rule

#: Source and id of an event.
Ref = tuple[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as rules see it; `at` is its own time, seconds since 1970 UTC."""

    ref: Ref
    type: str
    at: float
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule holds for a key.

    Attributes:
        rule: which.
        key: values of the rule's key, in its order.
        at: time of the event that made it hold, or the moment at which a silence grew too long.
        trigger: the event that made it hold; None for a silence.
        context: the other events that it rests on, oldest first.
        count: events in the window.
        estate: of the event.
        device: of the event; '' where it is about none.
        zone: of the event; '' where it has none.
    """

    rule: Rule
    key: Key
    at: float
    trigger: Ref | None
    context: tuple[Ref, ...]
    count: int
    estate: str
    device: str
    zone: str

    @property
    def dedupe_key(self) -> str:
        """Firings with one key belong to one alert."""
        return "|".join((self.rule.name, *self.key))

    @property
    def message(self) -> dict[str, str]:
        """What a person reads, per language."""
        words = {"device": self.device, "zone": self.zone, "estate": self.estate, "count": self.count}
        return {"en": self.rule.message.en.format(**words), "zh": self.rule.message.zh.format(**words)}


def stamp(time: datetime) -> float:
    """Seconds since 1970 of a time in UTC, without zone."""
    return time.replace(tzinfo=UTC).timestamp()
