"""Rules tried on recorded events, before they go live: the same engine, the event's own time as the clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, Field

from zhsq.errors import ZhsqError
from zhsq.serve.alerting.engine.engine import Engine
from zhsq.serve.alerting.engine.facts import Fact, Firing, Ref
from zhsq.serve.alerting.events.envelope import BadEventError, Incoming, read_event
from zhsq.serve.alerting.rules.schema import RuleSet


class ReplayedAlert(BaseModel):
    """An alert that would have been raised."""

    at: datetime
    rule: str
    severity: str
    estate: str
    device: str
    zone: str
    message: dict[str, str]
    events: int = Field(description="that raised it or would have come while it was live")
    trigger: str | None = Field(description="source and id of the event; null for a silence")


class RuleCount(BaseModel):
    rule: str
    alerts: int
    held_back: int = Field(description="times it held during a cool-down")


class Replay(BaseModel):
    """What a set of rules makes of recorded events. The same rules and events give the same report."""

    events: int
    duplicates: int
    late: int = Field(description="not taken: older than the newest before them by more than the API takes")
    first: datetime | None
    last: datetime | None
    handled_after_s: float
    rules: list[RuleCount]
    alerts: list[ReplayedAlert]


@dataclass
class _Live:
    alert: ReplayedAlert
    last_at: float


def recorded(path: Path) -> Iterator[Incoming]:
    """Events of a file: a CloudEvent per line (as `zhsq watch --events` writes), or a JSON list of them.

    Raises:
        ZhsqError: the file can't be read, or a line is no event that is taken; it names the line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ZhsqError(f"{path} can't be read: {error}.", "Give CloudEvents, one JSON object per line.") from error
    listed = text.lstrip().startswith("[")
    for number, one in _parts(text, listed):
        what = f"{path}, event {number}" if listed else f"{path}:{number}"
        try:
            raw = one if listed else json.loads(str(one))
            if isinstance(raw, dict) and not raw.get("time"):
                raise BadEventError("An event of a record needs its time.")
            yield read_event(raw, datetime.min)
        except (ValueError, RecursionError, BadEventError) as error:
            raise ZhsqError(f"{what}: {error}") from error


def replay(rules: RuleSet, events: Iterable[Incoming], *, late_s: float, handled_after_s: float) -> Replay:
    """Run rules over events in the order of their own times, so that the order in which they came makes no difference.

    Args:
        rules: to try.
        events: as they came, which decides what would have come too late and nothing else.
        late_s: how late an event may come, as the API has it.
        handled_after_s: when people are taken to close an alert, counted from its opening: until then what holds again
            is evidence of it, from then on its cool-down counts.
    """
    came = _Came(late_s)
    taken = sorted(filter(None, map(came.take, events)), key=lambda fact: (fact.at, fact.ref))
    engine = Engine(rules, late_s)
    live: dict[str, _Live] = {}
    counts = {rule.name: RuleCount(rule=rule.name, alerts=0, held_back=0) for rule in rules.rules}
    alerts: list[ReplayedAlert] = []

    def apply(firing: Firing) -> None:
        before = live.get(firing.dedupe_key)
        if before is not None:
            if firing.at < before.alert.at.timestamp() + handled_after_s:
                before.last_at = max(before.last_at, firing.at)
                before.alert.events += firing.trigger is not None
                return
            if firing.at - before.last_at < firing.rule.cooldown_s:
                counts[firing.rule.name].held_back += 1
                return
        alert = _alert(firing)
        live[firing.dedupe_key] = _Live(alert, firing.at)
        counts[firing.rule.name].alerts += 1
        alerts.append(alert)

    for fact in taken:
        for firing in (*engine.tick(fact.at), *engine.feed(fact)):
            apply(firing)
    return Replay(
        events=len(taken),
        duplicates=came.duplicates,
        late=came.late,
        first=_time(taken[0].at) if taken else None,
        last=_time(taken[-1].at) if taken else None,
        handled_after_s=handled_after_s,
        rules=list(counts.values()),
        alerts=alerts,
    )


class _Came:
    """What the API would have taken of events as they came; its clock is the newest time seen so far."""

    def __init__(self, late_s: float) -> None:
        self.duplicates = self.late = 0
        self._late_s, self._clock = late_s, float("-inf")
        self._seen: set[Ref] = set()

    def take(self, event: Incoming) -> Fact | None:
        ref, at = (event.source, event.id), event.time.replace(tzinfo=UTC).timestamp()
        if ref in self._seen:
            self.duplicates += 1
            return None
        self._seen.add(ref)
        if at < self._clock - self._late_s:
            self.late += 1
            return None
        self._clock = max(self._clock, at)
        return Fact(ref, event.type, at, event.data)


def _alert(firing: Firing) -> ReplayedAlert:
    return ReplayedAlert(
        at=_time(firing.at),
        rule=firing.rule.name,
        severity=firing.rule.severity,
        estate=firing.estate,
        device=firing.device,
        zone=firing.zone,
        message=firing.message,
        events=len(firing.context) + (firing.trigger is not None),
        trigger=None if firing.trigger is None else " ".join(firing.trigger),
    )


def _parts(text: str, listed: bool) -> Iterator[tuple[int, object]]:
    if listed:
        try:
            yield from enumerate(json.loads(text), 1)
        except (ValueError, RecursionError) as error:
            raise ZhsqError(f"The record is not JSON: {error}.") from error
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=at)
