"""Which estates this process evaluates. An estate's rules are in one process's memory at a time.

On SQLite one process has all. On PostgreSQL every process that takes events shares the estates with the others: it holds a
session-level advisory lock per estate that it evaluates, and evaluates on the very connection that holds them. So there
is no lease to be late with: a process that was killed loses its estates when its connection closes, at once; one that
hangs, or whose machine is gone, when PostgreSQL gives that connection up; and one whose connection broke can't commit what
it evaluated, because it would have to commit on that connection.
"""

from __future__ import annotations

import hashlib
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from zhsq.serve.store import scope
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate

#: Held, shared, by every process that takes part: their number is how many share the estates.
_MEMBERS = 0x7A687374
#: Seconds after which PostgreSQL gives up a connection on which nothing happens, at the least.
HANGS_S = 10


class Ownership(ABC):
    """The estates of this process. Used by one thread."""

    def __init__(self, database: Database) -> None:
        self.estates: frozenset[str] = frozenset()
        self._database = database

    @abstractmethod
    def session(self) -> AbstractContextManager[Session]:
        """A transaction that commits only while the estates are this process's."""

    @abstractmethod
    def look(self, session: Session) -> None:
        """Take estates that are free, and leave some to processes that came: `estates` is as it is now."""

    @abstractmethod
    def lost(self) -> None:
        """After a transaction that failed: where the connection broke, the estates are another's by now."""

    @abstractmethod
    def close(self) -> None:
        """Leave the estates to others."""


def ownership(database: Database, tick_s: float) -> Ownership:
    """The kind that the database asks for.

    Args:
        database: the store.
        tick_s: `look` is called as often, seconds.
    """
    return Shared(database, tick_s) if database.engine.dialect.name == "postgresql" else Alone(database)


class Alone(Ownership):
    """The only process."""

    def session(self) -> AbstractContextManager[Session]:
        return self._database.session()

    def look(self, session: Session) -> None:
        self.estates = frozenset(session.scalars(select(Estate.id)))

    def lost(self) -> None:
        pass  # nobody else is there to have them

    def close(self) -> None:
        pass


class Shared(Ownership):
    """One of several processes on a PostgreSQL."""

    def __init__(self, database: Database, tick_s: float) -> None:
        super().__init__(database)
        self._patience_s = max(HANGS_S, math.ceil(5 * tick_s))
        self._connection: Connection | None = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        fresh = self._connection is None
        self._connection = self._connection or self._connect()
        with self._database.session(connection=self._connection) as session:
            if fresh:
                self.look(session)
            yield session

    def look(self, session: Session) -> None:
        keys = {estate: _key(estate) for estate in session.scalars(select(Estate.id).order_by(Estate.id))}
        taken, members = self._taken(session)
        share = math.ceil(len(keys) / max(1, members))
        # Locks of a session are not rolled back: `estates` follows each of them.
        for estate in [*sorted(self.estates & keys.keys())[share:], *(self.estates - keys.keys())]:
            self.estates -= {estate}
            session.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(estate)})
        for estate in [estate for estate, key in keys.items() if key not in taken][: share - len(self.estates)]:
            if session.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": keys[estate]}):
                self.estates |= {estate}

    def lost(self) -> None:
        if self._connection is not None and (self._connection.invalidated or self._connection.closed):
            self.close()

    def close(self) -> None:
        self.estates = frozenset()
        if self._connection is not None:
            self._connection.close()  # with it go its locks
            self._connection = None

    def _connect(self) -> Connection:
        connection = self._database.engine.connect()
        connection.detach()  # never another's afterwards: it has locks and settings of its own
        given = {
            "idle_session_timeout": f"{self._patience_s}s",
            "idle_in_transaction_session_timeout": f"{self._patience_s}s",
            "tcp_keepalives_idle": "5",
            "tcp_keepalives_interval": "2",
            "tcp_keepalives_count": "3",
            scope.VARIABLE: scope.EVERY,
        }
        with connection.begin():
            for name, value in given.items():
                connection.execute(text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value})
            connection.execute(text("SELECT pg_advisory_lock_shared(:key)"), {"key": _MEMBERS})
        connection.info[scope.VARIABLE] = scope.EVERY
        return connection

    @staticmethod
    def _taken(session: Session) -> tuple[set[int], int]:
        """The keys of locks that are held, by whomever, and how many processes take part."""
        held = session.execute(
            text(
                "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        ).scalars()
        keys = list(held)
        return set(keys), keys.count(_MEMBERS)


def _key(estate: str) -> int:
    """Of the estate's lock: 64 bits, signed, as PostgreSQL takes them."""
    return int.from_bytes(hashlib.sha256(f"zhsq estate {estate}".encode()).digest()[:8], signed=True)
