"""Cut the line to the platform for longer than a minute, kill the API meanwhile, and look at how it catches up.

    python benchmarks/alerts_outage.py --json benchmarks/results/alerts/outage.json

The processes are those of `alerts_crash.py`, in network namespaces (Linux, root, `ip`). While the line is down alerts of all three
severities are raised, those of one kind escalate to critical, and the API is killed twice; when it is up again, the API is
killed in the middle of the catch-up, too. From a minute on an outage is handled as one of days: nothing depends on its length.
At the end:

- every alert and every escalation was told of, applied once by its webhook-id;
- the most critical came first, of these the newest first, each behind what went before of its alert (but for the one message
  that was under way when the line came back);
- in no five seconds more came than the target's rate allows.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, get_args

import httpx
from alerts_site import API, Site, Store
from estate_line import EstateLine, why_not
from sqlalchemy import func, select

from zhsq.serve.alerting.sending import CATCH_UP
from zhsq.serve.store.tables import Delivery

#: Kind of event -> what it says to raise an alert, and how severe that is.
EVENTS: dict[str, tuple[dict[str, Any], str]] = {
    "fire": ({"kind": "smoke", "value": 1}, "critical"),
    "perimeter": ({"state": "crossed"}, "major"),
    "heartbeat": ({"state": "offline"}, "minor"),
}
#: Kind of event whose alerts escalate to critical, all of them while the line is down, and after how long.
ESCALATES, AFTER_S = "perimeter", 10.0
RATE_PER_S = 20.0
WINDOW_S = 5


@dataclass
class Account:
    """What was done and what was found; `faults` is empty when all holds."""

    database: str
    outage_s: float
    kills: int
    messages: int
    sent_again: int
    most_in_five_seconds: int
    allowed_in_five_seconds: int
    catch_up_s: float
    load_average: float
    faults: list[str]


def run(messages: int, store: Store = "sqlite") -> Account:
    """Do it.

    Args:
        messages: that wait when the line comes back; in four, one tells of an escalation.
        store: the API's database.
    """
    outage_s = CATCH_UP.total_seconds() + 5
    with EstateLine() as line, Site(line, store, RATE_PER_S, _rules()) as site:
        line.cut("platform")
        began = time.monotonic()
        alerts = messages * 3 // 4
        numbers = iter(range(alerts))
        for kills in range(3):
            if kills:
                site.kill_api()
                site.start_api()
                site.wait_until_up()
            _raise(site.key, list(islice(numbers, alerts // 3 if kills < 2 else alerts)))
            time.sleep(max(0.0, (kills + 1) * outage_s / 3 - (time.monotonic() - began)))
        _wait_for(site, "pending", messages)
        outage_s = time.monotonic() - began
        line.mend("platform")
        back = time.monotonic()
        _wait_for(site, "delivered", messages // 2)
        site.kill_api()
        site.start_api()
        _wait_for(site, "delivered", messages)
        catch_up_s, load = time.monotonic() - back, os.getloadavg()[0]
        return _account(site, store, outage_s, messages, catch_up_s, load)


@dataclass(frozen=True)
class Waiting:
    """A message in the outbox: its number there, its name, its alert, 0 for the most critical."""

    number: int
    message: str
    alert: str
    priority: int


def catch_up(waiting: Sequence[Waiting]) -> list[str]:
    """Messages in the order in which a catch-up owes them: the newest of the most critical, and before each, whatever
    its own severity, what went before of its alert."""
    of_alert: dict[str, list[Waiting]] = {}
    for one in sorted(waiting, key=lambda one: one.number):
        of_alert.setdefault(one.alert, []).append(one)
    order: dict[str, None] = {}
    for one in sorted(waiting, key=lambda one: (one.priority, -one.number)):
        order |= {before.message: None for before in of_alert[one.alert] if before.number <= one.number}
    return list(order)


def _rules() -> str:
    rules = [
        {
            "name": kind,
            "kind": "state",
            "event": kind,
            "where": {name: value for name, value in data.items() if name != "value"},
            "severity": severity,
            "message": {"en": kind, "zh": kind},
            "escalate": [{"after_s": AFTER_S, "to": "property", "severity": "critical"}] if kind == ESCALATES else [],
        }
        for kind, (data, severity) in EVENTS.items()
    ]
    return json.dumps({"version": 1, "utc_offset": "+08:00", "rules": rules})  # JSON is YAML


def _raise(key: str, numbers: list[int]) -> None:
    events = []
    for number in numbers:
        kind = list(EVENTS)[number % 3]
        data = {"estate": "east", "device": f"d{number}", **EVENTS[kind][0]}
        events.append({"specversion": "1.0", "id": str(number), "source": "/outage", "type": kind, "data": data})
    headers = {"Authorization": f"Bearer {key}"}
    for event in events:  # one by one: each is a moment of its own
        httpx.post(f"{API}/v1/events", json=event, headers=headers, timeout=60).raise_for_status()


def _wait_for(site: Site, state: str, messages: int) -> None:
    """Until so many messages are in a state, five minutes at most."""
    deadline = time.monotonic() + 300
    there = select(func.count()).where(Delivery.state == state)
    while time.monotonic() < deadline:
        with site.database.session() as session:
            if (session.scalar(there) or 0) >= messages:
                return
        time.sleep(0.2)


def _account(site: Site, store: Store, outage_s: float, messages: int, catch_up_s: float, load: float) -> Account:
    faults = []
    with site.database.session() as session:
        columns = (Delivery.id, Delivery.message_id, Delivery.alert_id, Delivery.priority)
        waited = [Waiting(*row) for row in session.execute(select(*columns))]
    with sqlite3.connect(site.received) as received:
        rows = received.execute("SELECT message, at FROM received ORDER BY n").fetchall()
        applied = {row[0] for row in received.execute("SELECT message FROM applied")}
    first = list(dict.fromkeys(message for message, _ in rows))
    missed = {one.message for one in waited} - applied
    if len(waited) != messages or missed:
        faults.append(f"{len(waited)} of {messages} messages were written, {len(missed)} not applied")
    expected = catch_up([one for one in waited if one.message != first[0]])
    if first[1:] != expected:
        wrong = next((n for n, pair in enumerate(zip(first[1:], expected, strict=False)) if pair[0] != pair[1]), 0)
        faults.append(f"the newest of the most critical did not come first: message {wrong + 2} is another")
    times = [at for _, at in rows]
    most = max(sum(at <= other < at + WINDOW_S for other in times) for at in times)
    allowed = round(WINDOW_S * RATE_PER_S) + 1
    # How long an answer takes varies, so that what left evenly comes a little unevenly.
    if most > 1.05 * allowed:
        faults.append(f"{most} messages came within {WINDOW_S} s, {allowed} may")
    return Account(
        database=store,
        outage_s=round(outage_s, 1),
        kills=3,
        messages=messages,
        sent_again=len(rows) - len({message for message, _ in rows}),
        most_in_five_seconds=most,
        allowed_in_five_seconds=allowed,
        catch_up_s=round(catch_up_s, 1),
        load_average=round(load, 1),
        faults=faults,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=600)
    parser.add_argument("--database", choices=get_args(Store), default="sqlite")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.messages % 12:
        parser.error("--messages takes a multiple of twelve: of four, one tells of an escalation of one of three kinds")
    if reason := why_not():
        sys.exit(f"The line can't be cut: {reason}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that what was made is removed
    account = run(given.messages, given.database)
    text = json.dumps(asdict(account), indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n")
    sys.exit(1 if account.faults else 0)


if __name__ == "__main__":
    main()
