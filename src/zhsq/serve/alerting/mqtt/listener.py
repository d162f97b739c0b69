"""Takes what a broker of MQTT sends into the same intake as HTTP, and acknowledges it once it is committed."""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from zhsq.serve.alerting.events.envelope import BadEventError, Incoming, read_event
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.journal import Outcome
from zhsq.serve.alerting.mqtt.binding import Packet, read_packet
from zhsq.serve.alerting.mqtt.broker import IN_FLIGHT, Broker
from zhsq.serve.alerting.mqtt.refused import RefusedLog
from zhsq.serve.problems import ProblemError, as_problem, words
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import now

log = logging.getLogger(__name__)
#: The store is away, not the event at fault: it is tried again for ever.
_STORE = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
#: Times that an event alone may fail otherwise before it is set aside.
_TRIES = 4
#: Seconds between tries, at most.
_REST_S = 10.0


class Figures:
    """Prometheus metrics of one listener, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter(
            "zhsq_mqtt_messages", "Messages by what became of them", ["outcome"], registry=self.registry
        )
        self.connected = Gauge("zhsq_mqtt_connected", "1 while it listens to the broker", registry=self.registry)
        self.waiting = Gauge("zhsq_mqtt_waiting", "Messages received, not yet taken", registry=self.registry)


class Listener:
    """Takes messages from `start` to `close`; killed between the two, it loses none of QoS 1.

    A message is acknowledged after the commit that holds its event, or once it is noted as refused. What can't be
    stored for now is kept and tried again, and the broker keeps what comes after `IN_FLIGHT` more.

    Args:
        settings: of the broker.
        intake: the API's.

    Raises:
        ZhsqError: the broker's address or certificates can't be used.
    """

    def __init__(self, settings: Settings, intake: Intake) -> None:
        self._intake = intake
        self.refused = RefusedLog(settings.mqtt_refused)
        self.figures = Figures()
        self._waiting: queue.Queue[Packet] = queue.Queue()
        self._in_hand = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._broker = Broker(settings, self._receive, self._forget)
        self.figures.connected.set_function(lambda: self._broker.connected_since is not None)
        self.figures.waiting.set_function(lambda: self._waiting.qsize() + self._in_hand)

    def start(self) -> None:
        """Begin; returns at once, whether the broker is there or not."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="zhsq-mqtt", daemon=True)
            self._thread.start()
            self._broker.open()

    def close(self) -> None:
        """Finish what is being stored, then leave; the rest waits at the broker."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
            self._broker.close()

    def status(self) -> dict[str, Any]:
        """Whether it listens, since when, and what is amiss."""
        since = self._broker.connected_since
        return {
            "broker": self._broker.address,
            "connected": since is not None,
            "since": f"{since.isoformat()}Z" if since else None,
            "problem": self._broker.problem,
        }

    def _receive(self, packet: Packet) -> None:
        # The broker bounds what it must hear of; of QoS 0 it would send without end.
        if packet.qos == 0 and self._waiting.qsize() >= 2 * IN_FLIGHT:
            self.figures.messages.labels("dropped").inc()
            return
        self._waiting.put(packet)

    def _forget(self) -> None:
        """The connection was lost: what waits here comes again."""
        while True:
            try:
                packet = self._waiting.get_nowait()
            except queue.Empty:
                return
            if packet.qos == 0:
                self.figures.messages.labels("dropped").inc()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                batch = [self._waiting.get(timeout=0.2)]
            except queue.Empty:
                continue
            while len(batch) < IN_FLIGHT:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._in_hand = len(batch)
            try:
                self._take(batch)
            except Exception:
                # Not acknowledged: the broker has them still, and sends them when it is connected to again.
                log.exception("Messages could not be taken.")
            self._in_hand = 0

    def _take(self, batch: Sequence[Packet]) -> None:
        read = [_read(packet) for packet in batch]
        good = [event for event, _, _ in read if event is not None]
        outcomes = self._store(good) if good else []
        if outcomes is None:
            return  # stopped before it could be stored
        stored = iter(outcomes)
        for packet, (event, raw, outcome) in zip(batch, read, strict=True):
            self._settle(packet, raw, outcome if event is None else next(stored))

    def _store(self, events: list[Incoming]) -> list[Outcome] | None:
        """What became of each once all are committed; None when it is closed meanwhile."""
        rest, tries = 0.25, 0
        while not self._stop.is_set():
            try:
                return self._intake.submit(events).result()
            except queue.Full:
                rest = 0.25
            except _STORE:
                log.warning("Events can't be stored; %d wait, and it is tried again.", len(events))
            except Exception as error:
                if len(events) > 1:  # one of them is at fault: alone, it keeps no other out
                    return self._store_singly(events)
                tries += 1
                if tries == _TRIES:
                    log.exception("An event can't be stored; it is set aside.")
                    why = ProblemError("error", "It can't be stored: {kind}.", kind=type(error).__name__)
                    return [Outcome(refused=why)]
            self._stop.wait(rest)
            rest = min(2 * rest, _REST_S)
        return None

    def _store_singly(self, events: list[Incoming]) -> list[Outcome] | None:
        found: list[Outcome] = []
        for event in events:
            one = self._store([event])
            if one is None:
                return None
            found += one
        return found

    def _settle(self, packet: Packet, raw: object, outcome: Outcome) -> None:
        """Note, answer, acknowledge; in this order, or a kill in between would lose what the sender waits for."""
        if outcome.refused is not None:
            self.refused.add(packet, raw, outcome.refused.code, str(outcome.refused), now())
        if packet.answerable:
            self._broker.answer(packet, *_answer(packet, outcome))
        kind = "refused" if outcome.refused else "duplicate" if outcome.duplicate else "taken"
        self.figures.messages.labels(kind).inc()
        self._broker.acknowledge(packet)


def _read(packet: Packet) -> tuple[Incoming | None, object, Outcome]:
    """The event of a message, what could be decoded of it, and why it is refused where it is no event."""
    raw: object = None
    outcome = Outcome()
    try:
        raw = read_packet(packet)
        event = read_event(raw, now())
        if event.estate == packet.estate:
            return event, raw, outcome
        outcome.refused = ProblemError(
            "forbidden", "The event is of another estate than its topic, {estate!r}.", estate=packet.estate
        )
    except BadEventError as error:
        outcome.refused = error
    except Exception as error:  # whatever is wrong with it, it must not come again for ever
        log.exception("A message can't be read; it is set aside.")
        outcome.refused = ProblemError("error", "It can't be read: {kind}.", kind=type(error).__name__)
    return None, raw, outcome


def _answer(packet: Packet, outcome: Outcome) -> tuple[bytes, str]:
    if outcome.refused is None:
        body: dict[str, Any] = {"duplicate": outcome.duplicate, "alerts": outcome.alerts}
        return json.dumps(body).encode(), "application/json"
    language = dict(packet.properties).get("accept-language", "")
    body = as_problem(outcome.refused.code, *words(outcome.refused), language)
    return json.dumps(body).encode(), "application/problem+json"
