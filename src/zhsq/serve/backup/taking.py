"""Take a back-up: every table as it was at one moment, while the API goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from zhsq import __version__
from zhsq.serve.backup.container import Head, Manifest, writing
from zhsq.serve.privacy.rotation import under_key, webhooks_under_key
from zhsq.serve.security import audit
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Base, now

#: Rows that are fetched at a time.
CHUNK = 1000


def back_up(database: Database, path: Path, audit_key: bytes) -> Manifest:
    """Write a back-up.

    Both databases give one snapshot of all tables: PostgreSQL by REPEATABLE READ, SQLite by a read transaction on its
    write-ahead log. Neither keeps writers waiting.

    Raises:
        ZhsqError: the file is there already, or can't be written.
    """
    with database.snapshot() as session, writing(path) as out:
        connection = session.connection()
        for table in Base.metadata.sorted_tables:
            out.table(table.name, _rows(connection, table))
        head, broken = audit.head(session), audit.verify(session)
        manifest = Manifest(
            made_at=now().replace(tzinfo=UTC).isoformat(timespec="seconds"),
            zhsq=__version__,
            database=connection.dialect.name,
            revision=MigrationContext.configure(connection).get_current_revision() or "",
            tables=out.tables,
            keys=_keys(session),
            audit_head=Head(**head._asdict()),
            audit_fault=f"entry {broken.entry}: {broken.reason}" if broken else "",
        )
        out.end(manifest, audit_key)
    return manifest


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK)
    for row in connection.execute(query):
        yield dict(row._mapping)


def _keys(session: Session) -> tuple[str, ...]:
    """Identifiers of the keys without which something in it can't be read."""
    return tuple(sorted(key for key in {*under_key(session), *webhooks_under_key(session)} if key))
