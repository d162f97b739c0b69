"""Which estate a session may see: the one place where estates are kept apart.

A request sees nothing until its caller is known, then the caller's estate, or every estate where the caller is bound to
none. Commands and jobs see every estate. Each session takes its scope when it is opened:
- on every database, ORM statements get the estate as a condition, and writes to another estate are refused;
- on PostgreSQL the scope is also a variable of the transaction, which row-level security compares with each row
  (`zhsq.serve.store.row_security`), so that even a statement written by hand sees one estate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria
from starlette.types import ASGIApp, Receive, Scope, Send

from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Base, Estate

#: No estate's identifier can be either.
EVERY, NONE = "*", ""
#: Of PostgreSQL's; in the `info` of a connection on which it is set for good, the value that it has there.
VARIABLE = "zhsq.estate"


@dataclass
class _Access:
    estate: str = NONE


_request: ContextVar[_Access | None] = ContextVar("zhsq_access", default=None)


def present() -> str:
    """The scope of what runs now: NONE or the caller's in a request, EVERY outside of one."""
    access = _request.get()
    return EVERY if access is None else access.estate


def grant(estate: str | None) -> None:
    """Let the request under way see an estate, or every estate (None): its caller is known now."""
    access = _request.get()
    if access is not None:
        access.estate = EVERY if estate is None else estate


class Scoped:
    """ASGI middleware: each request begins with the scope NONE."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        token = _request.set(_Access())
        try:
            await self._app(scope, receive, send)
        finally:
            _request.reset(token)


@contextmanager
def everywhere(session: Session) -> Iterator[None]:
    """Lift a session's scope for a while: for an index over all estates that answers for one at a time."""
    before = session.info["estate"]
    if before == EVERY:  # nothing to lift
        yield
        return
    _set(session, EVERY)
    try:
        yield
    except BaseException:
        # What went wrong is what the caller must hear of, not that the connection is gone. Of a transaction that can't be
        # told any more, nothing can be seen either.
        session.info["estate"] = before
        with suppress(SQLAlchemyError):
            announce(session, None, session.connection())
        raise
    _set(session, before)


def estate_column(kind: type[Base]) -> InstrumentedAttribute[str] | None:
    """The column that says whose a row is; None for a table that belongs to no estate."""
    if kind is Estate:
        return Estate.id
    found: InstrumentedAttribute[str] | None = getattr(kind, "estate_id", None)
    return found


def of_estates() -> dict[type[Base], InstrumentedAttribute[str]]:
    """Every table whose rows belong to an estate, with that column."""
    kinds = [mapper.class_ for mapper in Base.registry.mappers]
    return {kind: column for kind in kinds if (column := estate_column(kind)) is not None}


def announce(session: Session, _transaction: object, connection: Connection) -> None:
    """To PostgreSQL, at the beginning of each transaction (`after_begin`), unless it is always so on this connection."""
    if connection.dialect.name == "postgresql" and connection.info.get(VARIABLE) != session.info["estate"]:
        _tell(connection, session.info["estate"])


def announce_every(connection: Connection) -> None:
    """The same for a transaction of no session that sees every estate."""
    if connection.dialect.name == "postgresql":
        _tell(connection, EVERY)


def restrict(state: ORMExecuteState) -> None:
    """Add the estate to every ORM statement (`do_orm_execute`)."""
    estate = state.session.info["estate"]
    if estate == EVERY or state.is_insert:
        return
    state.statement = state.statement.options(*_conditions(estate))


def check_writes(session: Session, _context: object, _instances: object) -> None:
    """Refuse rows of another estate (`before_flush`).

    Raises:
        ProblemError: there is one.
    """
    estate = session.info["estate"]
    if estate == EVERY:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        column = estate_column(type(row))
        if column is not None and getattr(row, column.key) != estate:
            raise ProblemError("not-found", "The row belongs to another estate.")


@lru_cache(maxsize=1024)
def _conditions(estate: str) -> tuple[LoaderCriteriaOption, ...]:
    return tuple(with_loader_criteria(kind, column == estate) for kind, column in of_estates().items())


def _set(session: Session, estate: str) -> None:
    session.flush()  # what was written so far belongs to the scope so far
    session.info["estate"] = estate
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _tell(connection, estate)


def _tell(connection: Connection, estate: str) -> None:
    connection.execute(text("SELECT set_config(:name, :estate, true)"), {"name": VARIABLE, "estate": estate})
