"""Many rows by one statement whose text does not depend on how many: they go as one parameter of JSON.

What it costs to make, compile and bind a statement per row, or per number of rows, is saved; both databases take it apart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, String, TableValuedAlias, bindparam, cast, func, text
from sqlalchemy.orm import Session

from zhsq.serve.store.tables import Base


def insert(
    session: Session,
    kind: type[Base],
    rows: Sequence[dict[str, Any]],
    *,
    skip: bool = False,
    replace: tuple[str, ...] = (),
    merge: tuple[tuple[str, str], ...] = (),
    returning: tuple[str, ...] = (),
) -> list[tuple[Any, ...]]:
    """Insert rows; a session's scope does not change them.

    Args:
        session: the transaction.
        kind: the table's class.
        rows: all with the same columns.
        skip: leave out rows that are there already.
        replace: columns to take over into rows whose primary key is there already.
        merge: columns of such rows, each with what it becomes, in SQL: `excluded` is the new row, the table's name the old.
        returning: columns of the rows that were inserted, to return.
    """
    if not rows:
        return []
    dialect = session.get_bind().dialect.name
    taken = tuple((name, f"excluded.{name}") for name in replace) + merge
    statement = _statement(dialect, kind, tuple(rows[0]), skip, taken, returning)
    found = session.connection().execute(statement, {"rows": as_json(rows)})
    return [tuple(row) for row in found] if returning else []


def strings(dialect: str, name: str) -> TableValuedAlias:
    """A parameter, as `as_json` makes it of strings, as a table to select from; its column is `value`.

    Args:
        dialect: of the database.
        name: of the parameter.
    """
    given = bindparam(name, type_=String())
    if dialect == "postgresql":
        return func.json_array_elements_text(cast(given, JSON)).table_valued("value")
    return func.json_each(given).table_valued("value")


def as_json(values: Any) -> str:
    """Values as a parameter."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_plain)


@lru_cache(maxsize=256)
def _statement(
    dialect: str,
    kind: type[Base],
    names: tuple[str, ...],
    skip: bool,
    merge: tuple[tuple[str, str], ...],
    returning: tuple[str, ...],
) -> Any:
    table: Any = kind.__table__
    into = ", ".join(names)
    if dialect == "postgresql":
        typed = ", ".join(f'"{name}" {table.c[name].type.compile(_postgresql())}' for name in names)
        source = f"SELECT {', '.join(f'r.{name}' for name in names)} FROM json_to_recordset(CAST(:rows AS json)) AS r({typed})"
    else:
        parts = ", ".join(
            f"value {'->' if isinstance(table.c[name].type, JSON) else '->>'} '$.{name}'" for name in names
        )
        source = f"SELECT {parts} FROM json_each(:rows) WHERE true"
    conflict = ""
    if skip:
        conflict = " ON CONFLICT DO NOTHING"
    elif merge:
        key = ", ".join(column.name for column in table.primary_key)
        conflict = f" ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = {becomes}' for name, becomes in merge)}"
    answer = f" RETURNING {', '.join(returning)}" if returning else ""
    return text(f"INSERT INTO {table.name} ({into}) {source}{conflict}{answer}")


def _postgresql() -> Any:
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()  # type: ignore[no-untyped-call]


def _plain(value: object) -> str:
    """A time as SQLAlchemy stores it in SQLite, which PostgreSQL reads as well."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    raise TypeError(f"{type(value).__name__} is no part of a row")
