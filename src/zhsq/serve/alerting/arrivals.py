"""Events that were stored by a process that does not evaluate their estate, until the one that does has done so: on
PostgreSQL, where there may be several.

They are written with the events, and deleted in the transaction that holds what the rules made of them: each event is
evaluated once, whoever dies when. Nothing is told by a position in the journal: identifiers are handed out before they
are committed, so a position would pass by what is committed late.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, Select, cast, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from zhsq.serve.alerting.events.envelope import Incoming
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Arrival

log = logging.getLogger(__name__)
#: Arrivals, each of the events of one commit, that one transaction takes.
AT_ONCE = 10
_CHANNEL = "zhsq_arrivals"
#: Lists go as one parameter each: the text of a statement, which PostgreSQL keeps a plan for, stays the same.
_TAKEN = text(
    "DELETE FROM arrivals WHERE id IN (SELECT id FROM arrivals WHERE estate_id = ANY(:estates) ORDER BY id LIMIT :most)"
    " RETURNING id, events"
)
_EVENTS = text("SELECT id, source, event_id, type, estate_id, time, data FROM events WHERE id = ANY(:numbers)")


def put(session: Session, events: Iterable[tuple[str, int]]) -> None:
    """Leave events to the processes that evaluate their estates, and wake these at the commit.

    Args:
        session: the transaction that stores them.
        events: estate and identifier of each, in the order in which they came.
    """
    found: dict[str, list[int]] = {}
    for estate, number in events:
        found.setdefault(estate, []).append(number)
    if found:
        session.execute(insert(Arrival), [{"estate_id": estate, "events": ids} for estate, ids in found.items()])
        session.execute(
            text("SELECT pg_notify(:channel, :estate)"), [{"channel": _CHANNEL, "estate": e} for e in found]
        )


def take(session: Session, estates: Collection[str]) -> tuple[list[Incoming], bool]:
    """Events that wait for the evaluation of these estates, in the order in which they came; and whether more may wait.

    They wait no more once the transaction commits.
    """
    connection = session.connection()
    found = connection.execute(_TAKEN, {"estates": sorted(estates), "most": AT_ONCE}).all()
    numbers = [number for _, events in sorted(found, key=itemgetter(0)) for number in events]
    if not numbers:
        return [], False
    rows = connection.execute(_EVENTS, {"numbers": numbers}).all()
    there = {number: Incoming(*event) for number, *event in rows}
    return [there[number] for number in numbers if number in there], len(found) == AT_ONCE


def waiting(estate: str) -> Select[int]:
    """Identifiers of an estate's events that are not evaluated yet: part of a statement to PostgreSQL."""
    each = cast(func.json_array_elements_text(Arrival.events), Integer)
    return select(each).where(Arrival.estate_id == estate)


class Listener:
    """Calls back when something arrived for an estate, at once; a lost call is made good by whoever looks regularly.

    Args:
        database: a PostgreSQL.
        heard: called with the estate, from a thread of the listener's.
    """

    def __init__(self, database: Database, heard: Callable[[str], None]) -> None:
        self._database, self._heard = database, heard
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zhsq-arrivals", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except SQLAlchemyError as error:
                log.warning("Arrivals are not told at once, they are looked for every second: %s", error)
            except Exception:
                log.exception("Arrivals are not told at once, they are looked for every second.")
            self._stop.wait(1.0)

    def _listen(self) -> None:
        with self._database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            connection.detach()
            raw.rollback()
            raw.autocommit = True
            raw.execute(f"LISTEN {_CHANNEL}")
            while not self._stop.is_set():
                for told in raw.notifies(timeout=0.5):
                    self._heard(told.payload)
