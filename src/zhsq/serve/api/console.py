"""The console for guards and property staff: its page, and what it needs to know of who opens it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq.serve.api import alerts, evidence
from zhsq.serve.api.deps import ServicesDep, require
from zhsq.serve.api.estates import EstatePublic
from zhsq.serve.api.pages import SERVE, Page
from zhsq.serve.api.routing import Router
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Estate

router = Router(tags=["alerts"])
page = Router(include_in_schema=False)
PAGE = Page(SERVE / "console", "img-src 'self' blob:", camera=False)
Handling = Annotated[Caller, Depends(require(*alerts.HANDLERS))]


class ConsolePublic(BaseModel):
    name: str = Field(description="of the key, or of who the token is about", examples=["gate-3"])
    role: str = Field(examples=["guard"])
    estate: str | None = Field(description="the only one that the caller sees; null: all", examples=["east"])
    estates: list[EstatePublic]
    may_judge: bool = Field(description="correct whether a closed alert was true")
    may_see_originals: bool = Field(description="see pictures in which faces are not hidden")
    utc_offset: str = Field(description="of the hours and days of the rules", examples=["+08:00"])


@router.get("/console")
def read_console(who: Handling, shared: ServicesDep) -> ConsolePublic:
    """Who is calling, and what the console may offer them."""
    with shared.database.session() as session:
        found = session.scalars(select(Estate).order_by(Estate.id))
        estates = [EstatePublic(id=each.id, name=each.name) for each in found if who.estate in (None, each.id)]
    return ConsolePublic(
        name=who.name,
        role=who.role,
        estate=who.estate,
        estates=estates,
        may_judge=who.role in alerts.JUDGES,
        may_see_originals=who.role in evidence.UNHIDDEN,
        utc_offset=shared.intake.rules.rules.utc_offset,
    )


@page.get("/console")
def console_page() -> Response:
    """The page; it holds nothing until someone signs in."""
    return PAGE.file("index.html")


@page.get("/console/{name}")
def console_file(name: str) -> Response:
    """A part of the page."""
    if name not in PAGE.names:
        raise ProblemError("not-found", "The console has no {name!r}.", name=name)
    return PAGE.file(name)
