"""One delivery: which message is next, who may send it, and what an answer means."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session
from tenacity import RetryCallState
from tenacity.wait import wait_random_exponential

from zhsq.serve.alerting.circuit import Circuit
from zhsq.serve.alerting.rules.schema import SEVERITIES
from zhsq.serve.store.tables import Delivery, Target

#: A backlog whose oldest message waits so long is a catch-up: then the newest of the most critical goes first.
CATCH_UP = timedelta(seconds=60)
#: Refusals (an answer, but no success) after which a message is set aside as dead, where the receiver takes others.
ATTEMPTS = 8
#: Answers that mean "not now": the line or the receiver is down, the message is not at fault and waits for ever.
NOT_NOW = frozenset({408, 425, 429, 502, 503, 504})
#: Random between 0 and 2, 4, 8 ... seconds; at most a minute, so that a line that is back is noticed.
_REST = wait_random_exponential(multiplier=1, max=60)
_REFUSED = wait_random_exponential(multiplier=1, max=600)
#: 'withheld': it may not be sent, or can't be made; no retry would change that.
Verdict = Literal["delivered", "not-now", "refused", "gone", "withheld"]


@dataclass(frozen=True)
class Answer:
    """Of a receiver: what it means, in words, and how long it asks to be left alone (None: it does not say)."""

    verdict: Verdict
    told: str
    rest_s: float | None = None


@dataclass(frozen=True)
class Process:
    """Who delivers: the machine, the process on it, and which one of that number it is."""

    host: str
    pid: int
    start: str

    @classmethod
    def own(cls) -> Process:
        return cls(socket.gethostname()[:30], os.getpid(), uuid.uuid4().hex[:12])

    @classmethod
    def read(cls, text: str) -> Process | None:
        host, _, rest = text.partition(" ")
        pid, _, start = rest.partition(" ")
        return cls(host, int(pid), start) if pid.isdigit() else None

    def __str__(self) -> str:
        return f"{self.host} {self.pid} {self.start}"

    def gone(self, seen_from: Process) -> bool:
        """Whether it surely runs no more; what can't be told from here is not gone."""
        if self.host != seen_from.host or self.pid == seen_from.pid:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False


def pick(session: Session, target: Target, now: datetime) -> Delivery | None:
    """The message to send next; None where nothing is due.

    The messages of one alert go in their order. Alerts go oldest first, and in a catch-up the newest of the most
    critical first.
    """
    waiting = select(Delivery).where(Delivery.target_id == target.id, Delivery.state == "pending")
    oldest = _oldest(session, waiting)
    if oldest is None:
        return None
    due = waiting.where(Delivery.next_at <= now)
    pick_one = _newest_of_the_most_critical if now - oldest.created_at >= CATCH_UP else _oldest
    while True:
        found = pick_one(session, due)
        if found is None:
            return None
        first = session.scalar(waiting.where(Delivery.alert_id == found.alert_id).order_by(Delivery.id).limit(1))
        if first is None or first.next_at <= now:
            return first
        _delay(session, found, first.next_at)  # one before it was refused and waits: so does it


def _oldest(session: Session, waiting: Select[Delivery]) -> Delivery | None:
    found = _ends(session, waiting.order_by(Delivery.id))
    return min(found, key=lambda one: one.id, default=None)


def _newest_of_the_most_critical(session: Session, waiting: Select[Delivery]) -> Delivery | None:
    return next(_ends(session, waiting.order_by(Delivery.id.desc())), None)


def _ends(session: Session, waiting: Select[Delivery]) -> Iterator[Delivery]:
    """The first of each severity: each is one step into the index, however long a backlog is."""
    for priority in range(len(SEVERITIES)):
        found = session.scalar(waiting.where(Delivery.priority == priority).limit(1))
        if found is not None:
            yield found


def claim(session: Session, target: Target, process: Process, now: datetime, lease: timedelta) -> bool:
    """Take, or keep, the sole right to deliver to a target.

    A process that died loses it with its lease; at once, where it ran on this machine and is seen to be gone.
    """
    seen = target.lease_by
    if seen == str(process) and target.lease_until is not None and target.lease_until - now > lease / 2:
        return True  # nothing need be written yet
    if seen not in ("", str(process)) and target.lease_until is not None and target.lease_until >= now:
        holder = Process.read(seen)
        if holder is None or not holder.gone(process):
            return False
    mine = update(Target).where(Target.id == target.id, Target.lease_by == seen)
    done = session.execute(mine.values(lease_by=str(process), lease_until=now + lease))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def settle(
    session: Session, target: Target, delivery: Delivery, answer: Answer, circuit: Circuit, now: datetime
) -> None:
    """Write down what became of a message."""
    if answer.verdict == "delivered":
        circuit.took(delivery.message_id)
        delivery.state, delivery.delivered_at, delivery.last_error = "delivered", now, ""
        target.failures, target.rests_until, target.last_error = 0, None, ""
        return
    delivery.last_error = target.last_error = answer.told[:300]
    if answer.verdict == "withheld":
        delivery.state = "dead"
    elif answer.verdict == "gone":
        target.enabled = False  # as the specification asks; what waits stays, and goes when it is enabled again
    elif answer.verdict == "not-now":
        rest(target, answer, now)
    else:
        _refused(session, target, delivery, circuit, now)


def _refused(session: Session, target: Target, delivery: Delivery, circuit: Circuit, now: datetime) -> None:
    circuit.refused(delivery.message_id)
    target.failures = circuit.open
    target.rests_until = now + timedelta(seconds=_jitter(_REST, circuit.open)) if circuit.open else None
    delivery.attempts += 1
    if delivery.attempts >= ATTEMPTS and circuit.at_fault(delivery.message_id):
        delivery.state = "dead"
        circuit.forget(delivery.message_id)
    else:
        _delay(session, delivery, now + timedelta(seconds=_jitter(_REFUSED, delivery.attempts)))


def rest(target: Target, answer: Answer, now: datetime) -> None:
    """Leave a target alone for a while: it did not answer, or asked for it."""
    target.last_error = answer.told[:300]
    target.failures += 1
    seconds = answer.rest_s if answer.rest_s is not None else _jitter(_REST, target.failures)
    target.rests_until = now + timedelta(seconds=seconds)


def _delay(session: Session, delivery: Delivery, until: datetime) -> None:
    delivery.next_at = until
    session.flush()


def _jitter(wait: wait_random_exponential, attempt: int) -> float:
    state = RetryCallState(retry_object=None, fn=None, args=(), kwargs={})  # type: ignore[arg-type]
    state.attempt_number = min(attempt, 30)
    return float(wait(state))
