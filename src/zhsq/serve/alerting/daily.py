"""Alerts day by day: how many of each severity and state, how fast they were handled, how many were false."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from statistics import median

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.metrics.intervals import wilson
from zhsq.serve.alerting.rules.schema import SEVERITIES, Severity
from zhsq.serve.store.tables import Alert

STATES = ("open", "acknowledged", "resolved", "dismissed")


class Day(BaseModel):
    """The alerts that opened on a day, or on all days of the period (day: null); states are the present ones."""

    day: date | None = Field(examples=["2026-11-26"])
    alerts: int = Field(examples=[11])
    severities: dict[Severity, int] = Field(examples=[{"critical": 1, "major": 6, "minor": 4}])
    states: dict[str, int] = Field(examples=[{"open": 0, "acknowledged": 1, "resolved": 8, "dismissed": 2}])
    judged: int = Field(description="resolved, dismissed or judged later", examples=[10])
    false_alarms: int = Field(examples=[2])
    interval: tuple[float, float] = Field(
        description="of the share of false alarms among those judged, 95 % (Wilson)", examples=[(0.057, 0.51)]
    )
    acknowledge_s: float | None = Field(description="median seconds from open to acknowledged", examples=[45.0])
    close_s: float | None = Field(description="median seconds from open to closed", examples=[510.0])


class Daily(BaseModel):
    utc_offset: str = Field(description="of the days, as the rules have it", examples=["+08:00"])
    days: list[Day] = Field(description="oldest first; the last is today")
    total: Day


def daily(session: Session, estate: str | None, at: datetime, days: int, offset_s: int, offset: str) -> Daily:
    """Count day by day.

    Args:
        session: to read in.
        estate: the only one; None takes all.
        at: the present, UTC.
        days: how many, today included.
        offset_s: of local time from UTC, seconds.
        offset: the same, as it is shown.
    """
    shift = timedelta(seconds=offset_s)
    today = (at + shift).date()
    first = today - timedelta(days=days - 1)
    query = select(Alert).where(Alert.opened_at >= datetime.combine(first, datetime.min.time()) - shift)
    if estate is not None:
        query = query.where(Alert.estate_id == estate)
    found: dict[date, list[Alert]] = {first + timedelta(days=number): [] for number in range(days)}
    for alert in session.scalars(query):
        found.setdefault((alert.opened_at + shift).date(), []).append(alert)
    everything = [alert for alerts in found.values() for alert in alerts]
    return Daily(utc_offset=offset, days=[_of(day, found[day]) for day in sorted(found)], total=_of(None, everything))


def _of(day: date | None, alerts: list[Alert]) -> Day:
    judged = [alert.verdict for alert in alerts if alert.verdict is not None]
    seen = [(a.acknowledged_at - a.opened_at).total_seconds() for a in alerts if a.acknowledged_at is not None]
    closed = [(a.closed_at - a.opened_at).total_seconds() for a in alerts if a.closed_at is not None]
    return Day(
        day=day,
        alerts=len(alerts),
        severities={name: sum(alert.severity == name for alert in alerts) for name in SEVERITIES},
        states={name: sum(alert.state == name for alert in alerts) for name in STATES},
        judged=len(judged),
        false_alarms=judged.count("false"),
        interval=wilson(judged.count("false"), len(judged)),
        acknowledge_s=median(seen) if seen else None,
        close_s=median(closed) if closed else None,
    )
