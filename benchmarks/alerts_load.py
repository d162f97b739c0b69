"""Events a second into the real API on SQLite, and how long from an event to its alert.

    python benchmarks/alerts_load.py --json benchmarks/results/alerts-load.json
    python benchmarks/alerts_load.py --grow --json ...    # also: more rules, and a store that is full already

The API is a process of its own (uvicorn, one worker, SQLite on disk, each answer after its commit). Events of all kinds
are sent at a fixed rate in batches, as an estate's aggregation does; about one in forty raises an alert or adds to one. The
answer names the alerts, which are committed by then: so event to alert is from the moment a batch was *due* (a sender
that is late does not hide it) to its answer. CPU seconds of the API per 1,000 events are told beside it: unlike times, they
do not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import yaml

from zhsq.serve.alerting.rules.parse import parse
from zhsq.serve.security.keys import create
from zhsq.serve.server import listen
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate

MASTER = "ab" * 32
ESTATES, DEVICES = ("east", "west", "north", "south"), 500
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


def run(rate: int, seconds: float, batch: int, rule_count: int, history: int, seed: int) -> dict[str, Any]:
    """One measurement; see the module."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'api.db'}"
        (folder / "rules.yaml").write_text(rules(rule_count), encoding="utf-8")
        key = _prepare(url, folder / "api.db", history)
        port = _free()
        given = {
            "DATABASE_URL": url,
            "MASTER_KEY": MASTER,
            "RULES": str(folder / "rules.yaml"),
            "RATE_LIMIT": "1000000/minute",
        }
        command = [sys.executable, "-m", "uvicorn", "--factory", "zhsq.serve.app:create_app", "--log-level", "error"]
        environment = os.environ | {f"ZHSQ_SERVE_{name}": value for name, value in given.items()}
        api = subprocess.Popen([*command, "--port", str(port)], env=environment)
        try:
            _ready(port)
            load = _Load(port, key, rate, batch, seed)
            load.run(2.0)  # warm: rules are given their memory at the first event
            process, before = psutil.Process(api.pid), psutil.Process(api.pid).cpu_times()
            load.times.clear()
            load.alerting.clear()
            began = time.monotonic()
            sent = load.run(seconds)
            took = time.monotonic() - began
            after = process.cpu_times()
        finally:
            api.kill()
            api.wait()
        cpu = (after.user + after.system) - (before.user + before.system)
        return {
            "rules": rule_count,
            "history": history,
            "asked_per_s": rate,
            "taken_per_s": round(sent / took, 1),
            "events": sent,
            "batch": batch,
            "alert_requests": len(load.alerting),
            "event_to_alert_ms": _quantiles(load.alerting),
            "answer_ms": _quantiles(load.times),
            "cpu_s_per_1000_events": round(1000 * cpu / sent, 3),
            "refused": load.refused,
        }


class _Load:
    """Sends batches when they are due, over eight connections."""

    def __init__(self, port: int, key: str, rate: int, batch: int, seed: int) -> None:
        self._port, self._key, self._rate, self._batch = port, key, rate, batch
        self._draw = random.Random(seed)
        self._number = 0
        self._lock = threading.Lock()
        self.times: list[float] = []
        self.alerting: list[float] = []
        self.refused = 0

    def run(self, seconds: float) -> int:
        """Send for so long; the events that were taken."""
        count = max(1, int(seconds * self._rate / self._batch))
        bodies = [self._body(i) for i in range(count)]
        begun = time.monotonic() + 0.05
        following = iter(enumerate(bodies))
        threads = [threading.Thread(target=self._send, args=(following, begun)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return count * self._batch

    def _send(self, following: Any, begun: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/cloudevents-batch+json"}
        while True:
            with self._lock:
                found = next(following, None)
            if found is None:
                connection.close()
                return
            number, body = found
            due = begun + number * self._batch / self._rate
            time.sleep(max(0.0, due - time.monotonic()))
            connection.request("POST", "/v1/events", body, headers)
            answer = connection.getresponse()
            told = answer.read()
            took = time.monotonic() - due
            if answer.status != 202:
                raise SystemExit(f"{answer.status}: {told[:500]!r}")
            with self._lock:
                self.times.append(took)
                self.refused += told.count(b'"refused":"')
                if b'"alerts":["' in told:
                    self.alerting.append(took)

    def _body(self, number: int) -> bytes:
        when = datetime.now(UTC) + timedelta(seconds=number * self._batch / self._rate)
        events = []
        for _ in range(self._batch):
            self._number += 1
            kind = self._draw.choice(tuple(EVENTS))
            usual, wanted = EVENTS[kind]
            data = {"estate": self._draw.choice(ESTATES), "device": f"d{self._draw.randrange(DEVICES)}", "zone": "z"}
            data |= wanted if self._draw.random() < 0.05 else usual
            event = {"specversion": "1.0", "id": str(self._number), "source": "/load", "type": kind}
            events.append({**event, "time": when.isoformat(), "data": data})
        return json.dumps(events).encode()


def _prepare(url: str, path: Path, history: int) -> str:
    """A store with estates, a key, and so many events of before the windows."""
    store = Database.of(Settings(database_url=url, master_key=MASTER))
    with store.session() as session:
        for estate in ESTATES:
            session.add(Estate(id=estate, name=estate, salt=bytes(32)))
        key = create(session, "load", "platform", None)
    store.close()
    old = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=30)
    with sqlite3.connect(path) as raw:
        rows = (
            (
                "/old",
                str(i),
                "lamp",
                ESTATES[i % 4],
                str(old + timedelta(seconds=i)),
                '{"estate": "east", "state": "on"}',
            )
            for i in range(history)
        )
        raw.executemany("INSERT INTO events (source, event_id, type, estate_id, time, data) VALUES (?,?,?,?,?,?)", rows)
        alerts = (
            (f"old{i}", ESTATES[i % 4], f"rule-{i % 200}|east|d{i % DEVICES}", str(old + timedelta(seconds=i)))
            for i in range(history // 10)
        )
        raw.executemany(
            "INSERT INTO alerts (id, estate_id, rule, severity, message, dedupe_key, state, opened_at, last_at)"
            " VALUES (?1, ?2, 'old', 'minor', '{}', ?3, 'resolved', ?4, ?4)",
            alerts,
        )
    return key


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
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--history", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--grow", action="store_true", help="also 50 and 800 rules, and a history of 100,000 and 500,000"
    )
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    wanted = [(given.rules, given.history)]
    if given.grow:
        wanted += [(50, 0), (800, 0), (given.rules, 100_000), (given.rules, 500_000)]
    report: dict[str, Any] = {
        "command": " ".join(["python", "benchmarks/alerts_load.py", *sys.argv[1:]]),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "runs": [],
    }
    for count, history in wanted:
        found = run(given.rate, given.seconds, given.batch, count, history, given.seed)
        found["load_after"] = round(os.getloadavg()[0], 1)
        print(json.dumps(found))
        report["runs"].append(found)
    if given.json:
        given.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
