"""Delivers the outbox: a thread per target, so that one that is down holds up none of the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from zhsq.serve.alerting.circuit import Circuit
from zhsq.serve.alerting.sending import Process, claim, pick, rest, settle
from zhsq.serve.alerting.ways import Way
from zhsq.serve.security.sealing import Sealer
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Delivery, Target, now

log = logging.getLogger(__name__)


class Courier:
    """Sends what is due until it is closed.

    Stopped at any moment, it loses nothing: a message that was sent but not yet written down as delivered is sent
    again, with the same identifier.

    Args:
        database: the store.
        sealer: opens the targets' secrets.
        ways: kind of target -> how to deliver to it; ended with the courier. Targets of other kinds rest untouched.
        lease_s: for so long a target is this process's after it last showed that it lives; a way waits less for an answer.
        idle_s: between looks at an empty outbox.
    """

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        ways: Mapping[str, Way],
        *,
        lease_s: float = 20,
        idle_s: float = 0.25,
    ) -> None:
        self._database, self._sealer, self._ways = database, sealer, ways
        self._lease, self._idle_s = timedelta(seconds=lease_s), idle_s
        self._process = Process.own()
        self._stop = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._circuits: dict[str, Circuit] = {}
        self._manager: threading.Thread | None = None

    def start(self) -> None:
        """Begin to deliver."""
        if self._manager is None:
            self._manager = threading.Thread(target=self._manage, name="zhsq-courier", daemon=True)
            self._manager.start()

    def close(self) -> None:
        """Stop after the message under way, and leave the targets to other processes."""
        self._stop.set()
        for thread in (self._manager, *self._threads.values()):
            if thread is not None:
                thread.join(timeout=30)
        for way in self._ways.values():
            way.close()

    def step(self, target_id: str) -> float | None:
        """Send one message, if one is due; seconds until it is worth looking again, None where the target is off."""
        moment = now()
        with self._database.session() as session:
            target = session.get(Target, target_id)
            if target is None or not target.enabled:
                return None
            way = self._ways.get(target.kind)
            if way is None or not claim(session, target, self._process, moment, self._lease):
                return self._idle_s
            if target.rests_until is not None and target.rests_until > moment:
                return min((target.rests_until - moment).total_seconds(), self._idle_s)
            secret = self._sealer.open(target.secret, target.id)
            if self._sealer.stale(target.secret):  # the master key was rotated
                target.secret = self._sealer.seal(secret, target.id)
            due = way.due(target, secret)
            delivery = None if due else pick(session, target, moment)
        if due:
            delivery = self._prepared(way, target, secret)
        if delivery is None:
            return self._idle_s
        began = time.monotonic()
        answer = way.send(target, secret, delivery)
        with self._database.session() as session:
            target, delivery = session.get_one(Target, target_id), session.get_one(Delivery, delivery.id)
            settle(session, target, delivery, answer, self._circuits.setdefault(target_id, Circuit()), now())
        return max(0.0, 1 / target.rate_per_s - (time.monotonic() - began))

    def _prepared(self, way: Way, target: Target, secret: str) -> Delivery | None:
        """What is due to a target once the way there is ready; it rests where it can't be."""
        answer = way.prepare(target, secret)
        with self._database.session() as session:
            mine = session.get_one(Target, target.id)
            if answer.verdict == "delivered":
                if mine.failures:  # it is back, though nothing may be due
                    mine.failures, mine.rests_until, mine.last_error = 0, None, ""
                return pick(session, mine, now())
            rest(mine, answer, now())
            return None

    def _manage(self) -> None:
        while not self._stop.is_set():
            try:
                with self._database.session() as session:
                    wanted = list(session.scalars(select(Target.id).where(Target.enabled)))
                for target_id in wanted:
                    if target_id not in self._threads or not self._threads[target_id].is_alive():
                        thread = threading.Thread(target=self._run, args=(target_id,), daemon=True)
                        self._threads[target_id] = thread
                        thread.start()
            except Exception:
                log.exception("The targets can't be read; it is tried again.")
            self._stop.wait(1.0)

    def _run(self, target_id: str) -> None:
        while not self._stop.is_set():
            try:
                pause = self.step(target_id)
                if pause is None:
                    break
            except Exception:
                log.exception("Delivery to %s failed; it is tried again.", target_id)
                pause = 1.0
            self._stop.wait(pause)
        for way in self._ways.values():
            way.drop(target_id)
        with self._database.session() as session:
            mine = session.scalar(select(Target).where(Target.id == target_id, Target.lease_by == str(self._process)))
            if mine is not None:
                mine.lease_by, mine.lease_until = "", None
