"""What people's judgements say about the rules: the share of false alarms per rule and device, and times to handle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from statistics import median

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.metrics.intervals import wilson
from zhsq.serve.store.tables import Alert


class Figures(BaseModel):
    """Of one rule, at one device or at all of them (device: null). Shares have Wilson intervals at 95 %."""

    rule: str
    device: str | None
    alerts: int
    judged: int = Field(description="resolved, dismissed or judged later")
    false_alarms: int
    false_share: float | None = Field(description="of those judged; null where none is")
    interval: tuple[float, float]
    acknowledge_s: float | None = Field(description="median seconds from open to acknowledged")
    close_s: float | None = Field(description="median seconds from open to closed")


def figures(session: Session, estate: str | None, since: datetime) -> list[Figures]:
    """Per rule, and per rule and device, in the order of their names.

    Args:
        session: to read in.
        estate: the only one; None takes all.
        since: alerts opened from then on, UTC.
    """
    query = select(Alert).where(Alert.opened_at >= since)
    if estate is not None:
        query = query.where(Alert.estate_id == estate)
    groups: dict[tuple[str, str | None], list[Alert]] = {}
    for alert in session.scalars(query):
        groups.setdefault((alert.rule, None), []).append(alert)
        groups.setdefault((alert.rule, alert.device), []).append(alert)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] is not None, group[0][1] or ""))
    return [_of(rule, device, alerts) for (rule, device), alerts in ordered]


def _of(rule: str, device: str | None, alerts: list[Alert]) -> Figures:
    judged = [alert.verdict for alert in alerts if alert.verdict is not None]
    false = judged.count("false")
    return Figures(
        rule=rule,
        device=device,
        alerts=len(alerts),
        judged=len(judged),
        false_alarms=false,
        false_share=false / len(judged) if judged else None,
        interval=wilson(false, len(judged)),
        acknowledge_s=_median((a.opened_at, a.acknowledged_at) for a in alerts),
        close_s=_median((a.opened_at, a.closed_at) for a in alerts),
    )


def _median(pairs: Iterable[tuple[datetime, datetime | None]]) -> float | None:
    seconds = [(end - start).total_seconds() for start, end in pairs if end is not None]
    return median(seconds) if seconds else None
