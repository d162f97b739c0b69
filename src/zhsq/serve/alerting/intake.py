"""Events in: one thread takes what came, applies the rules, and commits once for all that waited (group commit).

An event is acknowledged after the commit that holds it. Where its estate is this process's, its alerts and what is to be
delivered are in the same commit; else it is left to the process that has the estate (`ownership`, `arrivals`). So what
was acknowledged survives a kill, and what was not is sent again by its sender and known by its source and id.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError, OperationalError

from zhsq.serve.alerting import life
from zhsq.serve.alerting.arrivals import Listener
from zhsq.serve.alerting.events.envelope import Incoming
from zhsq.serve.alerting.journal import Journal, Outcome
from zhsq.serve.alerting.ownership import Shared, ownership
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
        tick_s: between looks at the clock, for silences, escalations, the file of rules and estates that are free.
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
        self._ownership = ownership(database, tick_s)
        self._journal = Journal(rules, timedelta(seconds=late_s), self._ownership)
        self._queue: queue.Queue[_Request | None] = queue.Queue(WAITING)
        self._lock = threading.Lock()
        #: One transaction at a time: the journal and the ownership are of one thread.
        self._turn = threading.RLock()
        self._arrived = threading.Event()
        self._thread: threading.Thread | None = None
        self._listener: Listener | None = None
        self._closed = False

    @property
    def estates(self) -> frozenset[str]:
        """The estates that this process evaluates now."""
        return self._ownership.estates

    def start(self) -> None:
        """Begin, if it has not begun: events begin it, but silences and escalations need it before the first event."""
        with self._lock:
            if self._thread is None and not self._closed:
                if isinstance(self._ownership, Shared):
                    self._listener = Listener(self._database, self._hear)
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
        """Finish what was handed in, leave the estates to others, then stop."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if self._listener is not None:
            self._listener.close()
        if thread is not None:
            self._queue.put(None)
            thread.join(timeout=30)
        with self._turn:
            self._ownership.close()

    def tick(self) -> None:
        """Look at the clock, now: silences that grew too long, and escalations that are due."""
        with self._turn:
            with self._ownership.session() as session:
                self._journal.tick(session, self._clock())
            # On its own: the alerts that it changes may be under a person's hand, who waits for the steps written above.
            with self._ownership.session() as session:
                life.escalate(session, self._clock(), self._ownership.estates)
            if self._listener is not None:  # whatever it missed
                self._take_arrived()

    def _run(self) -> None:
        due = time.monotonic()
        while True:
            try:
                first = self._queue.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                first = _nothing()
            if first is None:
                return
            batch, last = self._gather(first)
            if self._arrived.is_set():
                self._look(self._take_arrived)
            self._take(batch)
            if last:
                return
            if time.monotonic() >= due:
                due = time.monotonic() + self._tick_s
                self._look(self._tick)

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
        if not events:
            return
        try:
            outcomes = self._commit(events)
        except Exception as error:  # told to those who wait; the thread goes on
            if len(batch) > 1:  # one request's fault is not that of the others
                for request in batch:
                    self._take([request])
            else:
                batch[0].answer.set_exception(error)
            return
        start = 0
        for request in batch:
            request.answer.set_result(outcomes[start : start + len(request.events)])
            start += len(request.events)

    def _commit(self, events: list[Incoming]) -> list[Outcome]:
        for attempt in (1, 2):
            try:
                with self._turn, self._ownership.session() as session:
                    return self._journal.take(session, events, self._clock())
            except Exception as error:
                self._failed()
                # Another process was first with the same row, or the connection broke: what is kept in memory is read anew.
                if attempt == 2 or not isinstance(error, IntegrityError | OperationalError):
                    raise
        raise AssertionError

    def _hear(self, estate: str) -> None:
        """Something arrived for an estate (from the listener's thread)."""
        if estate in self._ownership.estates:
            self._arrived.set()
            with contextlib.suppress(queue.Full):
                self._queue.put_nowait(_nothing())

    def _take_arrived(self) -> None:
        self._arrived.clear()
        with self._turn, self._ownership.session() as session:
            more = self._journal.take_arrived(session, self._clock())
        if more:
            self._arrived.set()
            with contextlib.suppress(queue.Full):
                self._queue.put_nowait(_nothing())

    def _tick(self) -> None:
        self.rules.look()
        self.tick()

    def _look(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            self._failed()
            log.exception("The clock's work failed; it is tried again.")

    def _failed(self) -> None:
        self._journal.forget()
        self._ownership.lost()


def _nothing() -> _Request:
    """Wakes the thread."""
    return _Request((), Future())
