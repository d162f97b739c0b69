"""The transactional outbox: what is to be delivered is written in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from zhsq.serve.alerting.rules.schema import SEVERITIES
from zhsq.serve.alerting.ways import WEBHOOK
from zhsq.serve.gat1400 import queue as platforms
from zhsq.serve.store import scope
from zhsq.serve.store.tables import Alert, Delivery, Target

#: Changes that are told to targets. Notes and judgements stay in the estate: they may speak of people.
TOLD = frozenset({"opened", "acknowledged", "resolved", "dismissed", "escalated", "assigned"})
_FIELDS = (
    "id",
    "rule",
    "severity",
    "message",
    "state",
    "device",
    "zone",
    "version",
    "events",
    "assigned_to",
    "verdict",
)
_TIMES = ("opened_at", "acknowledged_at", "closed_at", "last_at")


def enqueue(session: Session, changes: Sequence[tuple[Alert, str]], now: datetime) -> None:
    """Put a message per change and target into the outbox. A target gets the changes of an alert in their order.

    Args:
        session: the transaction that makes the changes.
        changes: alerts as they are now, and what happened.
        now: UTC.
    """
    told = [(alert, action) for alert, action in changes if action in TOLD]
    if not told:
        return
    with scope.everywhere(session):  # a change by an estate's own guard goes to the targets for all estates, too
        _write(session, told, now)


def _write(session: Session, told: list[tuple[Alert, str]], now: datetime) -> None:
    targets = session.scalars(select(Target).where(Target.enabled)).all()
    rows: list[dict[str, Any]] = [
        {
            "target_id": target.id,
            "alert_id": alert.id,
            "estate_id": alert.estate_id,
            "message_id": f"msg_{alert.id}_{alert.version}",
            "priority": SEVERITIES.index(alert.severity),
            "body": message(alert, action, now),
            "next_at": now,
            "created_at": now,
        }
        for alert, action in told
        for target in targets
        if target.kind == WEBHOOK and _wants(target, alert)
    ]
    opened = [alert for alert, action in told if action == "opened"]
    for target in targets:
        if target.kind == platforms.KIND:
            rows += platforms.vehicle_alerts(session, target, [each for each in opened if _wants(target, each)], now)
    if rows:
        session.execute(insert(Delivery), rows)


def _wants(target: Target, alert: Alert) -> bool:
    severe = SEVERITIES.index(alert.severity) <= SEVERITIES.index(target.severity)
    return severe and target.estate_id in (None, alert.estate_id)


def message(alert: Alert, action: str, now: datetime) -> dict[str, Any]:
    """A CloudEvent about one change of an alert. It holds no plate, no picture and nobody's name."""
    data: dict[str, Any] = {"estate": alert.estate_id, **{name: getattr(alert, name) for name in _FIELDS}}
    for name in _TIMES:
        time = getattr(alert, name)
        data[name] = f"{time.isoformat()}Z" if time else None
    return {
        "specversion": "1.0",
        "id": f"msg_{alert.id}_{alert.version}",
        "source": f"zhsq/{alert.estate_id}",
        "type": f"zhsq.alert.{action}",
        "subject": alert.id,
        "time": f"{now.isoformat()}Z",
        "datacontenttype": "application/json",
        "data": data,
    }
