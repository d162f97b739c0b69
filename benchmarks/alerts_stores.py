"""Stores for `alerts_load.py`: SQLite on disk, and a real PostgreSQL as production has it; filled with history."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, make_url, text

from zhsq.serve.security.keys import create
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate

SECRETS = {"MASTER_KEY": "ab" * 32, "AUDIT_KEY": "cd" * 32}
ESTATES, DEVICES = ("east", "west", "north", "south"), 500
#: An alert about several events is linked to all of them when the last one raises it. Those before it came seconds or
#: minutes earlier, and were no alert then: only the last one's time is the alert's.
_RAISED = """
WITH links AS (
    SELECT alert_id, event_id, pg_xact_commit_timestamp(xmin) AS at,
           min(pg_xact_commit_timestamp(xmin)) OVER (PARTITION BY alert_id) AS opened
    FROM alert_links WHERE event_id ~ '^[0-9]+$'
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY alert_id, at ORDER BY event_id::bigint DESC) AS place FROM links
)
SELECT event_id, min(extract(epoch FROM at)) FROM ranked WHERE at > opened OR place = 1 GROUP BY 1
"""


class Store:
    """A store that was made for one run.

    Attributes:
        url: of the API.
        key: of the role platform.
    """

    def __init__(self, url: str, history: int) -> None:
        self.url = url
        store = Database.of(
            Settings(database_url=url, master_key=SECRETS["MASTER_KEY"], audit_key=SECRETS["AUDIT_KEY"])
        )
        with store.session() as session:
            for estate in ESTATES:
                session.add(Estate(id=estate, name=estate, salt=bytes(32)))
            self.key = create(session, "load", "platform", None)
        store.close()
        if history:
            self._fill(history)

    def settings(self) -> dict[str, str]:
        """Of the server, as far as they decide what a commit costs."""
        with sqlite3.connect(make_url(self.url).database or "") as raw:
            names = ("journal_mode", "synchronous")
            return {name: str(raw.execute(f"PRAGMA {name}").fetchone()[0]) for name in names}

    def close(self) -> None:
        """Done with it."""

    def cpu_s(self) -> float:
        """CPU seconds of the server so far; none where the API does the work itself."""
        return 0.0

    def linked(self) -> dict[str, float] | None:
        """Per event that raised an alert or added to one, when that was committed, seconds since 1970; None where it isn't kept."""
        return None

    def _fill(self, history: int) -> None:
        old = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=30)
        with sqlite3.connect(make_url(self.url).database or "") as raw:
            rows = (
                ("/old", str(i), "lamp", ESTATES[i % 4], str(old + timedelta(seconds=i)), '{"state": "on"}')
                for i in range(history)
            )
            into = "INSERT INTO events (source, event_id, type, estate_id, time, data) VALUES (?,?,?,?,?,?)"
            raw.executemany(into, rows)
            alerts = (
                (f"old{i}", ESTATES[i % 4], f"rule-{i % 200}|east|d{i % DEVICES}", str(old + timedelta(seconds=i)))
                for i in range(history // 10)
            )
            raw.executemany(
                "INSERT INTO alerts (id, estate_id, rule, severity, message, dedupe_key, state, opened_at, last_at)"
                " VALUES (?1, ?2, 'old', 'minor', '{}', ?3, 'resolved', ?4, ?4)",
                alerts,
            )


class PostgreSQL(Store):
    """A database of its own on a server that runs."""

    def __init__(self, superuser: str, history: int) -> None:
        self._engine = create_engine(superuser, isolation_level="AUTOCOMMIT")
        with self._engine.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS load"))
            connection.execute(text("CREATE DATABASE load OWNER zhsq"))
        self._engine.dispose()
        mine = make_url(superuser).set(database="load")
        self._engine = create_engine(mine, isolation_level="AUTOCOMMIT")
        super().__init__(mine.set(username="zhsq").render_as_string(hide_password=False), history)

    def settings(self) -> dict[str, str]:
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
        with self._engine.connect() as connection:
            return {name: str(connection.scalar(text(f"SHOW {name}"))) for name in names}

    def cpu_s(self) -> float:
        with self._engine.connect() as connection:
            own = psutil.Process(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
        found: Any = own.parent()
        total = 0.0
        for process in (found, *found.children()):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
        return total

    def linked(self) -> dict[str, float] | None:
        with self._engine.connect() as connection:
            return {name: float(at) for name, at in connection.execute(text(_RAISED))}

    def close(self) -> None:
        self._engine.dispose()

    def _fill(self, history: int) -> None:
        estate = "(ARRAY['east', 'west', 'north', 'south'])[i % 4 + 1]"
        statements = (
            "INSERT INTO events (source, event_id, type, estate_id, time, data) SELECT '/old', i::text, 'lamp', "
            f"{estate}, now() - interval '30 days' + i * interval '1 second', '{{\"state\": \"on\"}}' "
            f"FROM generate_series(1, {history}) i",
            "INSERT INTO alerts (id, estate_id, rule, severity, message, dedupe_key, device, zone, state, version, events, "
            f"assigned_to, ladder, escalations, opened_at, last_at) SELECT 'old' || i, {estate}, 'old', 'minor', '{{}}', "
            f"'rule-' || i % 200 || '|east|d' || i % {DEVICES}, '', '', 'resolved', 1, 1, 'guard', '[]', 0, t, t "
            f"FROM (SELECT i, now() - interval '30 days' + i * interval '1 second' AS t FROM generate_series(1, {history // 10}) i)",
            "VACUUM ANALYZE",
        )
        with self._engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL of its own, its settings those of a new installation; the superuser's URL.

    It keeps the times of commits beside, which is how the benchmark learns when an alert was there to be seen.
    """
    import pgserver

    with tempfile.TemporaryDirectory(prefix="zhsq-load-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user where that is root
        server = pgserver.get_server(folder / "data", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET track_commit_timestamp = on"))
            connection.execute(text("CREATE ROLE zhsq LOGIN"))
        engine.dispose()
        pgserver.pg_ctl(["-w", "-m", "fast", "restart"], pgdata=folder / "data", user=server.system_user)
        try:
            yield url
        finally:
            server.cleanup()
