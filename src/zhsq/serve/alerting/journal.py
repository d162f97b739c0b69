"""One transaction's work: store events that are new, and let the rules see those of this process's estates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from zhsq.serve.alerting import arrivals
from zhsq.serve.alerting.engine.facts import Fact, Ref, stamp
from zhsq.serve.alerting.evaluation import Evaluator, facts
from zhsq.serve.alerting.events.envelope import Incoming
from zhsq.serve.alerting.ownership import Ownership
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.store import bulk
from zhsq.serve.store.tables import Estate, Event, Vehicle

#: A device's clock may be so far ahead.
AHEAD = timedelta(minutes=5)


@dataclass
class Outcome:
    """What became of one event; `refused` says why it was not taken, with the code of the problem, both else empty."""

    duplicate: bool = False
    alerts: list[str] = field(default_factory=list)
    #: Whether the rules saw it by now; else the process that has its estate does so in a moment.
    evaluated: bool = True
    refused: str = ""
    code: str = ""

    def refuse(self, code: str, reason: str) -> None:
        self.code, self.refused = code, reason


class Journal:
    """Stores events; those of this process's estates are evaluated at once, in the same transaction, others are left to
    the process that has them. Used by one thread at a time.

    Args:
        rules: the file of rules.
        late: how late an event may come.
        ownership: which estates are this process's.
    """

    def __init__(self, rules: RuleFile, late: timedelta, ownership: Ownership) -> None:
        self._late, self._ownership = late, ownership
        self._evaluator = Evaluator(rules, late)
        self._estates: set[str] = set()

    def forget(self) -> None:
        """After a transaction that failed: memory is made anew from the store."""
        self._evaluator.forget()

    def take(self, session: Session, events: Sequence[Incoming], now: datetime) -> list[Outcome]:
        """Take events in the order they came.

        Args:
            session: a transaction of the ownership; on any error the caller rolls back and calls `forget`.
            events: checked.
            now: UTC.
        """
        outcomes = [Outcome() for _ in events]
        self._refuse(session, events, outcomes, now)
        mine = self._ownership.estates
        self._evaluator.ready(session, mine & {event.estate for event in events}, now)
        wanted = iter(_permits(session, [e for e, o in zip(events, outcomes, strict=True) if not o.refused]))
        taken = [(next(wanted), outcome) for outcome in outcomes if not outcome.refused]
        fresh = _store(session, [event for event, _ in taken])
        seen, elsewhere = [], []
        for event, outcome in taken:
            # The same event a second time in one batch is a duplicate.
            number = fresh.pop((event.source, event.id), None)
            outcome.duplicate = number is None
            if number is None:
                continue
            if event.estate in mine:
                seen.append((_fact(event), outcome))
            else:
                outcome.evaluated = False
                elsewhere.append((event.estate, number))
        found = self._evaluator.feed(session, [fact for fact, _ in seen], now)
        for (_, outcome), alerts in zip(seen, found, strict=True):
            outcome.alerts = alerts
        arrivals.put(session, elsewhere)
        return outcomes

    def take_arrived(self, session: Session, now: datetime) -> bool:
        """Evaluate events of this process's estates that others stored; whether more may wait."""
        mine = self._ownership.estates
        self._evaluator.ready(session, mine, now)
        events, more = arrivals.take(session, mine)
        self._evaluator.feed(session, facts(events), now)
        return more

    def tick(self, session: Session, now: datetime) -> list[str]:
        """Look which estates are this process's, and raise the alerts that are due there because nothing came."""
        self._look(session)
        self._evaluator.ready(session, self._ownership.estates, now)
        return self._evaluator.tick(session, now)

    def _look(self, session: Session) -> None:
        self._ownership.look(session)
        self._evaluator.keep(self._ownership.estates)

    def _refuse(self, session: Session, events: Sequence[Incoming], outcomes: list[Outcome], now: datetime) -> None:
        """Mark what is not taken: an unknown estate, a time too far ahead or too long ago."""
        unknown = {event.estate for event in events} - self._estates
        new = set(session.scalars(select(Estate.id).where(Estate.id.in_(unknown)))) if unknown else set()
        if new:
            self._estates |= new
            self._look(session)  # it may be nobody's yet
        late = []
        for event, outcome in zip(events, outcomes, strict=True):
            if event.estate not in self._estates:
                outcome.refuse("not-found", f"There is no estate {event.estate!r}.")
            elif event.time > now + AHEAD:
                ahead = f"Its time is {_span(event.time - now)} ahead; a clock may be {_span(AHEAD)} ahead."
                outcome.refuse("event-time", ahead)
            elif event.time < now - self._late:
                late.append((event, outcome))
        if not late:
            return
        # A sender that had no answer sends again, however long the line was cut: what is there is no late event.
        refs = [(event.source, event.id) for event, _ in late]
        there = set(session.execute(select(Event.source, Event.event_id).where(_among(refs))).tuples())
        for event, outcome in late:
            if (event.source, event.id) not in there:
                gone = f"The event is {_span(now - event.time)} old; events are taken for {_span(self._late)}."
                outcome.refuse("event-time", gone)


def _store(session: Session, events: Sequence[Incoming]) -> dict[Ref, int]:
    """Insert events; source and id of those that were not there, with the number that each got.

    They are inserted in one order by every process: two that take the same events wait for each other, never mutually.
    """
    rows = [
        {"source": e.source, "event_id": e.id, "type": e.type, "estate_id": e.estate, "time": e.time, "data": e.data}
        for e in sorted(events, key=lambda e: (e.source, e.id))
    ]
    made = bulk.insert(session, Event, rows, skip=True, returning=("source", "event_id", "id"))
    return {(source, event_id): number for source, event_id, number in made}


def _permits(session: Session, events: list[Incoming]) -> list[Incoming]:
    """Give plate passes whose sender did not decide a decision: whether the plate is registered in the estate."""
    open_ones = [e for e in events if e.type == "vehicle" and "decision" not in e.data and "plate" in e.data]
    if not open_ones:
        return events
    pairs = {(e.estate, e.data["plate"]) for e in open_ones}
    query = select(Vehicle.estate_id, Vehicle.plate).where(tuple_(Vehicle.estate_id, Vehicle.plate).in_(pairs))
    known = set(session.execute(query).tuples())
    asked = {id(e) for e in open_ones}
    return [
        replace(e, data=e.data | {"decision": "match" if (e.estate, e.data["plate"]) in known else "unknown"})
        if id(e) in asked
        else e
        for e in events
    ]


def _among(refs: Sequence[Ref]) -> Any:
    return tuple_(Event.source, Event.event_id).in_(refs)


def _fact(event: Incoming) -> Fact:
    return Fact((event.source, event.id), event.type, stamp(event.time), event.data)


def _span(delta: timedelta) -> str:
    seconds = int(delta.total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
