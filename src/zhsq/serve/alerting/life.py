"""An alert's life: open -> acknowledged -> resolved or dismissed. Each change is a step, is audited, and goes out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from zhsq.serve.alerting import outbox, steps
from zhsq.serve.alerting.raising import LIVE
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.store.tables import Alert, now

Action = Literal["acknowledge", "resolve", "dismiss", "assign", "note", "judge"]
Verdict = Literal["true", "false"]
#: action -> (states it is allowed in, state after it or None for the same, name of the step)
TRANSITIONS: dict[Action, tuple[tuple[str, ...], str | None, str]] = {
    "acknowledge": (("open",), "acknowledged", "acknowledged"),
    "resolve": (("acknowledged",), "resolved", "resolved"),
    "dismiss": (LIVE, "dismissed", "dismissed"),
    "assign": (LIVE, None, "assigned"),
    "note": ((*LIVE, "resolved", "dismissed"), None, "noted"),
    "judge": (("resolved", "dismissed"), None, "judged"),
}
#: Escalations that one look takes, so that a long outage does not hold up events.
AT_ONCE = 200


def change(
    session: Session,
    alert: Alert,
    action: Action,
    actor: str,
    *,
    note: str = "",
    verdict: Verdict | None = None,
    assign: str | None = None,
) -> None:
    """Do one thing to an alert, as a person asked.

    Args:
        session: the transaction.
        alert: of this session.
        action: what.
        actor: who, as it stands in the audit.
        note: in words; a dismissal and a note need it.
        verdict: whether the alert was true; where it is not given, a resolved one was and a dismissed one was not.
        assign: the role it is given to.

    Raises:
        ProblemError: the state does not allow it, a reason is missing, or someone else was first.
    """
    allowed, after, step = TRANSITIONS[action]
    if alert.state not in allowed:
        raise ProblemError(
            "conflict",
            "The alert is {state}; {action} needs it {allowed}.",
            state=alert.state,
            action=action,
            allowed=" or ".join(allowed),
        )
    if action in ("dismiss", "note") and not note.strip():
        raise ProblemError("invalid-request", "To {action} needs words in 'note'.", action=action)
    values: dict[str, Any] = {}
    if after is not None:
        values["state"] = after
        values["escalate_at"] = None
    if action == "acknowledge":
        values["acknowledged_at"] = now()
    if after in ("resolved", "dismissed"):
        values |= {"closed_at": now(), "verdict": verdict or ("true" if after == "resolved" else "false")}
    if action == "judge":
        values["verdict"] = verdict
    if action == "assign":
        values["assigned_to"] = assign
        note = note or f"to {assign}"
    _set(session, alert, values)
    _tell(session, [_Change(alert, step, actor, note)])
    record(session, actor, f"alert.{action}", f"{alert.estate_id}/{alert.id}", alert.verdict or alert.state)


def escalate(session: Session, at: datetime, estates: Collection[str]) -> list[Alert]:
    """Take every step of escalation that is due, and return the alerts concerned.

    Args:
        session: the transaction.
        at: UTC.
        estates: whose clock it is.
    """
    query = select(Alert).where(Alert.escalate_at <= at, Alert.estate_id.in_(estates))
    due = session.scalars(query.order_by(Alert.escalate_at).limit(AT_ONCE)).all()
    changes = []
    for alert in due:
        step, rest = alert.ladder[alert.escalations], alert.ladder[alert.escalations + 1 :]
        values = {
            "escalations": alert.escalations + 1,
            "assigned_to": step["to"],
            "severity": step["severity"] or alert.severity,
            "escalate_at": alert.opened_at + timedelta(seconds=rest[0]["after_s"]) if rest else None,
        }
        _set(session, alert, values)
        changes.append(
            _Change(alert, "escalated", "clock", f"to {step['to']}: not acknowledged in {step['after_s']:g} s")
        )
        record(session, "clock", "alert.escalate", f"{alert.estate_id}/{alert.id}", step["to"])
    _tell(session, changes)
    return list(due)


@dataclass(frozen=True)
class _Change:
    """What happened to an alert, as it is now."""

    alert: Alert
    step: str
    actor: str
    note: str


def _set(session: Session, alert: Alert, values: dict[str, Any]) -> None:
    seen = alert.version
    guarded = update(Alert).where(Alert.id == alert.id, Alert.version == seen).values(version=seen + 1, **values)
    done = session.execute(guarded.execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ProblemError("changed-meanwhile", "Someone else changed the alert at the same moment: read it again.")
    session.refresh(alert)


def _tell(session: Session, changes: list[_Change]) -> None:
    """Into the outbox and the timeline, once all alerts are changed (`steps.write`)."""
    moment = now()
    outbox.enqueue(session, [(change.alert, change.step) for change in changes], moment)
    rows = [
        {
            "alert_id": change.alert.id,
            "estate_id": change.alert.estate_id,
            "at": moment,
            "action": change.step,
            "state": change.alert.state,
            "version": change.alert.version,
            "actor": change.actor,
            "note": change.note,
        }
        for change in changes
    ]
    steps.write(session, rows)
