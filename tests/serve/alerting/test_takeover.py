"""Two real servers on one PostgreSQL under load, one killed: the other takes over; nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
from sqlalchemy import select

from zhsq.serve.security.keys import create
from zhsq.serve.server import listen
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, AlertLink, Arrival, Estate, Event

SECRETS = {"MASTER_KEY": "ab" * 32, "AUDIT_KEY": "cd" * 32}
ESTATES = ("east", "west", "north", "south")


class Servers:
    """The API as processes of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        given = {f"ZHSQ_SERVE_{name}": value for name, value in SECRETS.items()}
        self._environment = {**os.environ, **given, "ZHSQ_DATABASE_URL": url}
        self._log = (folder / "log").open("ab")
        self.processes: list[subprocess.Popen[bytes]] = []
        self.urls: list[str] = []

    def start(self, count: int) -> None:
        for _ in range(count):
            with listen("127.0.0.1", 0) as found:
                port = found.getsockname()[1]
            command = [sys.executable, "-m", "uvicorn", "--factory", "zhsq.serve.app:create_app", "--port", str(port)]
            self.processes.append(subprocess.Popen(command, env=self._environment, stdout=self._log, stderr=self._log))
            self.urls.append(f"http://127.0.0.1:{port}")
        ends = time.monotonic() + 120
        while not all(_live(url) for url in self.urls):
            assert time.monotonic() < ends and all(one.poll() is None for one in self.processes)
            time.sleep(0.1)

    def kill(self) -> None:
        for one in self.processes:
            one.kill()
            one.wait()
        self._log.close()


def test_after_a_kill_each_acknowledged_event_has_its_alert_once(postgres_url: str, tmp_path: Path) -> None:
    store = Database.of(
        Settings(database_url=postgres_url, master_key=SECRETS["MASTER_KEY"], audit_key=SECRETS["AUDIT_KEY"])
    )
    with store.session() as session:
        session.add_all(Estate(id=name, name=name, salt=bytes(32)) for name in ESTATES)
        key = create(session, "k", "platform", None)
    servers = Servers(postgres_url, tmp_path)
    acknowledged: set[str] = set()
    stop = threading.Event()

    def send(which: int) -> None:
        """Events that raise an alert each, to one server, or to the other one where it does not answer."""
        with httpx.Client(headers={"X-API-Key": key}, timeout=10) as client:
            number = 0
            while not stop.is_set():
                number += 1
                name, at = f"{which}-{number}", which
                estate = ESTATES[number % len(ESTATES)]
                data = {"estate": estate, "device": f"f{name}", "state": "crossed"}
                event = {"id": name, "source": "/fence", "type": "perimeter", "data": data}
                while True:
                    try:
                        if client.post(f"{servers.urls[at % 2]}/v1/events", json=event).status_code == 202:
                            break
                    except httpx.HTTPError:
                        pass
                    at += 1
                acknowledged.add(name)
                time.sleep(0.01)

    try:
        servers.start(2)
        threads = [threading.Thread(target=send, args=(which,)) for which in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(2.5)
        servers.processes[0].kill()
        time.sleep(2.5)
        stop.set()
        for thread in threads:
            thread.join(30)
        ends = time.monotonic() + 20
        while _count(store, Arrival):
            assert time.monotonic() < ends, "what was left for the dead server is evaluated by the other"
            time.sleep(0.1)
        with store.session() as session:
            events = set(session.scalars(select(Event.event_id)))
            devices = Counter(session.scalars(select(Alert.device)))
            links = Counter(session.scalars(select(AlertLink.event_id)))
    finally:
        stop.set()
        servers.kill()
        store.close()
    assert acknowledged and acknowledged <= events
    assert devices == Counter(f"f{name}" for name in events), "one alert for each event, and no second one"
    assert links == Counter(events)


def _count(store: Database, kind: type) -> int:
    with store.session() as session:
        return len(session.scalars(select(kind)).all())


def _live(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
