"""Engine, sessions, and migrations run at start; on SQLite and on PostgreSQL by one URL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from zhsq.errors import ZhsqError
from zhsq.serve.problems import ProblemError
from zhsq.serve.security import audit
from zhsq.serve.settings import Settings
from zhsq.serve.store import answers, clock, galleries, row_security, scope
from zhsq.serve.store.kept import Connected, Kept, Ready, Values
from zhsq.serve.store.tables import Estate
from zhsq.spans import span

#: Signed heads begin with this revision, and what galleries are counted by with that one.
_ACCESS, _GALLERIES = "0002", "0003"
UNFIT = "A value can't be stored: a number out of range, or a text that holds NUL."
IN_DOUBT = "The database went away as it was told to store this: it may be stored. Look before you send it again."
#: Option of a connection whose transactions only read.
_READS = "zhsq_reads"
_LOCK = 0x7A687372  # PostgreSQL's advisory lock of processes that migrate


class Database:
    """One engine, brought to the newest schema.

    Args:
        url: SQLAlchemy's, of SQLite or PostgreSQL ('postgresql://' takes psycopg).
        audit_key: signs the audit's head.

    Raises:
        ZhsqError: it can't be opened or migrated, or the role passes row-level security.
    """

    def __init__(self, url: str, audit_key: bytes) -> None:
        try:
            self.engine: Engine = _engine(url)
            migrate(self.engine, audit_key)
        except SQLAlchemyError as error:
            raise ZhsqError(f"The database can't be opened: {error}.", "Check ZHSQ_DATABASE_URL.") from error
        #: A file of this machine, whose reads wait for nobody.
        self.local = self.engine.dialect.name == "sqlite"
        self._reader = self.engine.execution_options(**{_READS: True})
        self._looker, self._noter = Kept(self.engine), Kept(self.engine)  # SQLite's
        self._looking = threading.Lock()
        self._audit_key = audit_key
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={audit.KEY: audit_key})
        _listen(self._sessions)
        # SQLite takes one writer at a time: threads that queue here don't run into its busy timeout.
        self._turn = threading.Lock() if self.local else nullcontext()
        with self.session(scope.EVERY) as session:
            if (before := audit.newest(session)) is not None:
                clock.not_before(before)

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """The database that the settings name."""
        return cls(settings.url, settings.audit_secret())

    @contextmanager
    def session(self, estate: str | None = None, *, connection: Connection | None = None) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on an error. Inference stays outside.

        Args:
            estate: what it may see, where that is not what the request under way may (`zhsq.serve.store.scope`).
            connection: to use instead of one of the pool.

        Raises:
            ProblemError: the database went away while it committed: nobody knows whether it did; or what it was given
                can't be stored or looked for.
        """
        seen = scope.present() if estate is None else estate
        bind = self.engine if connection is None else connection
        with span("store"), _storable(), self._turn, self._sessions(bind=bind, info={"estate": seen}) as session:
            yield session
            try:
                session.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise ProblemError("store-unavailable", IN_DOUBT) from error
                raise

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that sees every estate as all was at one moment, and keeps no writer waiting; it writes nothing."""
        options: dict[str, Any] = {_READS: True} if self.local else {"isolation_level": "REPEATABLE READ"}
        with (
            self.engine.connect().execution_options(**options) as connection,
            self._sessions(bind=connection, info={"estate": scope.EVERY}) as session,
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, in the scope of the request under way; on SQLite it waits for no writer, and holds none
        up."""
        with _storable(), self._sessions(bind=self._reader, info={"estate": scope.present()}) as session:
            yield session  # never committed: closing rolls back

    def one(self, ready: Ready, values: Values) -> tuple[Any, ...] | None:
        """The first row that a statement reads, whichever estate's it is; None when there is none.

        Without a session, which costs more than the statement: each request asks for its key in this way. It waits for no
        writer.
        """
        with _storable():
            if self.local:
                with self._looking:
                    return self._looker.one(ready, values)
            with self.engine.connect() as connection:
                scope.announce_every(connection)
                return Connected(connection).one(ready, values)

    def note(self, actor: str, action: str, target: str, outcome: str = "done") -> None:
        """Append an entry to the audit that goes with no other change of the store.

        Raises:
            ProblemError: see `session`.
        """
        if not self.local or answers.present() is not None:  # an attempt is noted with what it does first
            with self.session() as session:
                audit.record(session, actor, action, target, outcome)
            return
        entry = audit.entry(actor, action, target, outcome)
        with span("store"), _storable(), self._turn, self._noter.transaction():
            audit.append(self._noter, self._audit_key, [entry])

    def close(self) -> None:
        with self._looking:
            self._looker.close()
        with self._turn:
            self._noter.close()
        self.engine.dispose()


@contextmanager
def _storable() -> Iterator[None]:
    """Values that a request gave and no column can hold are the caller's mistake, on either database.

    SQLite's driver raises what Python does: OverflowError beyond 64 bits, UnicodeEncodeError for half a surrogate pair.
    """
    try:
        yield
    except (DataError, OverflowError, UnicodeEncodeError) as error:
        raise ProblemError("invalid-request", UNFIT) from error


def migrate(engine: Engine, audit_key: bytes) -> None:
    """Run Alembic's migrations up to the newest; one process at a time, and nothing when there is nothing to do."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.begin() as connection:
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            row_security.refuse_superuser(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"SELECT set_config('{scope.VARIABLE}', '{scope.EVERY}', true)"))
        before = MigrationContext.configure(connection).get_current_revision()
        if before == newest:
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if before is None or before < _ACCESS:
            audit.begin(connection, audit_key)
        if before is None or before < _GALLERIES:
            _count_galleries(connection)
        if postgresql:
            row_security.ensure(connection)


def _count_galleries(connection: Connection) -> None:
    with Session(connection, info={"estate": scope.EVERY}) as session:
        for estate in session.scalars(select(Estate.id)).all():
            galleries.accept(session, estate)


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        # A connection that the server closed meanwhile is replaced, not handed out.
        return create_engine(parsed, pool_pre_ping=True, pool_size=20, max_overflow=20, hide_parameters=True)
    engine = create_engine(parsed, hide_parameters=True)  # an error must not carry rows into a log
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _listen(sessions: sessionmaker[Session]) -> None:
    event.listen(sessions, "after_begin", scope.announce)
    event.listen(sessions, "do_orm_execute", scope.restrict)
    event.listen(sessions, "do_orm_execute", galleries.notice)
    event.listen(sessions, "do_orm_execute", answers.notice)
    event.listen(sessions, "before_flush", scope.check_writes)
    event.listen(sessions, "after_flush", galleries.follow)
    event.listen(sessions, "after_flush", answers.follow)
    event.listen(sessions, "before_commit", _before_commit)


def _before_commit(session: Session) -> None:
    session.flush()
    galleries.settle(session)
    answers.settle(session, told=audit.pending(session))
    audit.write(session)


def _sqlite_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # `_sqlite_begin` begins, not the driver
    # Half a minute: processes that start together wait until the first has migrated, on a busy machine some seconds.
    for pragma in ("busy_timeout=30000", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(
            f"PRAGMA {pragma}"
        )  # secure_delete: erased templates are overwritten, not left in free pages
    _write_ahead(connection)


@retry(
    retry=retry_if_exception_type(sqlite3.OperationalError),
    stop=stop_after_delay(30),
    wait=wait_fixed(0.05),
    reraise=True,
)
def _write_ahead(connection: sqlite3.Connection) -> None:
    # While another connection, the last one, closes, or turns this on, SQLite says 'locked' at once, whatever the timeout
    # (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
    connection.execute("PRAGMA journal_mode=WAL")


def _sqlite_begin(connection: Connection) -> None:
    # The write lock at once: a transaction that reads the audit's head and then writes must not be overtaken.
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
