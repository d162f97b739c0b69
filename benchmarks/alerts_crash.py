"""Kill the API and the receiver of its alerts at random, under load, and account for everything afterwards.

    python benchmarks/alerts_crash.py --kills 100 --cuts 20 --json benchmarks/results/alerts-crash.json

The API is the real one (uvicorn, SQLite), the receiver a process that checks signatures and applies each message once. The
API is killed with SIGKILL at random moments and started again; the line is cut by killing the receiver, which stays away
for a while. A sender sends each event until it is acknowledged, and acknowledges every third alert. At the end:

- every acknowledged event is in the store, once;
- each of them raised its one alert;
- each change of an alert was applied by the receiver, exactly once, and an alert's changes in their order;
- nothing waits, nothing is dead.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from zhsq.serve.security.keys import create
from zhsq.serve.server import listen
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate

MASTER = "ab" * 32
RECEIVER = Path(__file__).resolve().parent / "alerts_receiver.py"


@dataclass
class Account:
    """What was done and what was found; `faults` is empty when all holds."""

    kills: int
    cuts: int
    seconds: float
    events_acknowledged: int
    requests_failed: int
    alerts: int
    messages: int
    sent_again: int
    faults: list[str]


class _Site:
    """The API and the receiver as processes that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url, self.receiver_port = f"http://127.0.0.1:{_free()}", _free()
        self.database = f"sqlite:///{folder / 'api.db'}"
        self.secret = ""
        self.api: subprocess.Popen[bytes] | None = None
        self.receiver: subprocess.Popen[bytes] | None = None
        given = {"DATABASE_URL": self.database, "MASTER_KEY": MASTER}
        self._environment = os.environ | {f"ZHSQ_SERVE_{name}": value for name, value in given.items()}

    def start_api(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "--factory", "zhsq.serve.app:create_app", "--log-level", "error"]
        command += ["--port", self.url.rsplit(":", 1)[1]]
        log = (self.folder / "api.log").open("ab")
        self.api = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while True:
            try:
                httpx.get(f"{self.url}/health/live", timeout=2)
                return
            except httpx.HTTPError:
                if self.api.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(
                        f"The API did not start:\n{(self.folder / 'api.log').read_text()[-3000:]}"
                    ) from None
                time.sleep(0.05)

    def start_receiver(self) -> None:
        command = [
            sys.executable,
            str(RECEIVER),
            str(self.receiver_port),
            self.secret,
            str(self.folder / "received.db"),
        ]
        self.receiver = subprocess.Popen(command)

    def key(self) -> str:
        store = Database.of(Settings(database_url=self.database, master_key=MASTER))
        with store.session() as session:
            session.add(Estate(id="east", name="east", salt=bytes(32)))
            key = create(session, "crash", "operator", None)
        store.close()
        return key


class _Sender:
    """Sends events, each until it is acknowledged; every third alert is acknowledged, too."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {key}"}
        self.acknowledged: list[str] = []
        self.handled: list[str] = []
        self.failed = 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        number = 0
        with httpx.Client(headers=self._headers, timeout=5) as client:
            while not self.stop.is_set():
                number += 1
                data = {"estate": "east", "device": f"fence-{number}", "state": "crossed"}
                event = {"id": str(number), "source": "/fence", "type": "perimeter", "data": data}
                self._until(client, f"{self._url}/v1/events", event)
                self.acknowledged.append(str(number))
                if number % 3 == 0:
                    found = client_get(client, f"{self._url}/v1/alerts?limit=1&rule=perimeter")
                    self._until(client, f"{self._url}/v1/alerts/{found}/acknowledge", {})
                    self.handled.append(found)
                time.sleep(0.01)

    def _until(self, client: httpx.Client, url: str, body: dict[str, object]) -> None:
        while True:
            try:
                done = client.post(url, json=body)
                # 409: acknowledged by the attempt whose answer was lost.
                if done.is_success or done.status_code == 409:
                    return
                if done.status_code < 500:
                    raise SystemExit(f"{url}: {done.text}")
            except httpx.HTTPError:
                pass
            self.failed += 1
            time.sleep(0.05)


def client_get(client: httpx.Client, url: str) -> str:
    """The identifier of the newest alert, asked until there is an answer."""
    while True:
        try:
            done = client.get(url)
            if done.is_success:
                return str(done.json()["items"][0]["id"])
        except httpx.HTTPError:
            pass
        time.sleep(0.05)


def run(kills: int, cuts: int, seed: int, *, pause_s: float = 2.0) -> Account:
    """Do it.

    Args:
        kills: of the API.
        cuts: of the line.
        seed: of the moments.
        pause_s: at most so long between two blows, and for a cut.
    """
    draw = random.Random(seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        site = _Site(Path(name))
        key = site.key()
        site.start_api()
        target = {"name": "platform", "url": f"http://127.0.0.1:{site.receiver_port}/", "rate_per_s": 500}
        made = httpx.post(f"{site.url}/v1/targets", json=target, headers={"Authorization": f"Bearer {key}"})
        site.secret = made.raise_for_status().json()["secret"]
        site.start_receiver()
        sender = _Sender(site.url, key)
        try:
            blows = ["kill"] * kills + ["cut"] * cuts
            draw.shuffle(blows)
            for blow in blows:
                time.sleep(draw.uniform(0.2, pause_s))
                if blow == "kill":
                    _kill(site.api)
                    site.start_api()
                else:
                    _kill(site.receiver)
                    time.sleep(draw.uniform(0.2, pause_s))
                    site.start_receiver()
            time.sleep(0.5)
            sender.stop.set()
            sender.thread.join(60)
            _drain(site)
        finally:
            _kill(site.api)
            _kill(site.receiver)
        return _account(site, sender, kills, cuts, time.monotonic() - began)


def _drain(site: _Site) -> None:
    """Wait until the outbox is empty: a line that was down is tried again within a minute."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with sqlite3.connect(site.folder / "api.db", timeout=30) as store:
            if not store.execute("SELECT count(*) FROM deliveries WHERE state = 'pending'").fetchone()[0]:
                return
        time.sleep(0.2)


def _account(site: _Site, sender: _Sender, kills: int, cuts: int, seconds: float) -> Account:
    store = sqlite3.connect(site.folder / "api.db")
    received = sqlite3.connect(site.folder / "received.db")
    faults = []

    def same(what: str, found: object, expected: object) -> None:
        if found != expected:
            faults.append(f"{what}: {str(found)[:200]}, expected {str(expected)[:200]}")

    events = [row[0] for row in store.execute("SELECT event_id FROM events ORDER BY id")]
    same("events in the store", sorted(events), sorted(sender.acknowledged))
    devices = [row[0] for row in store.execute("SELECT device FROM alerts")]
    same("alerts, one per event", sorted(devices), sorted(f"fence-{number}" for number in sender.acknowledged))
    states = dict(store.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
    expected = len(sender.acknowledged) + len(sender.handled)
    same("deliveries", states, {"delivered": expected})
    steps = store.execute("SELECT 'msg_' || alert_id || '_' || version FROM alert_steps").fetchall()
    same("messages applied", sorted(received.execute("SELECT message FROM applied").fetchall()), sorted(steps))
    first: dict[str, int] = {}
    for number, message in received.execute("SELECT n, message FROM received ORDER BY n"):
        first.setdefault(message, number)
    for alert in sender.handled:
        if first[f"msg_{alert}_1"] > first[f"msg_{alert}_2"]:
            faults.append(f"alert {alert}: its acknowledgement came before its opening")
    total = received.execute("SELECT count(*) FROM received").fetchone()[0]
    return Account(
        kills=kills,
        cuts=cuts,
        seconds=round(seconds, 1),
        events_acknowledged=len(sender.acknowledged),
        requests_failed=sender.failed,
        alerts=len(devices),
        messages=expected,
        sent_again=total - len(first),
        faults=faults,
    )


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.kill()
        process.wait()


def _free() -> int:
    with listen("127.0.0.1", 0) as found:
        return int(found.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cuts", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    account = run(given.kills, given.cuts, given.seed)
    text = json.dumps(asdict(account), indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n")
    sys.exit(1 if account.faults else 0)


if __name__ == "__main__":
    main()
