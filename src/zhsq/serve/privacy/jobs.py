"""What must be done from time to time: erase whose consent ended, re-protect templates, let records go that have outlived
their time. Each step may be broken off and run again; a second run finds nothing to do."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError

from zhsq.serve.alerting import evidence, presence
from zhsq.serve.privacy import vehicles
from zhsq.serve.privacy.consents import ended
from zhsq.serve.privacy.erasure import erase
from zhsq.serve.privacy.retention import KINDS
from zhsq.serve.security.audit import record
from zhsq.serve.security.sealing import EVIDENCE, WEBHOOKS, Sealer
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Consent, Estate, Picture, Subject, Target, Template, now

log = logging.getLogger(__name__)
#: People or templates per transaction: the API waits for no more than that.
BATCH = 100
ACTOR = "jobs"


@dataclass(frozen=True)
class JobsReport:
    """What one run did.

    Attributes:
        erased: people whose consent ended -> by reason.
        reprotected: templates that were under a former key.
        resealed: secrets of webhooks and pictures that were under a former key.
        let_go: records that outlived their time, by kind.
        scrubbed: whether the database was asked to drop erased rows from its files too; None when nothing was erased.
    """

    erased: dict[str, int]
    reprotected: int
    resealed: int
    let_go: dict[str, int]
    scrubbed: bool | None

    def to_dict(self) -> dict[str, object]:
        return asdict(self)

    @property
    def told(self) -> str:
        """In words, without anybody's name."""
        erased = ", ".join(f"{count} {reason}" for reason, count in self.erased.items()) or "nobody"
        gone = ", ".join(f"{count} {kind}" for kind, count in self.let_go.items()) or "nothing"
        return f"erased: {erased}; re-protected: {self.reprotected} templates, {self.resealed} webhooks and pictures; let go: {gone}"


def run(database: Database, keys: TemplateKeys, settings: Settings) -> JobsReport:
    """Run every job once.

    Raises:
        ZhsqError: a template's key is not at hand.
    """
    erased = _erase_ended(database)
    scrubbed = scrub(database.engine) if erased else None
    report = JobsReport(
        dict(erased), _reprotect(database, keys), _reseal(database, keys), _let_go(database, settings), scrubbed
    )
    if report.reprotected or report.resealed or report.let_go:
        with database.session() as session:
            told = " ".join(f"{name}:{count}" for name, count in report.let_go.items())
            record(
                session,
                ACTOR,
                "jobs.run",
                f"templates:{report.reprotected} sealed:{report.resealed}",
                told[:100] or "done",
            )
    return report


def reprotect(keys: TemplateKeys, estate: Estate, template: Template, salt: bytes) -> None:
    """Bring one template under the active key and a salt.

    Args:
        keys: the ring; it must hold the key that protects the template now.
        estate: whose it is, with the salt that it was protected with.
        template: to be changed.
        salt: the one to come; the estate's own where only the key changes.
    """
    space = keys.space(salt)
    vector = keys.open(template.sealed, template.key_id, template.subject_id, estate.salt, space)
    template.sealed = space.guard.seal(vector, template.subject_id)
    template.key_id = space.key_id


def scrub(engine: Engine) -> bool:
    """Have the database drop erased rows from its files as far as it can; whether it could.

    SQLite overwrites what it deletes (secure_delete) and here folds the write-ahead log into the file. PostgreSQL frees
    the dead rows by VACUUM; its own write-ahead log and back-ups go by their own retention.
    """
    try:
        if engine.dialect.name == "sqlite":
            connection = engine.raw_connection()  # a pragma that does not run in a transaction
            try:
                busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                connection.close()
            return not busy
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            for table in ("templates", "subjects", "kept_answers"):
                owner = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = CAST(:name AS regclass)"
                if not plain.scalar(text(owner), {"name": table}):  # VACUUM would skip it with a warning only
                    log.warning("Only the owner of %s may VACUUM it; PostgreSQL's autovacuum will in its time.", table)
                    return False
                plain.execute(text(f"VACUUM {table}"))
    except (SQLAlchemyError, sqlite3.Error) as error:
        log.warning("Erased rows may still be in the database's files: %s", error)
        return False
    return True


def _erase_ended(database: Database) -> Counter[str]:
    count: Counter[str] = Counter()
    while True:
        with database.session() as session:
            query = select(Subject).where(ended(now())).order_by(Subject.id).limit(BATCH)
            batch = session.scalars(
                query.with_for_update(skip_locked=True)
            ).all()  # what another run works on is left to it
            for subject in batch:
                mine = select(Consent.id).where(Consent.subject_id == subject.id, Consent.withdrawn_at.is_not(None))
                reason = erase(
                    session, subject, "withdrawn" if session.scalar(mine.limit(1)) else "expired", ACTOR
                ).reason
                count[reason] += 1
        if len(batch) < BATCH:
            return count


def _reprotect(database: Database, keys: TemplateKeys) -> int:
    count = 0
    active = keys.provider.ids()[0]
    while True:
        with database.session() as session:
            query = select(Template, Estate).join(Estate, Estate.id == Template.estate_id)
            query = query.where(Template.key_id != active).order_by(Template.id).limit(BATCH)
            batch = session.execute(query.with_for_update()).all()
            for template, estate in batch:
                reprotect(keys, estate, template, estate.salt)
        count += len(batch)
        if len(batch) < BATCH:
            return count


def _reseal(database: Database, keys: TemplateKeys) -> int:
    sealer = Sealer(keys.provider, WEBHOOKS)
    with database.session() as session:
        stale = [each for each in session.scalars(select(Target).with_for_update()) if sealer.stale(each.secret)]
        for target in stale:
            target.secret = sealer.seal(sealer.open(target.secret, target.id), target.id)
    return len(stale) + _reseal_pictures(database, Sealer(keys.provider, EVIDENCE), keys.provider.ids()[0])


def _reseal_pictures(database: Database, sealer: Sealer, active: str) -> int:
    count = 0
    while True:
        with database.session() as session:
            query = select(Picture).where(Picture.key_id != active).order_by(Picture.id).limit(BATCH)
            batch = session.scalars(query.with_for_update()).all()
            for picture in batch:
                evidence.reseal(sealer, picture)
        count += len(batch)
        if len(batch) < BATCH:
            return count


def _let_go(database: Database, settings: Settings) -> dict[str, int]:
    gone = {"vehicles": 0}
    batch = BATCH
    while batch == BATCH:
        with database.session() as session:
            batch = vehicles.let_go(session, now(), settings.retain_permits_days, BATCH, ACTOR)
        gone["vehicles"] += batch
    for kind in KINDS:
        with database.session() as session:
            gone[kind.name] = kind.let_go(session, settings, now())
    with database.session() as session:
        gone["originals"] = evidence.let_originals_go(session, now())
        gone["device states"] = presence.let_go(session, now() - timedelta(days=settings.retain_events_days))
    return {name: count for name, count in gone.items() if count}
