"""Restore a back-up into an empty store: all of it, checked, or nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.orm import Session

from zhsq.errors import ZhsqError
from zhsq.serve.backup.container import Manifest, Reader, batches
from zhsq.serve.backup.replay import ACTOR, replay
from zhsq.serve.problems import ProblemError
from zhsq.serve.security import audit
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.store import galleries, scope
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import AuditHead, Base, Estate

CHUNK = 1000


@dataclass(frozen=True)
class Restored:
    """What was restored.

    Attributes:
        manifest: of the back-up.
        done_again: from the later audit, by action, so that it does not come undone.
        lost: what the later audit has and the back-up lacks, by action.
        galleries_amiss: estates whose templates are not those that were enrolled; they were not when the back-up was made.
    """

    manifest: Manifest
    done_again: Counter[str]
    lost: Counter[str]
    galleries_amiss: list[str]


def open_back_up(path: Path, audit_key: bytes, keys: TemplateKeys) -> Reader:
    """A back-up of which everything was read and checked, and whose keys are at hand.

    Raises:
        ZhsqError: it is damaged, was signed with another key, or needs a key that is not at hand.
    """
    reader = Reader(path, audit_key)
    reader.check()
    missing = sorted(set(reader.manifest.keys) - set(keys.provider.ids()))
    if missing:
        raise ZhsqError(
            f"The back-up needs the keys {', '.join(missing)}, which are not at hand: without them nobody is recognised.",
            "Put them into ZHSQ_SERVE_MASTER_KEY, or master.key of the workspace. They are in no back-up, on purpose.",
        )
    return reader


def read_export(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of `zhsq audit export`.

    Raises:
        ZhsqError: it can't be read.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                found = json.loads(line)
                yield found if "head" in found else {**found, "id": int(found["id"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ZhsqError(f"{path} is no export of the audit.", "Make one: zhsq audit export --out FILE") from error


def restore(
    database: Database, reader: Reader, keys: TemplateKeys, audit_key: bytes, later: Path | None, actor: str = ACTOR
) -> Restored:
    """Fill an empty store from a back-up, in one transaction.

    Args:
        database: the store, at the newest schema.
        reader: of a checked back-up (`open_back_up`).
        keys: that protect its templates.
        audit_key: that signs the audit.
        later: an export of the audit that was made after the back-up; None where there is none.
        actor: who restores, in the audit.

    Raises:
        ZhsqError: the store is not empty, has another schema, or what was written does not hold.
    """
    manifest = reader.manifest
    head = audit.Head(**manifest.audit_head.model_dump())
    entries = [] if later is None else audit.later(read_export(later), head, audit_key)
    with database.session(scope.EVERY) as session:
        connection = session.connection()
        _refuse_other_schema(connection, manifest)
        _refuse_filled(connection)
        _fill(connection, reader)
        _check_audit(session, manifest)
        done, lost = replay(session, keys, entries)
        amiss = list(_amiss(session))
        known = f"{sum(done.values())} done again" if later is not None else "without a later audit"
        audit.record(session, actor, "store.restore", manifest.digest, known)
    return Restored(manifest, done, lost, amiss)


def _refuse_other_schema(connection: Connection, manifest: Manifest) -> None:
    here = MigrationContext.configure(connection).get_current_revision()
    if manifest.revision != here:
        raise ZhsqError(
            f"The back-up was made by zhsq {manifest.zhsq} with the schema {manifest.revision}; this one has {here}.",
            "Restore it with the version that made it; a newer one brings the store up to date at its start.",
        )


def _refuse_filled(connection: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        if table is not AuditHead.__table__ and connection.scalar(select(func.count()).select_from(table)):
            raise ZhsqError(
                f"The store is not empty: there are rows in {table.name}.",
                "Restore into a new database: set ZHSQ_DATABASE_URL to it. Nothing was changed.",
            )


def _fill(connection: Connection, reader: Reader) -> None:
    connection.execute(delete(AuditHead))  # of the empty chain that every new store begins with
    for table in Base.metadata.sorted_tables:
        if table.name not in reader.manifest.tables:
            raise ZhsqError(f"The back-up lacks the table {table.name}.", "Take another back-up.")
        for rows in batches(reader.rows(table.name), CHUNK):
            connection.execute(insert(table), list(rows))
        column = table.autoincrement_column
        if column is not None and connection.dialect.name == "postgresql":
            counter = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            )
            if counter is not None:
                newest = connection.scalar(select(func.max(column)))
                connection.execute(
                    text("SELECT setval(CAST(:counter AS regclass), :next, false)"),
                    {"counter": counter, "next": (newest or 0) + 1},
                )


def _check_audit(session: Session, manifest: Manifest) -> None:
    broken = audit.verify(session)
    fault = f"entry {broken.entry}: {broken.reason}" if broken else ""
    if fault != manifest.audit_fault:
        raise ZhsqError(f"The restored audit does not hold: {fault or 'it held not before'}.", "Nothing was stored.")


def _amiss(session: Session) -> Iterator[str]:
    for estate in session.scalars(select(Estate.id).order_by(Estate.id)).all():
        try:
            galleries.rows(session, estate)
        except ProblemError:
            yield estate
