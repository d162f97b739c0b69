"""Kill the API and cut its line to the platform at random, under load, and account for everything afterwards.

    python benchmarks/alerts_crash.py --kills 100 --cuts 20 --json benchmarks/results/alerts/crash.json
    python benchmarks/alerts_crash.py --kills 100 --cuts 20 --database postgres --json ...

The estate and the platform are network namespaces with one line between them (Linux, root, `ip`). In the estate run the
real API (uvicorn, SQLite or PostgreSQL), a mosquitto and devices; in the platform a receiver that checks signatures and
applies each message once. The API is killed with SIGKILL at random moments, one time in four while it starts, and started
again. Meanwhile the plug is pulled at random at either end of the line, for up to twelve seconds: seen from the estate
the platform is sometimes unreachable and sometimes just silent, longer than an attempt waits. Devices send each event
until it is acknowledged, by the API (HTTP) or by the broker (MQTT), and acknowledge every third alert. At the end:

- every acknowledged event is in the store, once;
- each of them raised its one alert;
- each change of an alert was received, and applied exactly once, by its webhook-id; an alert's changes in their order;
- nothing waits, nothing is dead, and the audit's chain holds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from alerts_senders import HttpSender, MqttSender, Sender
from alerts_site import Site, Store
from estate_line import EstateLine, why_not
from sqlalchemy import func, select

from zhsq.serve.alerting.outbox import TOLD
from zhsq.serve.security.audit import verify
from zhsq.serve.store.tables import Alert, AlertStep, Delivery, Event

#: Seconds that a cut lasts; an attempt to deliver waits ten for its answer.
CUT_S = (0.5, 12.0)
#: After so many seconds without a message delivered, what still waits is a fault.
STUCK_S = 150.0


@dataclass
class Account:
    """What was done and what was found; `faults` is empty when all holds."""

    database: str
    seed: int
    kills: int
    kills_while_starting: int
    cuts: int
    cut_s: float
    seconds: float
    events_acknowledged: int
    events_by_mqtt: int
    requests_failed: int
    alerts: int
    alerts_acknowledged: int
    messages: int
    sent_again: int
    load_average: float
    faults: list[str]


class Cutter:
    """A thread that cuts the line so many times."""

    def __init__(self, line: EstateLine, cuts: int, seed: int, pause_s: float) -> None:
        self._line, self._left, self._draw, self._pause_s = line, cuts, random.Random(seed), pause_s
        self.down_s, self.error = 0.0, ""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _work(self) -> None:
        try:
            for _ in range(self._left):
                time.sleep(self._draw.uniform(0.5, self._pause_s))
                end, down_s = self._draw.choice(("estate", "platform")), self._draw.uniform(*CUT_S)
                self._line.cut(end)
                time.sleep(down_s)
                self._line.mend(end)
                self.down_s += down_s
        except (Exception, SystemExit) as error:
            self.error = str(error)


def run(kills: int, cuts: int, seed: int, store: Store = "sqlite", *, pause_s: float = 3.0) -> Account:
    """Do it.

    Args:
        kills: of the API.
        cuts: of the line.
        seed: of the moments.
        store: the API's database.
        pause_s: at most so long the API lives; between two cuts, three times as long.
    """
    draw, began, faults, starting = random.Random(seed), time.monotonic(), [], 0
    with EstateLine() as line, Site(line, store) as site:
        senders: list[Sender] = [HttpSender(f"fence{n}", 0.1, site.key) for n in range(3)]
        senders.append(MqttSender("gate", 0.2))
        for sender in senders:
            sender.start()
        cutter = Cutter(line, cuts, seed + 1, 3 * pause_s)
        for number in range(1, kills + 1):
            if draw.random() < 0.25:
                starting += 1
                time.sleep(draw.uniform(0, 0.5))
            else:
                site.wait_until_up()
                time.sleep(draw.uniform(0.1, pause_s))
            if not site.kill_api():
                faults.append(f"before kill {number} the API ended by itself")
            site.start_api()
            if number % 10 == 0:
                print(f"{number} kills, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        cutter.join()
        site.wait_until_up()
        for sender in senders:
            sender.stop()
        load = round(os.getloadavg()[0], 1)
        faults += [f"{sender.name}: {sender.error}" for sender in senders if sender.error]
        faults += [f"cutting: {cutter.error}"] if cutter.error else []
        acknowledged = [ref for sender in senders for ref in sender.acknowledged]
        handled = [alert for sender in senders for alert in sender.handled]
        _drain(site, len(acknowledged))
        found = _account(site, acknowledged, handled)
    return Account(
        database=store,
        seed=seed,
        kills=kills,
        kills_while_starting=starting,
        cuts=cuts,
        cut_s=round(cutter.down_s, 1),
        seconds=round(time.monotonic() - began, 1),
        events_acknowledged=len(acknowledged),
        events_by_mqtt=len(senders[-1].acknowledged),
        requests_failed=sum(sender.failed for sender in senders),
        alerts_acknowledged=len(handled),
        load_average=load,
        faults=faults + found.pop("faults"),
        **found,
    )


def _drain(site: Site, events: int) -> None:
    """Wait until the broker's events are taken, their alerts raised and the outbox is empty, or nothing moves any more.

    A line that was down is tried again within a minute.
    """
    before, since = (-1, -1, -1), time.monotonic()
    while time.monotonic() - since < STUCK_S:
        with site.database.session() as session:
            waiting = session.scalar(select(func.count()).where(Delivery.state == "pending")) or 0
            there = session.scalar(select(func.count()).select_from(Event)) or 0
            raised = session.scalar(select(func.count()).select_from(Alert)) or 0
        if not waiting and min(there, raised) >= events:
            return
        if (waiting, there, raised) != before:
            before, since = (waiting, there, raised), time.monotonic()
        time.sleep(0.3)


def _account(site: Site, acknowledged: list[str], handled: list[str]) -> dict[str, Any]:
    faults = []

    def same(what: str, found: list[str], expected: list[str]) -> None:
        more, fewer = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
        for name, odd in (("too many", more), ("missing", fewer)):
            if odd:
                faults.append(f"{what}: {odd.total()} {name}, such as {', '.join(sorted(odd)[:5])}")

    with site.database.session() as session:
        events = list(session.scalars(select(Event.event_id)))
        devices = list(session.scalars(select(Alert.device)))
        steps = session.execute(select(AlertStep.alert_id, AlertStep.version, AlertStep.action)).all()
        broken = verify(session)
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
    if broken is not None:
        faults.append(f"the audit does not hold: entry {broken.entry}: {broken.reason}")
    same("events in the store", events, acknowledged)
    same("alerts, one per event", devices, acknowledged)
    told = [(alert, version) for alert, version, action in steps if action in TOLD]
    same("alerts acknowledged", [a for a, _, action in steps if action == "acknowledged"], handled)
    if dict(states) != {"delivered": len(told)}:
        faults.append(f"deliveries: {dict(states)}, expected {len(told)} delivered")
    with sqlite3.connect(site.received) as received:
        applied = [row[0] for row in received.execute("SELECT message FROM applied")]
        order = [row[0] for row in received.execute("SELECT message FROM received ORDER BY n")]
    same("messages applied", applied, [f"msg_{alert}_{version}" for alert, version in told])
    first = {message: number for number, message in reversed(list(enumerate(order)))}
    for alert, version in told:
        before, after = first.get(f"msg_{alert}_{version - 1}"), first.get(f"msg_{alert}_{version}")
        if before is not None and after is not None and before > after:
            faults.append(f"alert {alert}: its change {version} came before the one before it")
    return {"alerts": len(devices), "messages": len(told), "sent_again": len(order) - len(first), "faults": faults}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cuts", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=get_args(Store), default="sqlite")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if reason := why_not():
        sys.exit(f"The line can't be cut: {reason}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that what was made is removed
    account = run(given.kills, given.cuts, given.seed, given.database)
    text = json.dumps(asdict(account), indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n")
    sys.exit(1 if account.faults else 0)


if __name__ == "__main__":
    main()
