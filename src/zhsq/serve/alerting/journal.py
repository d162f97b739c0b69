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
from zhsq.serve.alerting.evaluation import Evaluator
from zhsq.serve.alerting.events.envelope import BadEventError, Incoming
from zhsq.serve.alerting.ownership import Ownership
from zhsq.serve.alerting.presence import Presence
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.matching.permits import Pass, look_up
from zhsq.serve.problems import ProblemError
from zhsq.serve.store import bulk
from zhsq.serve.store.tables import Estate, Event

#: A device's clock may be so far ahead.
AHEAD = timedelta(minutes=5)


@dataclass
class Outcome:
    """What became of one event."""

    duplicate: bool = False
    alerts: list[str] = field(default_factory=list)
    #: Whether the rules saw it by now; else the process that has its estate does so in a moment.
    evaluated: bool = True
    #: Why it was not taken; None where it was.
    refused: ProblemError | BadEventError | None = None


class Journal:
    """Stores events; those of this process's estates are evaluated at once, in the same transaction, others are left to
    the process that has them. Used by one thread at a time.

    Args:
        rules: the file of rules.
        late: how late an event may come.
        ownership: which estates are this process's.
    """

    def __init__(self, rules: RuleFile, late: timedelta, ownership: Ownership) -> None:
        self._rules, self._late, self._ownership = rules, late, ownership
        self._evaluator = Evaluator(rules, late)
        self._presence = Presence()
        self._estates: set[str] = set()
        #: Of these something may be in memory.
        self._kept: frozenset[str] = frozenset()

    def forget(self) -> None:
        """After a transaction that failed: memory is made anew from the store."""
        self._evaluator.forget()
        self._presence.forget()

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
        taking = [event for event, outcome in zip(events, outcomes, strict=True) if outcome.refused is None]
        wanted = _permits(session, taking, self._rules.rules.offset_s)
        taken = list(zip(wanted, [outcome for outcome in outcomes if outcome.refused is None], strict=True))
        fresh = _store(session, wanted)
        seen, elsewhere = [], []
        for event, outcome in taken:
            # The same event a second time in one batch is a duplicate.
            number = fresh.pop((event.source, event.id), None)
            outcome.duplicate = number is None
            if number is None:
                continue
            if event.estate in mine:
                seen.append((event, outcome))
            else:
                outcome.evaluated = False
                elsewhere.append((event.estate, number))
        arrivals.put(session, elsewhere)
        found = self._show(session, [event for event, _ in seen], now)
        for (_, outcome), alerts in zip(seen, found, strict=True):
            outcome.alerts = alerts
        return outcomes

    def take_arrived(self, session: Session, now: datetime) -> bool:
        """Evaluate events of this process's estates that others stored; whether more may wait."""
        mine = self._ownership.estates
        self._evaluator.ready(session, mine, now)
        events, more = arrivals.take(session, mine)
        self._show(session, events, now)
        return more

    def tick(self, session: Session, now: datetime) -> list[str]:
        """Look which estates are this process's, and raise the alerts that are due there because nothing came."""
        self._look(session)
        self._evaluator.ready(session, self._ownership.estates, now)
        return self._evaluator.tick(session, now)

    def _show(self, session: Session, events: Sequence[Incoming], now: datetime) -> list[list[str]]:
        """Show events of this process's estates to the rules; per event its alerts.

        What was heard of devices is noted here, too, by one process per estate: two that noted the same devices would
        wait for each other's commits.
        """
        self._presence.note(session, events)
        return self._evaluator.feed(session, [_fact(event) for event in events], now)

    def _look(self, session: Session) -> None:
        self._ownership.look(session)
        if self._ownership.estates != self._kept:
            self._kept = self._ownership.estates
            self._evaluator.keep(self._kept)
            self._presence.keep(self._kept)

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
                outcome.refused = ProblemError("not-found", "There is no estate {estate!r}.", estate=event.estate)
            elif event.time > now + AHEAD:
                outcome.refused = ProblemError(
                    "event-time",
                    "Its time is {span} ahead; a clock may be {most} ahead.",
                    span=_span(event.time - now),
                    most=_span(AHEAD),
                )
            elif event.time < now - self._late:
                late.append((event, outcome))
        if not late:
            return
        # A sender that had no answer sends again, however long the line was cut: what is there is no late event.
        refs = [(event.source, event.id) for event, _ in late]
        there = set(session.execute(select(Event.source, Event.event_id).where(_among(refs))).tuples())
        for event, outcome in late:
            if (event.source, event.id) not in there:
                outcome.refused = ProblemError(
                    "event-time",
                    "The event is {span} old; events are taken for {most}.",
                    span=_span(now - event.time),
                    most=_span(self._late),
                )


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


def _permits(session: Session, events: list[Incoming], offset_s: int) -> list[Incoming]:
    """Give plate passes whose sender did not decide a decision, whether the plate is registered in the estate, and what
    the vehicle is permitted at that gate and time."""
    asked = [e for e in events if e.type == "vehicle" and "decision" not in e.data and "plate" in e.data]
    if not asked:
        return events
    places = (frozenset(str(e.data[name]) for name in ("device", "zone") if name in e.data) for e in asked)
    passes = [Pass(e.estate, e.data["plate"], e.time, where) for e, where in zip(asked, places, strict=True)]
    told: dict[int, dict[str, str]] = {}
    for event, found in zip(asked, look_up(session, passes, offset_s), strict=True):
        told[id(event)] = {"decision": "match", "permit": found.state} if found else {"decision": "unknown"}
    return [replace(e, data={**told[id(e)], **e.data}) if id(e) in told else e for e in events]


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
