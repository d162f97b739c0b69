"""From an event to an alert, and an alert's life: open -> acknowledged -> resolved or dismissed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.alerting.rules import Rule
from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Alert, Event, now

Action = Literal["acknowledge", "resolve", "dismiss"]
#: action -> (states it is allowed in, state after it)
TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "acknowledge": (("open",), "acknowledged"),
    "resolve": (("acknowledged",), "resolved"),
    "dismiss": (("open", "acknowledged"), "dismissed"),
}
LIVE = ("open", "acknowledged")


def raise_alerts(session: Session, event: Event, rules: tuple[Rule, ...]) -> list[Alert]:
    """Apply every rule to a stored event; the alerts that it raised or became evidence of."""
    touched = []
    for rule in rules:
        if not rule.fits(event.type, event.data):
            continue
        count = rule.seen(session, event)
        if count < rule.count:
            continue
        key = rule.dedupe_key(event)
        last = session.scalar(select(Alert).where(Alert.dedupe_key == key).order_by(Alert.last_at.desc()).limit(1))
        evidence = {"source": event.source, "id": event.event_id, "time": event.time.isoformat(), "data": event.data}
        if last is not None and last.state in LIVE:
            last.evidence = [*last.evidence, evidence][-100:]
            last.last_at = max(last.last_at, event.time)
            touched.append(last)
            continue
        if last is not None and event.time - last.last_at < timedelta(seconds=rule.cooldown_s):
            continue
        words = {"device": event.data.get("device", "?"), "count": count, "estate": event.estate_id}
        alert = Alert(
            estate_id=event.estate_id,
            rule=rule.name,
            severity=rule.severity,
            message={"en": rule.message.en.format(**words), "zh": rule.message.zh.format(**words)},
            dedupe_key=key,
            state="open",
            evidence=[evidence],
            timeline=[_step("open", f"rule:{rule.name}", "")],
            last_at=event.time,
        )
        session.add(alert)
        touched.append(alert)
    session.flush()
    return touched


def move(alert: Alert, action: Action, actor: str, note: str) -> None:
    """Take an alert to its next state; only a person does that.

    Raises:
        ProblemError: the state does not allow it, or a dismissal has no reason.
    """
    allowed, after = TRANSITIONS[action]
    if alert.state not in allowed:
        raise ProblemError("conflict", f"The alert is {alert.state}; {action} needs it {' or '.join(allowed)}.")
    if action == "dismiss" and not note.strip():
        raise ProblemError("invalid-request", "A dismissal needs its reason in 'note'.")
    alert.state = after
    alert.timeline = [*alert.timeline, _step(after, actor, note)]


def _step(state: str, actor: str, note: str) -> dict[str, Any]:
    return {"at": now().isoformat(), "state": state, "by": actor, "note": note}
