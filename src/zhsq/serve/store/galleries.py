"""Generations and checksums of galleries: how a process learns, in the same transaction, that its copy is old.

Each change of a template, through the ORM, raises the generation of its estate and moves its checksum; both are committed
with the change or not at all. A process compares generations before each search (one row by primary key), reads the
templates anew when they differ, and then compares the checksum: a row that came, went or changed past the API is found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Estate, GalleryState, Subject

_MODULUS = 2**256
_PENDING = "galleries to count anew"


class Row(NamedTuple):
    """What of an enrolled template decides a match."""

    id: str
    template: bytes
    consent_expires_at: datetime
    bundle_sha256: str


class State(NamedTuple):
    """A gallery as the store says that it is."""

    generation: int
    templates: int
    checksum: str


def state(session: Session, estate: str) -> State:
    """The state of an estate's gallery now; an estate in which nobody ever enrolled is at generation 0."""
    columns = (GalleryState.generation, GalleryState.templates, GalleryState.checksum)
    found = session.execute(select(*columns).where(GalleryState.estate_id == estate)).one_or_none()
    return State(*found) if found else State(0, 0, checksum([]))


def rows(session: Session, estate: str) -> tuple[State, list[Row]]:
    """The templates of an estate, checked against the state that they were read at.

    Raises:
        ProblemError: they are not those that were enrolled through the API.
    """
    before = state(session, estate)
    while True:
        found = _read(session, estate)
        after = state(session, estate)
        if after.generation == before.generation:
            break
        before = after  # someone enrolled in between
    if (len(found), checksum(found)) != (after.templates, after.checksum):
        raise ProblemError(
            "gallery-mismatch",
            f"The templates of {estate!r} are not those that were enrolled: {len(found)} are there, "
            f"{after.templates} were counted. See `zhsq db check`.",
        )
    return after, found


def checksum(templates: Iterable[Row]) -> str:
    """The sum of fingerprints modulo 2**256, as hex: whatever the order, and kept by adding and taking away."""
    return f"{sum(map(_fingerprint, templates)) % _MODULUS:064x}"


def follow(session: Session, _context: object) -> None:
    """Move the states with what is flushed (`after_flush`)."""
    moves: dict[str, tuple[int, int]] = {}

    def add(estate: str, row: Row, sign: int) -> None:
        count, total = moves.get(estate, (0, 0))
        moves[estate] = (count + sign, total + sign * _fingerprint(row))

    for subject in session.new:
        if isinstance(subject, Subject):
            add(subject.estate_id, _now(subject), 1)
    for subject in session.deleted:
        if isinstance(subject, Subject):
            add(subject.estate_id, _before(subject), -1)
    for subject in session.dirty:
        if isinstance(subject, Subject) and (old := _before(subject)) != (new := _now(subject)):
            add(subject.estate_id, old, -1)
            add(subject.estate_id, new, 1)
    connection = session.connection() if moves else None
    for estate in sorted(moves):  # in one order, so that two transactions can't wait for each other
        if connection is not None:
            count, total = moves[estate]
            held = _hold(connection, estate)
            number = (int(held.checksum, 16) + total) % _MODULUS
            _write(connection, estate, State(held.generation + 1, held.templates + count, f"{number:064x}"))


def notice(execution: ORMExecuteState) -> None:
    """Bulk statements don't say which rows they change: galleries are counted anew before commit (`do_orm_execute`)."""
    mapper = execution.bind_mapper
    if (execution.is_update or execution.is_delete or execution.is_insert) and mapper and mapper.class_ is Subject:
        execution.session.info[_PENDING] = True


def settle(session: Session) -> None:
    """Count anew what bulk statements changed (`before_commit`)."""
    if session.info.pop(_PENDING, False):
        for estate in session.scalars(select(Estate.id).order_by(Estate.id)).all():
            accept(session, estate, only_if_changed=True)


def accept(session: Session, estate: str, *, only_if_changed: bool = False) -> State:
    """Take the templates that are there now as right."""
    connection = session.connection()
    held = _hold(connection, estate)
    found = _read(session, estate)
    new = State(held.generation + 1, len(found), checksum(found))
    if not only_if_changed or (new.templates, new.checksum) != (held.templates, held.checksum):
        _write(connection, estate, new)
    return new


def _read(session: Session, estate: str) -> list[Row]:
    columns = (Subject.id, Subject.template, Subject.consent_expires_at, Subject.bundle_sha256)
    return [Row(*found) for found in session.execute(select(*columns).where(Subject.estate_id == estate))]


def _fingerprint(row: Row) -> int:
    digest = hashlib.sha256()
    for part in (row.id.encode(), bytes(row.template), row.consent_expires_at.isoformat().encode(), row.bundle_sha256):
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return int.from_bytes(digest.digest(), "big")


def _now(subject: Subject) -> Row:
    return Row(*(getattr(subject, name) for name in Row._fields))


def _before(subject: Subject) -> Row:
    attributes = inspect(subject).attrs

    def value(name: str) -> Any:
        removed = attributes[name].history.deleted
        return removed[0] if removed else getattr(subject, name)

    return Row(*map(value, Row._fields))


def _hold(connection: Connection, estate: str) -> State:
    """The state, with its row locked until the end of the transaction."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    blank = {"estate_id": estate, "generation": 0, "templates": 0, "checksum": checksum([])}
    connection.execute(insert(GalleryState).values(blank).on_conflict_do_nothing())
    columns = (GalleryState.generation, GalleryState.templates, GalleryState.checksum)
    return State(*connection.execute(select(*columns).where(GalleryState.estate_id == estate).with_for_update()).one())


def _write(connection: Connection, estate: str, new: State) -> None:
    connection.execute(update(GalleryState).where(GalleryState.estate_id == estate).values(**new._asdict()))
