"""Delivery to platforms: the outbox's messages made into records at the moment they go, if they may."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.alerting.sending import Answer
from zhsq.serve.alerting.ways import TIMEOUT_S
from zhsq.serve.gat1400 import records
from zhsq.serve.gat1400.bases import RecordKind, holds
from zhsq.serve.gat1400.link import Link
from zhsq.serve.gat1400.options import Options
from zhsq.serve.gat1400.queue import STATE, changed_states
from zhsq.serve.security.audit import record as audit
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import AlertLink, Delivery, Event, Target, now

#: Between looks at the states of devices, seconds.
LOOK_S = 15.0


@dataclass
class _Open:
    """A target's link, and what it was opened with."""

    link: Link
    of: tuple[str, str, str]
    looked_at: float = float("-inf")


class Platforms:
    """A way of delivery (`zhsq.serve.alerting.ways`): links to the targets that this process delivers to.

    Args:
        database: the store.
        timeout_s: for an answer.
    """

    def __init__(self, database: Database, timeout_s: float = TIMEOUT_S) -> None:
        self._database, self._timeout_s = database, timeout_s
        self._open: dict[str, _Open] = {}

    def due(self, target: Target, secret: str) -> bool:
        """Whether to register, to say that we live, or to look at the states of devices."""
        known = self._open.get(target.id)
        if known is None or known.of != _wanted(target, secret) or target.failures:
            return True
        return known.link.due() or time.monotonic() - known.looked_at >= LOOK_S

    def prepare(self, target: Target, secret: str) -> Answer:
        """Keep the registration alive, and put changed states into the outbox."""
        known = self._open.get(target.id)
        wanted = _wanted(target, secret)
        if known is None or known.of != wanted:
            self.drop(target.id)
            options = Options.model_validate(target.options)
            link = Link(target.url, options.device_id, options.username, secret, self._timeout_s)
            known = self._open[target.id] = _Open(link, wanted)
        answer = known.link.ready(now())
        if answer.verdict == "delivered" and time.monotonic() - known.looked_at >= LOOK_S:
            known.looked_at = time.monotonic()
            with self._database.session() as session:
                changed_states(session, session.get_one(Target, target.id), now())
        return answer

    def send(self, target: Target, secret: str, delivery: Delivery) -> Answer:
        """Make the record of a message, if a basis still names it, and push it."""
        del secret  # the link has it
        with self._database.session() as session:
            made = _record(session, target, delivery, now())
            if isinstance(made, Answer):
                return made
            kind = "state" if delivery.body["type"] == STATE else "vehicle"
            audit(session, "gat1400", f"gat1400.{kind}", f"{delivery.estate_id}/{delivery.message_id}", target.id)
        return self._open[target.id].link.push(made)

    def drop(self, target_id: str) -> None:
        """Sign off from a platform."""
        known = self._open.pop(target_id, None)
        if known is not None:
            known.link.close()

    def close(self) -> None:
        """Sign off from all."""
        for target_id in list(self._open):
            self.drop(target_id)


def _wanted(target: Target, password: str) -> tuple[str, str, str]:
    options = Options.model_validate(target.options)
    return target.url, f"{options.device_id}|{options.username}", password


def _record(session: Session, target: Target, delivery: Delivery, at: datetime) -> records.Push | Answer:
    """The record of a message, or why there is none."""
    options = Options.model_validate(target.options)
    told = delivery.body
    kind: RecordKind = "device-states" if told["type"] == STATE else "vehicle-alerts"
    if not holds(session, delivery.estate_id, kind, at):
        return Answer("withheld", f"no legal basis in force names {kind}")
    if kind == "device-states":
        ape = options.devices.get(told["device"])
        if ape is None or options.subscribe_id is None:
            return Answer("withheld", f"{told['device']} has no ApeID, or there is no subscription")
        since = datetime.fromisoformat(told["at"])
        return records.state(
            ape,
            online=told["online"],
            at=since,
            subscription=options.subscribe_id,
            number=delivery.id,
            device=told["device"],
        )
    same = (Event.source == AlertLink.source) & (Event.event_id == AlertLink.event_id)
    query = select(Event).join(AlertLink, same).where(AlertLink.alert_id == delivery.alert_id, Event.type == "vehicle")
    event = session.scalar(query.order_by(Event.time, Event.id).limit(1))
    if event is None:
        return Answer("withheld", "the event was let go by retention")
    ape = options.devices.get(event.data["device"])
    if ape is None:
        return Answer("withheld", f"{event.data['device']} has no ApeID on this platform")
    return records.vehicle(ape, at=event.time, number=delivery.id, passed=event.data)
