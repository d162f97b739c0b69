"""What is put into the outbox for a platform: references only. The record itself is made when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from zhsq.serve.alerting.presence import NOTED, said_offline
from zhsq.serve.alerting.rules.schema import SEVERITIES
from zhsq.serve.gat1400.bases import holds
from zhsq.serve.gat1400.options import Options
from zhsq.serve.store.tables import Alert, AlertLink, Delivery, DeviceState, Event, Target, ToldState

#: Of a target.
KIND = "gat1400"
VEHICLE, STATE = "zhsq.gat1400.vehicle", "zhsq.gat1400.state"
#: A device that was not heard of for so long is offline, as in the packaged rules.
SILENT = timedelta(seconds=600)
#: States that were delivered are forgotten after so long.
KEPT = timedelta(days=7)


def vehicle_alerts(session: Session, target: Target, opened: Sequence[Alert], now: datetime) -> list[dict[str, Any]]:
    """Rows of the outbox: of the alerts that rest on vehicles alone, while a basis names them.

    Args:
        session: the transaction that opens the alerts, their links written.
        target: speaks GA/T 1400.
        opened: alerts that the target is for.
        now: UTC.
    """
    if not opened or not holds(session, target.estate_id, "vehicle-alerts", now):
        return []
    return [
        {
            "target_id": target.id,
            "alert_id": alert.id,
            "estate_id": alert.estate_id,
            "message_id": f"viid_{alert.id}",
            "priority": SEVERITIES.index(alert.severity),
            "body": {"type": VEHICLE},
            "next_at": now,
            "created_at": now,
        }
        for alert in opened
        if _kinds(session, alert.id) == {"vehicle"}
    ]


def _kinds(session: Session, alert: str) -> set[str]:
    """Kinds of the events that an alert rests on."""
    same = (Event.source == AlertLink.source) & (Event.event_id == AlertLink.event_id)
    query = select(Event.type).join(AlertLink, same).where(AlertLink.alert_id == alert).distinct()
    return set(session.scalars(query))


def changed_states(session: Session, target: Target, now: datetime) -> int:
    """Put a message into the outbox per device whose state is not what the platform was last told; how many.

    Without a basis in force nothing is put there; when one comes, the platform is told what is so then.

    Args:
        session: a transaction of the process that has the target's lease.
        target: speaks GA/T 1400.
        now: UTC.
    """
    options = Options.model_validate(target.options)
    if options.subscribe_id is None or not holds(session, target.estate_id, "device-states", now):
        return 0
    heard = _heard(session, str(target.estate_id), now)
    told = {row.device: row for row in session.scalars(select(ToldState).where(ToldState.target_id == target.id))}
    rows = []
    for device in options.devices:
        online, known = device in heard, told.get(device)
        if known is not None and known.online == online:
            continue
        if known is None:
            known = ToldState(target_id=target.id, device=device, estate_id=str(target.estate_id))
            session.add(known)
        known.online, known.at = online, now
        rows.append(_state(target, device, online, now))
    if rows:
        session.flush()
        session.execute(insert(Delivery), rows)
        done = (Delivery.target_id == target.id, Delivery.alert_id.is_(None), Delivery.state == "delivered")
        session.execute(delete(Delivery).where(*done, Delivery.created_at < now - KEPT))
    return len(rows)


def _state(target: Target, device: str, online: bool, now: datetime) -> dict[str, Any]:
    return {
        "target_id": target.id,
        "alert_id": None,
        "estate_id": target.estate_id,
        "message_id": f"viid_{device[:40]}_{now:%Y%m%d%H%M%S%f}",
        "priority": SEVERITIES.index("minor"),
        "body": {"type": STATE, "device": device, "online": online, "at": now.isoformat()},
        "next_at": now,
        "created_at": now,
    }


def _heard(session: Session, estate: str, now: datetime) -> set[str]:
    """Devices that gave a sign of life lately, and whose last word was not 'offline'."""
    lately = DeviceState.last_at > now - SILENT - NOTED  # a device that lives may be noted so much late
    query = select(DeviceState).where(DeviceState.estate_id == estate, lately)
    return {row.device for row in session.scalars(query) if not said_offline(row)}
