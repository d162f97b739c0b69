"""How alerts were handled: how many, how fast, how many were false; small numbers with their intervals."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.metrics.intervals import quantile_interval, wilson
from zhsq.serve.alerting.rules.schema import SEVERITIES, RuleSet
from zhsq.serve.store.tables import Alert

By = Literal["all", "severity", "kind", "rule", "device"]
#: The kind of an alert whose rule is not in force any more.
UNKNOWN = "unknown"


class Limits(BaseModel):
    """Seconds within which an alert is to be acknowledged, and closed. Our own defaults: a contract has its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    acknowledge_s: float = Field(gt=0)
    close_s: float = Field(gt=0)


class Targets(BaseModel):
    """Limits per severity; what a file leaves out is as packaged."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    critical: Limits = Limits(acknowledge_s=120, close_s=3600)
    major: Limits = Limits(acknowledge_s=600, close_s=4 * 3600)
    minor: Limits = Limits(acknowledge_s=3600, close_s=24 * 3600)

    def of(self, severity: str) -> Limits:
        found: Limits = getattr(self, severity)
        return found


class Share(BaseModel):
    """`count` of `of`, with Wilson's interval at 95 %; `value` is null where there is nothing to count."""

    count: int
    of: int
    value: float | None
    low: float
    high: float

    @classmethod
    def make(cls, count: int, of: int) -> Share:
        low, high = wilson(count, of)
        return cls(count=count, of=of, value=count / of if of else None, low=low, high=high)


class Times(BaseModel):
    """How long something took, seconds."""

    n: int = Field(description="alerts for which it was done")
    median_s: float | None
    median_low_s: float | None = Field(description="95 % by order statistics; null below 6 alerts")
    median_high_s: float | None
    p90_s: float | None
    within: Share = Field(description="of those done, or not done though their time was up: within the target")


class Handled(BaseModel):
    """One group of alerts."""

    by: By
    name: str
    alerts: int
    open: int
    acknowledged: int
    resolved: int
    dismissed: int
    escalated: Share
    false_alarms: Share = Field(description="of those that a person judged")
    acknowledge: Times
    close: Times


class _Row(NamedTuple):
    rule: str
    severity: str
    device: str
    state: str
    opened_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    verdict: str | None
    escalations: int

    @property
    def seen_at(self) -> datetime | None:
        """When a person first took it up: one that is dismissed at once is seen then."""
        return self.acknowledged_at or self.closed_at


def kinds_of(rules: RuleSet) -> dict[str, str]:
    """Rule -> the kinds of events that it is about, joined by '+'."""
    return {rule.name: "+".join(sorted({part.event for part in rule.conditions})) for rule in rules.rules}


def handled(
    session: Session,
    estate: str,
    start: datetime,
    end: datetime,
    now: datetime,
    kinds: Mapping[str, str],
    targets: Targets,
) -> list[Handled]:
    """All alerts that opened in a period, then by severity, kind, rule and device.

    Args:
        session: to read in.
        estate: its alerts.
        start: UTC.
        end: UTC, not included.
        now: UTC; an alert that is still open counts as late only once its time is up.
        kinds: of `kinds_of`.
        targets: for the shares within.
    """
    columns = [getattr(Alert, name) for name in _Row._fields]
    query = select(*columns).where(Alert.estate_id == estate, Alert.opened_at >= start, Alert.opened_at < end)
    rows = [_Row(*found) for found in session.execute(query)]
    order: dict[str, int] = {name: place for place, name in enumerate(SEVERITIES)}
    groups: list[tuple[By, Callable[[_Row], str]]] = [
        ("severity", lambda row: row.severity),
        ("kind", lambda row: kinds.get(row.rule, UNKNOWN)),
        ("rule", lambda row: row.rule),
        ("device", lambda row: row.device),
    ]
    made = [_group("all", "", rows, now, targets)]
    for by, key in groups:
        parts: dict[str, list[_Row]] = {}
        for row in rows:
            parts.setdefault(key(row), []).append(row)
        ranked = sorted(parts, key=lambda name: (order.get(name, 9) if by == "severity" else -len(parts[name]), name))
        made += [_group(by, name, parts[name], now, targets) for name in ranked]
    return made


def _group(by: By, name: str, rows: Sequence[_Row], now: datetime, targets: Targets) -> Handled:
    states = Counter(row.state for row in rows)
    verdicts = Counter(row.verdict for row in rows if row.verdict is not None)
    return Handled(
        by=by,
        name=name,
        alerts=len(rows),
        **{state: states[state] for state in ("open", "acknowledged", "resolved", "dismissed")},
        escalated=Share.make(sum(row.escalations > 0 for row in rows), len(rows)),
        false_alarms=Share.make(verdicts["false"], verdicts.total()),
        acknowledge=_times(((row.opened_at, row.seen_at, targets.of(row.severity).acknowledge_s) for row in rows), now),
        close=_times(((row.opened_at, row.closed_at, targets.of(row.severity).close_s) for row in rows), now),
    )


def _times(spans: Iterable[tuple[datetime, datetime | None, float]], now: datetime) -> Times:
    done: list[float] = []
    within = late = 0
    for opened, ended, limit in spans:
        seconds = ((ended or now) - opened).total_seconds()
        if ended is not None:
            done.append(seconds)
            within += seconds <= limit
        late += seconds > limit
    values = np.array(done)
    low, high = quantile_interval(values, 0.5)
    return Times(
        n=len(done),
        median_s=float(np.median(values)) if done else None,
        median_low_s=None if math.isnan(low) else low,
        median_high_s=None if math.isnan(high) else high,
        p90_s=float(np.quantile(values, 0.9)) if done else None,
        within=Share.make(within, within + late),
    )
