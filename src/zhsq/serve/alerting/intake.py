"""Events in: one thread takes what came, applies the rules, and commits once for all that waited (group commit).

An event is acknowledged after the commit that holds it, its alerts and what is to be delivered. So what was
acknowledged survives a kill, and what was not is sent again by its sender and known by its source and id.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from zhsq.serve.alerting import life
from zhsq.serve.alerting.events.envelope import Incoming
from zhsq.serve.alerting.journal import Journal, Outcome
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import now

log = logging.getLogger(__name__)
#: Events of one commit.
AT_ONCE = 500
#: Requests that may wait; more are refused at once rather than kept waiting.
WAITING = 2000


@dataclass
class _Request:
    events: Sequence[Incoming]
    answer: Future[list[Outcome]]


class Intake:
    """Takes events from any thread.

    Args:
        database: the store.
        rules: the file of rules, followed.
        late_s: how late an event may come.
        clock: the present, UTC without zone.
        tick_s: between looks at the clock, for silences, escalations and the file of rules.
    """

    def __init__(
        self,
        database: Database,
        rules: RuleFile,
        late_s: float,
        clock: Callable[[], datetime] = now,
        tick_s: float = 1.0,
    ) -> None:
        self.rules = rules
        self._database, self._clock, self._tick_s = database, clock, tick_s
        self._journal = Journal(rules, timedelta(seconds=late_s))
        self._queue: queue.Queue[_Request | None] = queue.Queue(WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self) -> None:
        """Begin, if it has not begun: events begin it, but silences and escalations need it before the first event."""
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="zhsq-intake", daemon=True)
                self._thread.start()

    def submit(self, events: Sequence[Incoming]) -> Future[list[Outcome]]:
        """Hand in events; the answer is there once they are committed, one outcome per event.

        Raises:
            queue.Full: too many are waiting, or it is closed.
        """
        if self._closed:
            raise queue.Full
        self.start()
        request = _Request(events, Future())
        self._queue.put_nowait(request)
        return request.answer

    def close(self) -> None:
        """Finish what was handed in, then stop."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join(timeout=30)

    def tick(self) -> None:
        """Look at the clock, now: silences that grew too long, and escalations that are due."""
        with self._database.session() as session:
            self._journal.tick(session, self._clock())
            life.escalate(session, self._clock())

    def _run(self) -> None:
        due = time.monotonic()
        while True:
            try:
                first = self._queue.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                due = time.monotonic() + self._tick_s
                self._look()
                continue
            if first is None:
                return
            batch, last = self._gather(first)
            self._take(batch)
            if last:
                return
            if time.monotonic() >= due:
                due = time.monotonic() + self._tick_s
                self._look()

    def _gather(self, first: _Request) -> tuple[list[_Request], bool]:
        """What else is waiting, up to a commit's worth; and whether the end was among it."""
        batch, events = [first], len(first.events)
        while events < AT_ONCE:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return batch, True
            batch.append(more)
            events += len(more.events)
        return batch, False

    def _take(self, batch: list[_Request]) -> None:
        events = [event for request in batch for event in request.events]
        try:
            outcomes = self._commit(events)
        except Exception as error:  # told to those who wait; the thread goes on
            self._journal.forget()
            for request in batch:
                request.answer.set_exception(error)
            return
        start = 0
        for request in batch:
            request.answer.set_result(outcomes[start : start + len(request.events)])
            start += len(request.events)

    def _commit(self, events: list[Incoming]) -> list[Outcome]:
        for attempt in (1, 2):
            try:
                with self._database.session() as session:
                    return self._journal.take(session, events, self._clock())
            except IntegrityError:
                # Another process raised the same alert meanwhile; what is kept in memory is read anew.
                self._journal.forget()
                if attempt == 2:
                    raise
        raise AssertionError

    def _look(self) -> None:
        try:
            self.rules.look()
            self.tick()
        except Exception:
            self._journal.forget()
            log.exception("The clock's work failed; it is tried again.")
