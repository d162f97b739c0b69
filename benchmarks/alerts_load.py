"""Events a second into the real API on SQLite or PostgreSQL, and how long from an event to its alert.

    python benchmarks/alerts_load.py --json benchmarks/results/alerts/load.json    # the bar: SQLite, PostgreSQL with 1 and 2 processes
    python benchmarks/alerts_load.py --grow --json ...    # also: 10 and 1,000 rules, and a store that is full already
    python benchmarks/alerts_load.py --store postgresql --processes 2 --rate 3000

Each API is a process of its own (uvicorn, one worker); PostgreSQL is a real one with the settings of a new installation
(fsync on). Events of all kinds are sent in batches, each of one estate, as an estate's aggregation does; connections go round
the processes as a load balancer's do, so that half of what one of two takes is evaluated by the other. About one event in
forty raises an alert or adds to one.

The load is open: a batch is due at its moment, whatever became of those before it. Event to alert is from that moment
until the commit that holds the alert: on PostgreSQL by the server's own times of commits, for each event that raised an alert or
added to one (`timed` says how many did); on SQLite by the answer of the batch, which names its alerts and comes after their commit. CPU seconds per 1,000 events of the API, of PostgreSQL and of
the sender are told beside it: they depend less on what else the machine does than times do.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import yaml
from alerts_stores import DEVICES, ESTATES, SECRETS, PostgreSQL, Store, postgresql

from zhsq.protocols.report import hardware
from zhsq.serve.alerting.rules.parse import parse
from zhsq.serve.server import listen

#: Batches under way at once, at most.
CONNECTIONS = 32
#: type -> (usual data, data that a rule may want)
EVENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "access": ({"decision": "granted"}, {"decision": "denied"}),
    "vehicle": ({"decision": "match"}, {"decision": "unknown", "plate": "皖A12345"}),
    "anomaly": ({"score": 0.5, "threshold": 1.0}, {"score": 1.5, "threshold": 1.0}),
    "electrical": ({"temperature_c": 31.0}, {"temperature_c": 82.0}),
    "fire": ({"kind": "smoke", "value": 0}, {"kind": "smoke", "value": 1}),
    "lamp": ({"state": "on"}, {"state": "fault"}),
    "charger": ({"state": "charging"}, {"state": "overheat"}),
    "heartbeat": ({"state": "online"}, {"state": "offline"}),
}


def rules(count: int) -> str:
    """So many rules of all kinds as YAML; three in four are about one device, as a site's own are."""
    smoke, heat = (
        {"event": "fire", "where": {"kind": kind}, "field": "value", "at_least": 1} for kind in ("smoke", "heat")
    )
    denied, forced = ({"event": "access", "where": {"decision": what}} for what in ("denied", "forced"))
    kinds: list[dict[str, Any]] = [
        {"kind": "threshold", "event": "electrical", "field": "temperature_c", "at_least": 70},
        {"kind": "count", **denied, "count": 3, "within_s": 120},
        {"kind": "state", "event": "vehicle", "where": {"decision": "unknown"}},
        {"kind": "sequence", "steps": [denied, forced], "within_s": 300},
        {"kind": "anomaly"},
        {"kind": "combination", "all": [smoke, heat], "within_s": 300},
        {
            "kind": "schedule",
            "event": "charger",
            "where": {"state": "charging"},
            "during": {"from": "03:00", "to": "03:01"},
        },
        {"kind": "absence", "event": "heartbeat", "where": {"state": "online"}, "longer_than_s": 3600},
        {"kind": "count", "event": "lamp", "where": {"state": "fault"}, "count": 3, "within_s": 3600},
    ]
    made = []
    for i in range(count):
        rule = json.loads(json.dumps(kinds[i % len(kinds)]))
        if i % 4 and "event" in rule:
            rule.setdefault("where", {})["device"] = f"d{i % DEVICES}"
        elif i % 4:
            rule["estates"] = [ESTATES[i % len(ESTATES)]]
        rule |= {
            "name": f"rule-{i}",
            "severity": "minor",
            "cooldown_s": 60,
            "message": {"en": "{device}", "zh": "{device}"},
        }
        made.append(rule)
    text = yaml.safe_dump({"version": 1, "rules": made}, allow_unicode=True)
    parse(text, "generated")
    return text


@contextmanager
def _servers(store: Store, rule_file: Path, count: int) -> Iterator[tuple[list[psutil.Process], list[int]]]:
    """So many API processes on one store, with their ports."""
    given = {"DATABASE_URL": store.url, "RULES": str(rule_file), "RATE_LIMIT": "1000000/minute", **SECRETS}
    environment = os.environ | {f"ZHSQ_SERVE_{name}": value for name, value in given.items()}
    environment["ZHSQ_DATABASE_URL"] = store.url
    command = [sys.executable, "-m", "uvicorn", "--factory", "zhsq.serve.app:create_app", "--log-level", "error"]
    ports = [_free() for _ in range(count)]
    started = [subprocess.Popen([*command, "--no-access-log", "--port", str(port)], env=environment) for port in ports]
    try:
        for port in ports:
            _ready(port)
        yield [psutil.Process(one.pid) for one in started], ports
    finally:
        for one in started:
            one.kill()
        for one in started:
            one.wait()


def run(
    store: Store, processes: int, rate: int, seconds: float, batch: int, rule_count: int, seed: int
) -> dict[str, Any]:
    """One measurement on a store; see the module."""
    with tempfile.TemporaryDirectory() as name:
        rule_file = Path(name) / "rules.yaml"
        rule_file.write_text(rules(rule_count), encoding="utf-8")
        with _servers(store, rule_file, processes) as (apis, ports):
            load = Load(ports, store.key, rate, batch, seed)
            load.run(3.0)  # warm: estates are shared out, rules are given their memory
            load.answers.clear()
            before = [_cpu(apis), store.cpu_s(), time.process_time()]
            first = load.number
            sent, took = load.run(seconds)
            after = [_cpu(apis), store.cpu_s(), time.process_time()]
            time.sleep(2.0)  # what waits for another process is evaluated
            times = load.to_alert(store.linked(), first)
            return {
                "processes": processes,
                "rules": rule_count,
                "asked_per_s": rate,
                "taken_per_s": round(sent / took, 1),
                "events": sent,
                "batch": batch,
                "timed": len(times),
                "event_to_alert_ms": _quantiles(times),
                "answer_ms": _quantiles([took for _, took, _ in load.answers]),
                "cpu_s_per_1000_events": {
                    who: round(1000 * (b - a) / sent, 3)
                    for who, a, b in zip(("api", "postgresql", "sender"), before, after, strict=True)
                },
                "refused": load.refused,
            }


class Load:
    """Sends batches when they are due.

    Attributes:
        number: of events so far.
        answers: per batch: number of its first event, seconds until its answer, whether that named an alert.
        refused: events that were not taken.
    """

    def __init__(self, ports: list[int], key: str, rate: int, batch: int, seed: int) -> None:
        self._ports, self._key, self._rate, self._batch = ports, key, rate, batch
        self._draw = random.Random(seed)
        self._lock = threading.Lock()
        self._due: dict[int, float] = {}
        self.number = 0
        self.answers: list[tuple[int, float, bool]] = []
        self.refused = 0

    def run(self, seconds: float) -> tuple[int, float]:
        """Send for so long; the events that were taken, and seconds from the first batch's moment to the last answer."""
        count = max(1, int(seconds * self._rate / self._batch))
        begun = time.time() + 0.2 + count / 5000  # bodies are made before it begins
        bodies = []
        for i in range(count):
            due = begun + i * self._batch / self._rate
            self._due[self.number] = due
            bodies.append((self.number, due, self.body(due)))
        following = iter(bodies)
        threads = [
            threading.Thread(target=self._send, args=(following, self._ports[i % len(self._ports)]))
            for i in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return count * self._batch, time.time() - begun

    def to_alert(self, linked: dict[str, float] | None, first: int) -> list[float]:
        """Seconds from an event to its alert; only those from an event's number on.

        Args:
            linked: when what each event raised or added to was committed; None takes the answers that named an alert.
            first: number of an event.
        """
        if linked is None:
            return [took for _, took, named in self.answers if named]
        seen = {int(name): at for name, at in linked.items() if name.isdigit() and int(name) >= first}
        return [at - self._due[name - name % self._batch] for name, at in seen.items()]

    def body(self, due: float) -> bytes:
        """The next batch."""
        events, estate = [], self._draw.choice(ESTATES)
        when = datetime.fromtimestamp(due, UTC).isoformat()
        for _ in range(self._batch):
            kind = self._draw.choice(tuple(EVENTS))
            usual, wanted = EVENTS[kind]
            data = {"estate": estate, "device": f"d{self._draw.randrange(DEVICES)}", "zone": "z"}
            data |= wanted if self._draw.random() < 0.05 else usual
            event = {"specversion": "1.0", "id": str(self.number), "source": "/load", "type": kind}
            events.append({**event, "time": when, "data": data})
            self.number += 1
        return json.dumps(events).encode()

    def _send(self, following: Iterator[tuple[int, float, bytes]], port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/cloudevents-batch+json"}
        while True:
            with self._lock:
                found = next(following, None)
            if found is None:
                connection.close()
                return
            number, due, body = found
            time.sleep(max(0.0, due - time.time()))
            connection.request("POST", "/v1/events", body, headers)
            answer = connection.getresponse()
            told = answer.read()
            took = time.time() - due
            if answer.status != 202:
                raise SystemExit(f"{answer.status}: {told[:500]!r}")
            with self._lock:
                self.answers.append((number, took, b'"alerts":["' in told))
                self.refused += told.count(b'"refused":"')


def _cpu(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _ready(port: int) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The API did not start.")


def _quantiles(times: list[float]) -> dict[str, float]:
    found = np.percentile(times, (50, 90, 99)) if times else (np.nan,) * 3
    return {f"p{q}": round(1000 * float(value), 1) for q, value in zip((50, 90, 99), found, strict=True)}


def _free() -> int:
    with listen("127.0.0.1", 0) as found:
        return int(found.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--store", choices=("sqlite", "postgresql"), help="only this one; else both, at the bar's rates"
    )
    parser.add_argument("--processes", type=int, help="of the API, on PostgreSQL; else 1 and 2")
    parser.add_argument("--rate", type=int, help="events a second; else 1,000 for SQLite and 2,000 for PostgreSQL")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--history", type=int, default=0, help="events that are stored before")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--grow", action="store_true", help="also 10 and 1,000 rules, and 100,000 and 1,000,000 events")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.batch > 1000:
        parser.error("the API takes batches of 1,000 at most")
    sizes = [(given.rules, given.history)]
    if given.grow:
        sizes += [(10, 0), (1000, 0), (given.rules, 100_000), (given.rules, 1_000_000)]
    ways = [("sqlite", 1)] if given.store != "postgresql" else []
    if given.store != "sqlite":
        ways += [("postgresql", count) for count in ([given.processes] if given.processes else [1, 2])]
    report: dict[str, Any] = {
        "command": " ".join(["python", "benchmarks/alerts_load.py", *sys.argv[1:]]),
        "hardware": hardware(),
        "seconds": given.seconds,
        "batch": given.batch,
        "load_before": round(os.getloadavg()[0], 1),
        "runs": [],
    }
    with ExitStack() as stack:
        server = stack.enter_context(postgresql()) if given.store != "sqlite" else ""
        for kind, processes in ways:
            for rule_count, history in sizes:
                rate = given.rate or (1000 if kind == "sqlite" else 2000)
                with tempfile.TemporaryDirectory() as folder:
                    url = f"sqlite:///{folder}/api.db"
                    store = Store(url, history) if kind == "sqlite" else PostgreSQL(server, history)
                    found = run(store, processes, rate, given.seconds, given.batch, rule_count, given.seed)
                    report.setdefault("settings", {})[kind] = store.settings()
                    store.close()
                found = {"store": kind, "history": history, **found, "load_after": round(os.getloadavg()[0], 1)}
                print(json.dumps(found), flush=True)
                report["runs"].append(found)
    if given.json:
        given.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
