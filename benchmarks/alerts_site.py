"""An estate's API with its broker and its store, and the platform's receiver, as processes that can be killed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import httpx
from estate_line import ADDRESSES, EstateLine

from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate

Store = Literal["sqlite", "postgres"]
MASTER = "ab" * 32
ROOT = Path(__file__).resolve().parent
#: In namespaces of their own every port is free.
API_PORT, BROKER_PORT, RECEIVER_PORT = 8080, 1883, 9000
#: Loaded once, before the first start: a start is then what the API does, and not what Python does before it.
PRELOADED = ["zhsq.serve.app", "zhsq.serve.alerting.mqtt.listener", "httpcore", "psycopg", "uvicorn", "alerts_site"]
API, PASSWORD = f"http://127.0.0.1:{API_PORT}", "correct horse"


class Site:
    """A context manager. The thread that enters it stands in the estate from then on.

    Args:
        line: between estate and platform, up.
        store: kind of database.
        rate_per_s: messages a second that the platform wants at most.
        rules: YAML; the packaged ones when empty.
    """

    def __init__(self, line: EstateLine, store: Store, rate_per_s: float = 500, rules: str = "") -> None:
        self._line, self._kind, self._rate_per_s, self._rules = line, store, rate_per_s, rules
        self._folder = Path(tempfile.mkdtemp(prefix="zhsq-crash-"))
        self._processes: list[subprocess.Popen[bytes]] = []
        self._postgres: Any = None
        self._forks: Any = None
        self.api: ForkServerProcess | None = None
        self.key = ""
        self.received = self._folder / "received.db"

    def __enter__(self) -> Site:
        self._folder.chmod(0o755)  # PostgreSQL runs as another user where this is root
        self._line.enter("estate")
        try:
            self._settings = self._set_up()
            self.database = Database.of(self._settings)
            with self.database.session() as session:
                session.add(Estate(id="east", name="east", salt=bytes(32)))
                self.key = create(session, "crash", "operator", None)
            self._forks = multiprocessing.get_context("forkserver")
            self._forks.set_forkserver_preload(PRELOADED)
            self._start_broker()
            self.start_api()
            self.wait_until_up()
            self._start_receiver()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def start_api(self) -> None:
        """Start it as a new process, which shares nothing with the one before but the store. Returns at once."""
        self.api = self._forks.Process(target=serve, args=(self._settings.model_dump(), self._folder / "api.log"))
        self.api.start()

    def wait_until_up(self) -> None:
        """Until the API answers."""
        deadline = time.monotonic() + 120
        while True:
            try:
                httpx.get(f"{API}/health/live", timeout=2)
                return
            except httpx.HTTPError:
                assert self.api is not None
                if not self.api.is_alive() or time.monotonic() > deadline:
                    raise SystemExit(f"The API did not start:\n{self.log()[-3000:]}") from None
                time.sleep(0.02)

    def kill_api(self) -> bool:
        """SIGKILL; whether it was alive until then."""
        assert self.api is not None
        alive = self.api.is_alive()
        self.api.kill()
        self.api.join()
        return alive

    def log(self) -> str:
        """What the API wrote."""
        return (self._folder / "api.log").read_text(errors="replace")

    def _set_up(self) -> Settings:
        os.environ["ZHSQ_HOME"] = str(self._folder / "home")
        given: dict[str, Any] = {
            "database_url": f"sqlite:///{self._folder / 'api.db'}" if self._kind == "sqlite" else self._postgres_url(),
            "master_key": MASTER,
            "audit_key": MASTER,
            "webhooks_plain_http": True,  # the line is the namespaces' own
            "mqtt_url": f"mqtt://127.0.0.1:{BROKER_PORT}",
            "mqtt_username": "zhsq",
            "mqtt_password": PASSWORD,
        }
        if self._rules:
            given["rules"] = self._folder / "rules.yaml"
            given["rules"].write_text(self._rules)
        return Settings(**given)

    def _postgres_url(self) -> str:
        import pgserver
        import sqlalchemy

        self._postgres = pgserver.get_server(self._folder / "postgres", cleanup_mode="stop")
        url = sqlalchemy.make_url(self._postgres.get_uri()).set(drivername="postgresql+psycopg")
        engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in ("CREATE ROLE zhsq LOGIN", "CREATE DATABASE crash OWNER zhsq"):
                connection.execute(sqlalchemy.text(statement))
        engine.dispose()
        return url.set(username="zhsq", database="crash").render_as_string(hide_password=False)

    def _start_broker(self) -> None:
        folder = self._folder / "broker"
        shutil.copytree(ROOT.parent / "deploy" / "mosquitto", folder)
        (folder / "passwords").touch(0o600)
        for name in ("zhsq", "east"):
            subprocess.run(["mosquitto_passwd", "-b", "passwords", name, PASSWORD], cwd=folder, check=True)
        with (folder / "mosquitto.conf").open("a") as stream:
            stream.write("user root\n")  # or it would become another, who may not enter this folder
        log = (self._folder / "broker.log").open("ab")
        self._processes.append(
            subprocess.Popen(["mosquitto", "-c", "mosquitto.conf"], cwd=folder, stdout=log, stderr=log)
        )

    def _start_receiver(self) -> None:
        where = f"{ADDRESSES['platform']}:{RECEIVER_PORT}"
        target = {"name": "platform", "url": f"http://{where}/", "rate_per_s": self._rate_per_s}
        made = httpx.post(f"{API}/v1/targets", json=target, headers={"Authorization": f"Bearer {self.key}"}, timeout=60)
        secret = made.raise_for_status().json()["secret"]
        receiver = [sys.executable, str(ROOT / "alerts_receiver.py"), where, secret, str(self.received)]
        self._processes.append(subprocess.Popen(self._line.command("platform", *receiver)))

    def _close(self) -> None:
        if self.api is not None:
            self.api.kill()
            self.api.join()
        for process in self._processes:
            process.kill()
            process.wait()
        if hasattr(self, "database"):
            self.database.close()
        if self._postgres is not None:
            self._postgres.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def serve(settings: dict[str, Any], log: Path) -> None:
    """The API, as `zhsq serve` runs it, without loading the models; in a process of its own."""
    import uvicorn

    from zhsq.serve.app import create_app

    with log.open("ab") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    app = create_app(Settings(**settings))
    uvicorn.run(app, host="127.0.0.1", port=API_PORT, log_config=None, access_log=False)
