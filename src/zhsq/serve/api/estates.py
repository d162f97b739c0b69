"""Estates."""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from zhsq.serve.api.deps import CallerDep, ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, begins, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.api.tags import IfMatch, change, tagged
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Estate

router = Router(tags=["estates"])
Making = Annotated[Caller, Depends(require("operator", "platform"))]
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["东区花园"])]


class EstateCreate(BaseModel):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["east"])
    name: Name


class EstateChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name


class EstatePublic(BaseModel):
    id: str = Field(examples=["east"])
    name: str = Field(examples=["东区花园"])


@router.post("/estates", status_code=201, dependencies=[ONCE], responses=may_raise("conflict"))
def create_estate(body: EstateCreate, who: Making, shared: ServicesDep, response: Response) -> EstatePublic:
    """Make an estate, with template keys of its own."""
    if who.estate is not None:
        raise ProblemError("forbidden", "A key bound to one estate can't make another.")
    with shared.database.session() as session:
        if session.get(Estate, body.id) is not None:
            raise ProblemError("conflict", "Estate {estate!r} is there already.", estate=body.id)
        made = Estate(id=body.id, name=body.name, salt=os.urandom(32))
        session.add(made)
        session.flush()
        record(session, who.actor, "estate.create", body.id)
        return tagged(response, _public(made), made.version)


@router.get("/estates")
def list_estates(
    who: CallerDep,
    shared: ServicesDep,
    asked: PagingDep,
    name_prefix: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[EstatePublic]:
    """The estates that the key may see, by identifier."""
    query = narrowed(select(Estate), {Estate.id: who.estate}).where(begins(Estate.name, name_prefix))
    with shared.database.session() as session:
        return asked.page(session, query, [Estate.id], _public)


@router.get("/estates/{estate}")
def get_estate(estate: str, who: CallerDep, shared: ServicesDep, response: Response) -> EstatePublic:
    """One estate."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = shared.estate(session, estate)
        return tagged(response, _public(found), found.version)


@router.patch("/estates/{estate}")
def change_estate(
    estate: str, body: EstateChange, who: Making, shared: ServicesDep, response: Response, if_match: IfMatch = None
) -> EstatePublic:
    """Change its name, which residents read on the enrolment page."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = shared.estate(session, estate, lock=True)
        change(found, if_match)
        found.name = body.name
        session.flush()
        record(session, who.actor, "estate.change", estate)
        return tagged(response, _public(found), found.version)


def _public(found: Estate) -> EstatePublic:
    return EstatePublic(id=found.id, name=found.name)
