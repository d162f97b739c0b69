"""An alert's life: open -> acknowledged -> resolved or dismissed. Each change is a step, is audited, and goes out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from zhsq.serve.alerting import outbox
from zhsq.serve.alerting.raising import LIVE
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.store.tables import Alert, AlertStep, now

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
    expected: int | None = None,
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
        expected: the version that the person saw; None takes what is there.
        verdict: whether the alert was true; where it is not given, a resolved one was and a dismissed one was not.
        assign: the role it is given to.

    Raises:
        ProblemError: the state does not allow it, a reason is missing, or someone else was first.
    """
    allowed, after, step = TRANSITIONS[action]
    if expected is not None and expected != alert.version:
        raise ProblemError(
            "changed-meanwhile", f"The alert is at version {alert.version}, not {expected}: read it again."
        )
    if alert.state not in allowed:
        raise ProblemError("conflict", f"The alert is {alert.state}; {action} needs it {' or '.join(allowed)}.")
    if action in ("dismiss", "note") and not note.strip():
        raise ProblemError("invalid-request", f"To {action} needs words in 'note'.")
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
    _write(session, alert, values, step, actor, note)
    record(session, actor, f"alert.{action}", f"{alert.estate_id}/{alert.id}", alert.verdict or alert.state)


def escalate(session: Session, at: datetime) -> list[Alert]:
    """Take every step of escalation that is due, and return the alerts concerned.

    Args:
        session: the transaction.
        at: UTC.
    """
    due = session.scalars(select(Alert).where(Alert.escalate_at <= at).order_by(Alert.escalate_at).limit(AT_ONCE)).all()
    for alert in due:
        step, rest = alert.ladder[alert.escalations], alert.ladder[alert.escalations + 1 :]
        values = {
            "escalations": alert.escalations + 1,
            "assigned_to": step["to"],
            "severity": step["severity"] or alert.severity,
            "escalate_at": alert.opened_at + timedelta(seconds=rest[0]["after_s"]) if rest else None,
        }
        _write(
            session, alert, values, "escalated", "clock", f"to {step['to']}: not acknowledged in {step['after_s']:g} s"
        )
        record(session, "clock", "alert.escalate", f"{alert.estate_id}/{alert.id}", step["to"])
    return list(due)


def _write(session: Session, alert: Alert, values: dict[str, Any], step: str, actor: str, note: str) -> None:
    seen = alert.version
    guarded = update(Alert).where(Alert.id == alert.id, Alert.version == seen).values(version=seen + 1, **values)
    done = session.execute(guarded.execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ProblemError("changed-meanwhile", "Someone else changed the alert at the same moment: read it again.")
    session.refresh(alert)
    row = {
        "alert_id": alert.id,
        "estate_id": alert.estate_id,
        "at": now(),
        "action": step,
        "state": alert.state,
        "version": alert.version,
        "actor": actor,
        "note": note,
    }
    session.execute(insert(AlertStep), [row])
    outbox.enqueue(session, [(alert, step)], now())
