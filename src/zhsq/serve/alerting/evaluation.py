"""Rules at work on stored events: an engine per estate, in step with the store, and the alerts that come of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.alerting import arrivals
from zhsq.serve.alerting.engine.engine import Engine
from zhsq.serve.alerting.engine.facts import Fact, Firing, stamp
from zhsq.serve.alerting.raising import Raiser
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.store import bulk
from zhsq.serve.store.tables import Event, Heard


class Evaluator:
    """The engines of the estates that this process has. Used by one thread at a time.

    `ready` is the first thing in each transaction: the memory of an engine is that of the store before it.

    Args:
        rules: the file of rules.
        late: how late an event may come.
    """

    def __init__(self, rules: RuleFile, late: timedelta) -> None:
        self._rules, self._late = rules, late
        self._engines: dict[str, Engine] = {}
        self._raiser = Raiser()

    def forget(self) -> None:
        """After a transaction that failed: memory is made anew from the store."""
        self._engines.clear()
        self._raiser.forget()

    def keep(self, estates: Collection[str]) -> None:
        """Forget what others evaluate now."""
        gone = [estate for estate in self._engines if estate not in estates]
        for estate in gone:
            del self._engines[estate]
        if gone:
            self._raiser.forget()

    def ready(self, session: Session, estates: Iterable[str], now: datetime) -> None:
        """Bring engines to the rules in force; what is new in them is given its memory from the store."""
        for estate in estates:
            before = self._engines.get(estate)
            if before is None or before.rules is not self._rules.rules:
                engine = Engine(self._rules.rules, self._late.total_seconds(), before, estate=estate)
                engine.warm(_history(session, engine, estate, now - self._late))
                query = select(Heard.rule, Heard.key, Heard.at).where(Heard.estate_id == estate)
                engine.recall((rule, tuple(key.split("|")), at) for rule, key, at in session.execute(query))
                engine.marks()  # what was just read need not be written
                self._engines[estate] = engine

    def feed(self, session: Session, facts: Sequence[Fact], now: datetime) -> list[list[str]]:
        """Show events that were not shown before to the rules; per event the alerts that it raised or is evidence of."""
        firings: list[Firing] = []
        sources: list[int] = []
        for number, fact in enumerate(facts):
            for firing in self._engines[fact.data["estate"]].feed(fact):
                firings.append(firing)
                sources.append(number)
        self._write_marks(session)
        found: list[list[str]] = [[] for _ in facts]
        # Last in the transaction, as raising takes the lock of those who write steps.
        for number, alert in zip(sources, self._raiser.apply(session, firings, now), strict=True):
            if alert is not None and alert not in found[number]:
                found[number].append(alert)
        return found

    def tick(self, session: Session, now: datetime) -> list[str]:
        """Alerts that were raised because nothing came."""
        at = stamp(now)
        firings = [firing for engine in self._engines.values() for firing in engine.tick(at)]
        self._write_marks(session)
        return [alert for alert in self._raiser.apply(session, firings, now) if alert is not None]

    def _write_marks(self, session: Session) -> None:
        rows = [
            {"rule": rule.name, "estate_id": estate, "key": "|".join(key), "at": at}
            for estate, engine in self._engines.items()
            for rule, key, at in engine.marks()
        ]
        bulk.insert(session, Heard, rows, replace=("at",))


def _history(session: Session, engine: Engine, estate: str, until: datetime) -> Iterator[Fact]:
    """Events that were evaluated before and that fresh rules want, in the order of their times."""
    for kind, seconds in sorted(engine.remembers().items()):
        query = (
            select(Event.source, Event.event_id, Event.time, Event.data)
            .where(Event.estate_id == estate, Event.type == kind, Event.time >= until - timedelta(seconds=seconds))
            .order_by(Event.time, Event.id)
            .execution_options(yield_per=1000)
        )
        if session.get_bind().dialect.name == "postgresql":
            query = query.where(Event.id.not_in(arrivals.waiting(estate)))
        for source, event_id, time, data in session.execute(query):
            yield Fact((source, event_id), kind, stamp(time), data)
