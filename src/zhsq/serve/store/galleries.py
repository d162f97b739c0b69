"""Generations and checksums of galleries: how a process learns, in the same transaction, that its copy is old.

Each change of a template or a consent, through the ORM, raises the generation of its estate and moves its checksum; both are committed
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
from zhsq.serve.store.tables import Base, Consent, Estate, GalleryState, Template

_MODULUS = 2**256
_PENDING = "galleries to count anew"


#: What decides a match, of each kind of row: the checksum is over these.
_FIELDS: dict[type[Base], tuple[str, ...]] = {
    Template: ("id", "subject_id", "sealed", "key_id", "bundle_sha256"),
    Consent: ("id", "subject_id", "expires_at", "withdrawn_at"),
}
#: The name of a table, and the values of its fields.
_Print = tuple[Any, ...]


class Row(NamedTuple):
    """An enrolled template whose consent was not withdrawn, and when the last such consent ends."""

    subject_id: str
    sealed: bytes
    key_id: str
    bundle_sha256: str
    expires_at: datetime


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
    """The templates of an estate by which someone may be matched, checked against the state that they were read at.

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
    count = _templates(found)
    if (count, checksum(found)) != (after.templates, after.checksum):
        raise ProblemError(
            "gallery-mismatch",
            "The templates and consents of {estate!r} are not those that were enrolled: {count} templates are there, "
            "{counted} were counted. See `zhsq db check`.",
            estate=estate,
            count=count,
            counted=after.templates,
        )
    return after, _usable(found)


def checksum(rows: Iterable[_Print]) -> str:
    """The sum of fingerprints modulo 2**256, as hex: whatever the order, and kept by adding and taking away."""
    return f"{sum(map(_fingerprint, rows)) % _MODULUS:064x}"


def follow(session: Session, _context: object) -> None:
    """Move the states with what is flushed (`after_flush`)."""
    moves: dict[str, tuple[int, int]] = {}

    def add(row: Base, seen: _Print, sign: int, counted: int) -> None:
        estate: str = row.estate_id  # type: ignore[attr-defined]
        count, total = moves.get(estate, (0, 0))
        moves[estate] = (count + counted, total + sign * _fingerprint(seen))

    for row in session.new:
        if type(row) in _FIELDS:
            add(row, _now(row), 1, isinstance(row, Template))
    for row in session.deleted:
        if type(row) in _FIELDS:
            add(row, _before(row), -1, -isinstance(row, Template))
    for row in session.dirty:
        if type(row) in _FIELDS and (old := _before(row)) != (new := _now(row)):
            add(row, old, -1, 0)
            add(row, new, 1, 0)
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
    if (execution.is_update or execution.is_delete or execution.is_insert) and mapper and mapper.class_ in _FIELDS:
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
    new = State(held.generation + 1, _templates(found), checksum(found))
    if not only_if_changed or (new.templates, new.checksum) != (held.templates, held.checksum):
        _write(connection, estate, new)
    return new


def _read(session: Session, estate: str) -> list[_Print]:
    found: list[_Print] = []
    for kind, fields in _FIELDS.items():
        query = select(*(getattr(kind, name) for name in fields)).where(kind.estate_id == estate)  # type: ignore[attr-defined]
        found += [(kind.__tablename__, *values) for values in session.execute(query)]
    return found


def _templates(rows: list[_Print]) -> int:
    return sum(row[0] == Template.__tablename__ for row in rows)


def _usable(rows: list[_Print]) -> list[Row]:
    ends: dict[str, datetime] = {}
    templates: list[tuple[str, bytes, str, str]] = []
    for table, _, *values in rows:
        if table == Template.__tablename__:
            templates.append((values[0], values[1], values[2], values[3]))
        elif values[2] is None:
            ends[values[0]] = max(values[1], ends.get(values[0], values[1]))
    return [Row(*template, expires_at=ends[template[0]]) for template in templates if template[0] in ends]


def _fingerprint(row: _Print) -> int:
    digest = hashlib.sha256()
    for part in row:
        text = part.isoformat() if isinstance(part, datetime) else "" if part is None else part
        data = text.encode() if isinstance(text, str) else bytes(text)
        digest.update(len(data).to_bytes(8, "big") + data)
    return int.from_bytes(digest.digest(), "big")


def _now(row: Base) -> _Print:
    return (row.__tablename__, *(getattr(row, name) for name in _FIELDS[type(row)]))


def _before(row: Base) -> _Print:
    attributes = inspect(row).attrs

    def value(name: str) -> Any:
        removed = attributes[name].history.deleted
        return removed[0] if removed else getattr(row, name)

    return (row.__tablename__, *map(value, _FIELDS[type(row)]))


def _hold(connection: Connection, estate: str) -> State:
    """The state, with its row locked until the end of the transaction."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    blank = {"estate_id": estate, "generation": 0, "templates": 0, "checksum": checksum([])}
    connection.execute(insert(GalleryState).values(blank).on_conflict_do_nothing())
    columns = (GalleryState.generation, GalleryState.templates, GalleryState.checksum)
    return State(*connection.execute(select(*columns).where(GalleryState.estate_id == estate).with_for_update()).one())


def _write(connection: Connection, estate: str, new: State) -> None:
    connection.execute(update(GalleryState).where(GalleryState.estate_id == estate).values(**new._asdict()))
