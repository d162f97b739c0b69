"""One transaction's work: store events that are new, let the rules see them, raise alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from zhsq.serve.alerting.engine.engine import Engine
from zhsq.serve.alerting.engine.facts import Fact, Ref
from zhsq.serve.alerting.events.envelope import Incoming
from zhsq.serve.alerting.presence import Presence
from zhsq.serve.alerting.raising import Raiser
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.matching.permits import Pass, look_up
from zhsq.serve.store.tables import Estate, Event, Heard

#: A device's clock may be so far ahead.
AHEAD = timedelta(minutes=5)


@dataclass
class Outcome:
    """What became of one event; `refused` says why it was not taken, with the code of the problem, both else empty."""

    duplicate: bool = False
    alerts: list[str] = field(default_factory=list)
    refused: str = ""
    code: str = ""

    def refuse(self, code: str, reason: str) -> None:
        self.code, self.refused = code, reason


class Journal:
    """Keeps the engine in step with the store. Used by one thread at a time.

    Args:
        rules: the file of rules.
        late: how late an event may come.
    """

    def __init__(self, rules: RuleFile, late: timedelta) -> None:
        self._rules, self._late = rules, late
        self._engine: Engine | None = None
        self._raiser = Raiser()
        self._presence = Presence()
        self._estates: set[str] = set()

    def forget(self) -> None:
        """After a transaction that failed: memory is made anew from the store."""
        self._engine = None
        self._raiser.forget()
        self._presence.forget()

    def take(self, session: Session, events: Sequence[Incoming], now: datetime) -> list[Outcome]:
        """Take events in the order they came.

        Args:
            session: a transaction; on any error the caller rolls back and calls `forget`.
            events: checked.
            now: UTC.
        """
        engine = self._ready(session, now)
        outcomes = [Outcome() for _ in events]
        self._refuse(session, events, outcomes, now)
        taking = [event for event, outcome in zip(events, outcomes, strict=True) if not outcome.refused]
        wanted = _permits(session, taking, self._rules.rules.offset_s)
        fresh = _store(session, wanted)
        self._presence.note(session, [event for event in wanted if (event.source, event.id) in fresh])
        firings, sources = [], []
        taken = iter(wanted)
        for outcome in outcomes:
            if outcome.refused:
                continue
            event = next(taken)
            if (event.source, event.id) not in fresh:
                outcome.duplicate = True
                continue
            fresh.discard((event.source, event.id))  # the same event a second time in one batch is a duplicate
            for firing in engine.feed(_fact(event)):
                firings.append(firing)
                sources.append(outcome)
        for outcome, alert in zip(sources, self._raise(session, firings, now), strict=True):
            if alert is not None and alert not in outcome.alerts:
                outcome.alerts.append(alert)
        self._keep(session, engine)
        return outcomes

    def tick(self, session: Session, now: datetime) -> list[str]:
        """Alerts that were raised because nothing came."""
        engine = self._ready(session, now)
        firings = engine.tick(_stamp(now))
        self._keep(session, engine)
        return [alert for alert in self._raise(session, firings, now) if alert is not None]

    def _raise(self, session: Session, firings: list[Any], now: datetime) -> list[str | None]:
        return self._raiser.apply(session, firings, now) if firings else []

    def _ready(self, session: Session, now: datetime) -> Engine:
        """The engine of the rules in force; what changed in them is given its memory from the store."""
        if self._engine is None or self._engine.rules is not self._rules.rules:
            engine = Engine(self._rules.rules, self._late.total_seconds(), self._engine)
            engine.warm(_history(session, engine, now - self._late))
            marks = session.execute(select(Heard.rule, Heard.key, Heard.at)).all()
            engine.recall((rule, tuple(key.split("|")), at) for rule, key, at in marks)
            engine.marks()  # what was just read need not be written
            self._engine = engine
        return self._engine

    def _refuse(self, session: Session, events: Sequence[Incoming], outcomes: list[Outcome], now: datetime) -> None:
        """Mark what is not taken: an unknown estate, a time too far ahead or too long ago."""
        unknown = {event.estate for event in events} - self._estates
        if unknown:
            self._estates |= set(session.scalars(select(Estate.id).where(Estate.id.in_(unknown))))
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

    def _keep(self, session: Session, engine: Engine) -> None:
        marks = engine.marks()
        if not marks:
            return
        rows = [
            {"rule": rule.name, "estate_id": key[rule.key.index("estate")], "key": "|".join(key), "at": at}
            for rule, key, at in marks
        ]
        made = _insert(session, Heard)
        made = made.on_conflict_do_update(index_elements=["rule", "key"], set_={"at": made.excluded.at})
        session.execute(made, rows)  # many rows of one statement: it is compiled once, not per batch


def _store(session: Session, events: Sequence[Incoming]) -> set[Ref]:
    """Insert events; source and id of those that were not there."""
    if not events:
        return set()
    rows = [
        {"source": e.source, "event_id": e.id, "type": e.type, "estate_id": e.estate, "time": e.time, "data": e.data}
        for e in events
    ]
    made = _insert(session, Event).on_conflict_do_nothing(index_elements=["source", "event_id"])
    return set(session.execute(made.returning(Event.source, Event.event_id), rows).tuples())


def _permits(session: Session, events: list[Incoming], offset_s: int) -> list[Incoming]:
    """Give plate passes whose sender did not decide a decision, whether the plate is registered in the estate, and what
    the vehicle is permitted at that gate and time."""
    asked = [e for e in events if e.type == "vehicle" and "decision" not in e.data and "plate" in e.data]
    places = (frozenset(str(e.data[name]) for name in ("device", "zone") if name in e.data) for e in asked)
    passes = [Pass(e.estate, e.data["plate"], e.time, where) for e, where in zip(asked, places, strict=True)]
    told: dict[int, dict[str, str]] = {}
    for event, found in zip(asked, look_up(session, passes, offset_s), strict=True):
        told[id(event)] = {"decision": "match", "permit": found.state} if found else {"decision": "unknown"}
    return [replace(e, data={**told[id(e)], **e.data}) if id(e) in told else e for e in events]


def _history(session: Session, engine: Engine, until: datetime) -> Iterator[Fact]:
    """Stored events that fresh rules want, in the order of their times."""
    for kind, seconds in sorted(engine.remembers().items()):
        query = (
            select(Event.source, Event.event_id, Event.time, Event.data)
            .where(Event.type == kind, Event.time >= until - timedelta(seconds=seconds))
            .order_by(Event.time, Event.id)
            .execution_options(yield_per=1000)
        )
        for source, event_id, time, data in session.execute(query):
            yield Fact((source, event_id), kind, _stamp(time), data)


def _insert(session: Session, table: Any) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _among(refs: Sequence[Ref]) -> Any:
    return tuple_(Event.source, Event.event_id).in_(refs)


def _fact(event: Incoming) -> Fact:
    return Fact((event.source, event.id), event.type, _stamp(event.time), event.data)


def _stamp(time: datetime) -> float:
    return time.replace(tzinfo=UTC).timestamp()


def _span(delta: timedelta) -> str:
    seconds = int(delta.total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
