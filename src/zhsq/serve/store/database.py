"""Engine, sessions, and migrations run at start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from zhsq.errors import ZhsqError


class Database:
    """One engine, brought to the newest schema.

    Raises:
        ZhsqError: it can't be opened or migrated.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine: Engine = create_engine(url)
            if self.engine.dialect.name == "sqlite":
                event.listen(self.engine, "connect", _sqlite_pragmas)
            migrate(self.engine)
        except SQLAlchemyError as error:
            raise ZhsqError(f"The database can't be opened: {error}.", "Check ZHSQ_SERVE_DATABASE_URL.") from error
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._turn = threading.Lock()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on an error.

        One at a time in a process: the audit chain needs each entry to see the one before. Inference stays outside.
        """
        with self._turn, self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def migrate(engine: Engine) -> None:
    """Run Alembic's migrations up to the newest."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _sqlite_pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")  # secure_delete: erased templates are overwritten, not left in free pages
    cursor.close()
