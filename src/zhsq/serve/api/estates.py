"""Estates."""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api.deps import CallerDep, ServicesDep, require
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Estate

router = APIRouter(tags=["estates"])


class EstateCreate(BaseModel):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    name: str = Field(min_length=1, max_length=200)


class EstatePublic(BaseModel):
    id: str
    name: str


@router.post("/estates", status_code=201)
def create_estate(
    body: EstateCreate, who: Annotated[Caller, Depends(require("operator", "platform"))], shared: ServicesDep
) -> EstatePublic:
    """Make an estate, with template keys of its own."""
    if who.estate is not None:
        raise ProblemError("forbidden", "A key bound to one estate can't make another.")
    with shared.database.session() as session:
        if session.get(Estate, body.id) is not None:
            raise ProblemError("conflict", f"Estate {body.id!r} is there already.")
        session.add(Estate(id=body.id, name=body.name, salt=os.urandom(32)))
        record(session, who.actor, "estate.create", body.id)
    return EstatePublic(id=body.id, name=body.name)


@router.get("/estates")
def list_estates(who: CallerDep, shared: ServicesDep) -> list[EstatePublic]:
    """The estates that the key may see."""
    with shared.database.session() as session:
        found = session.scalars(select(Estate).order_by(Estate.id))
        return [EstatePublic(id=e.id, name=e.name) for e in found if who.estate in (None, e.id)]
