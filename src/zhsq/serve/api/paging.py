"""Pages of a list: in a total order, resumed behind the last row that was shown, whatever came or went meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from zhsq.errors import ZhsqError
from zhsq.serve.api.deps import CallerDep, ServicesDep
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.sealing import Sealer
from zhsq.serve.times import utc

Shown = TypeVar("Shown", bound=BaseModel)
#: Rows that a page may have at most, and has unless asked otherwise.
MOST, USUAL = 1000, 100


class Page(BaseModel, Generic[Shown]):
    """Some rows of a list."""

    items: list[Shown]
    next: str | None = Field(description="the `cursor` of what follows; null at the end")


@dataclass(frozen=True)
class Paging:
    """What a caller asked to see of a list.

    Attributes:
        sealer: cursors are sealed: they hold values of rows, and URLs are logged on their way.
        of: names the caller, the list and its filters; a cursor holds for these alone.
        limit: rows at most, 1..1000.
        cursor: of the page before; None begins.
    """

    sealer: Sealer
    of: str
    limit: int
    cursor: str | None

    def page(
        self,
        session: Session,
        query: Select[Any],
        order: Sequence[InstrumentedAttribute[Any]],
        show: Callable[[Any], Shown],
        *,
        descending: bool = False,
    ) -> Page[Shown]:
        """The page that was asked for; see `rows`.

        Args:
            session: of the transaction.
            query: selects one kind of row, filtered, without an order.
            order: columns of that row.
            show: a row as it is answered.
            descending: the largest first.

        Raises:
            ProblemError: the cursor is not one of this list.
        """
        found, following = self.rows(session, query, order, descending=descending)
        return Page(items=[show(row) for row in found], next=following)

    def rows(
        self,
        session: Session,
        query: Select[Any],
        order: Sequence[InstrumentedAttribute[Any]],
        *,
        descending: bool = False,
    ) -> tuple[Sequence[Any], str | None]:
        """The rows of the page that was asked for, and the cursor of what follows: for a list that looks up more of them.

        Args:
            session: of the transaction.
            query: selects one kind of row, filtered, without an order.
            order: columns of that row, none of them null, that together tell every two rows apart.
            descending: the largest first.

        Raises:
            ProblemError: the cursor is not one of this list.
        """
        if self.cursor is not None:
            place, after = tuple_(*order), tuple_(*self._open(self.cursor, order))
            query = query.where(place < after if descending else place > after)
        ordered = query.order_by(*(column.desc() if descending else column for column in order))
        found = session.scalars(ordered.limit(self.limit + 1)).all()
        shown = found[: self.limit]
        return shown, self._seal(shown[-1], order) if len(found) > self.limit else None

    def _seal(self, row: Any, order: Sequence[InstrumentedAttribute[Any]]) -> str:
        values = [getattr(row, column.key) for column in order]
        text = json.dumps([v.isoformat() if isinstance(v, datetime) else v for v in values])
        return self.sealer.seal(text, self.of).hex()

    def _open(self, cursor: str, order: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
        try:
            values = json.loads(self.sealer.open(bytes.fromhex(cursor), self.of))
        except (ZhsqError, ValueError) as error:
            raise ProblemError(
                "invalid-request", "cursor: it is not of this list with these filters. Begin again without it."
            ) from error
        kinds = [column.type.python_type for column in order]
        return [datetime.fromisoformat(v) if kind is datetime else v for v, kind in zip(values, kinds, strict=True)]


def paging(
    request: Request,
    who: CallerDep,
    shared: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=MOST, description="rows at most")] = USUAL,
    cursor: Annotated[str | None, Query(max_length=2000, description="`next` of the page before")] = None,
) -> Paging:
    """What the caller asked to see, from the query."""
    filters = sorted((name, value) for name, value in request.query_params.multi_items() if name not in _OF_THE_PAGE)
    told = json.dumps([who.key_id, request.url.path, filters])
    return Paging(shared.cursor_sealer, hashlib.sha256(told.encode()).hexdigest(), limit, cursor)


_OF_THE_PAGE = ("limit", "cursor")
PagingDep = Annotated[Paging, Depends(paging)]


def narrowed(query: Select[Any], wanted: Mapping[Any, Any]) -> Select[Any]:
    """A query with a condition per column whose value is not None."""
    return query.where(*(column == value for column, value in wanted.items() if value is not None))


def begins(column: InstrumentedAttribute[str], prefix: str | None) -> ColumnElement[bool]:
    """The condition that a text begins so; true without a prefix. Its signs stand for themselves."""
    return column.startswith(prefix, autoescape=True) if prefix else true()


def between(
    column: InstrumentedAttribute[datetime], since: datetime | None, until: datetime | None
) -> ColumnElement[bool]:
    """The condition that a time is at or after `since` and before `until`, as far as they are given."""
    bounds = [column >= utc(since)] if since is not None else []
    bounds += [column < utc(until)] if until is not None else []
    return and_(true(), *bounds)
