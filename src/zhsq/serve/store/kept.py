"""The store without a session: statements that are made once, and SQLite by a connection that is kept.

Nearly every request asks for its key's row and leaves an entry in the audit. Behind an inference, whose weights have taken
the processor's caches, such an entry by a session takes 1.8 ms and by this way 0.9, half of it the disk; the row takes 0.6 ms
by a connection of SQLAlchemy's and 0.25 by this way (2 cores of AMD EPYC).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
_DIALECT = pysqlite.dialect()


class Ready:
    """A statement, and what SQLite's driver takes for it.

    Args:
        statement: whose parameters are all named (`bindparam`, or the columns of an insert).
    """

    def __init__(self, statement: Executable) -> None:
        self.statement = statement

    @cached_property
    def text(self) -> str:
        return str(self._compiled)

    def given(self, values: Values) -> tuple[Any, ...]:
        """Values in the order of the text's parameters, as columns store them."""
        return tuple(values[name] if to is None else to(values[name]) for name, to in self._given)

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row of the driver's, as columns give it."""
        return tuple(value if to is None else to(value) for value, to in zip(row, self._read, strict=True))

    @cached_property
    def _compiled(self) -> SQLCompiler:
        compiled = self.statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        return compiled

    @cached_property
    def _given(self) -> list[tuple[str, Any]]:
        binds = self._compiled.binds
        return [
            (name, binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
            for name in self._compiled.positiontup or ()
        ]

    @cached_property
    def _read(self) -> list[Any]:
        columns = self.statement.selected_columns  # type: ignore[attr-defined]
        return [column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns]


class Way(Protocol):
    """How a statement gets to the store."""

    def one(self, ready: Ready, values: Values) -> tuple[Any, ...] | None:
        """The first row that a statement reads; None when there is none."""

    def change(self, ready: Ready, rows: Sequence[Values]) -> int:
        """Carry a statement out for each of some values; rows that it changed."""


@dataclass(frozen=True)
class Connected:
    """By a connection of SQLAlchemy's, in its transaction."""

    connection: Connection

    def one(self, ready: Ready, values: Values) -> tuple[Any, ...] | None:
        found = self.connection.execute(ready.statement, dict(values)).first()
        return None if found is None else tuple(found)

    def change(self, ready: Ready, rows: Sequence[Values]) -> int:
        return self.connection.execute(ready.statement, [dict(row) for row in rows]).rowcount


class Kept:
    """By a connection of an engine's that is not given back, and opened anew behind an error. One thread at a time may use it.

    What goes wrong is raised as SQLAlchemy raises it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._borrowed: Any = None

    def one(self, ready: Ready, values: Values) -> tuple[Any, ...] | None:
        with self._errors():
            row = self._connection.execute(ready.text, ready.given(values)).fetchone()
        return None if row is None else ready.read(row)

    def change(self, ready: Ready, rows: Sequence[Values]) -> int:
        with self._errors():
            return self._connection.executemany(ready.text, [ready.given(values) for values in rows]).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Holds the write lock from the beginning, and commits at the end or rolls back on an error."""
        with self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._errors():
                self._connection.execute("COMMIT")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection back; the pool rolls back what is under way."""
        borrowed, self._borrowed = self._borrowed, None
        if borrowed is not None:
            borrowed.close()

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._borrowed is None:
            self._borrowed = self._engine.raw_connection()
        found: sqlite3.Connection = self._borrowed.driver_connection
        return found

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self.close()
            raise DBAPIError.instance(
                None, None, error, sqlite3.Error, hide_parameters=True, dialect=self._engine.dialect
            ) from error
