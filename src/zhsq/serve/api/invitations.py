"""Invitations to enrol on one's own phone: staff make them, each for one resident, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import and_, select

from zhsq.serve.api.deps import ServicesDep, may_see, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.paging import Page, PagingDep, narrowed
from zhsq.serve.api.routing import Router
from zhsq.serve.privacy.invitations import invite
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Invitation, now
from zhsq.serve.times import Utc, utc

router = Router(tags=["people"])
Inviting = Annotated[Caller, Depends(require("property", "operator", "platform"))]
InvitationState = Literal["open", "used", "expired"]


class InvitationCreate(BaseModel):
    reference: str = Field(min_length=1, max_length=200, examples=["building 3, flat 502"])
    purpose: str = Field(min_length=1, max_length=500, examples=["刷脸进出小区大门 / entry by face at the gates"])
    credential_kind: Literal["card", "pin"] = Field(description="the other way in")
    credential_reference: str = Field(min_length=1, max_length=200, examples=["card 0042"])
    consent_expires_at: datetime = Field(
        description="when a consent that is given by it ends", examples=["2027-12-31T16:00:00Z"]
    )
    valid_hours: int = Field(default=72, ge=1, le=24 * 30, description="how long the code is good for")


class InvitationPublic(BaseModel):
    id: str = Field(examples=["5f0c2b9e7d3a4c1f8e6b0a9d2c4e6f81"])
    estate: str = Field(examples=["east"])
    reference: str = Field(examples=["building 3, flat 502"])
    expires_at: Utc
    used_at: Utc | None = Field(examples=[None])


class InvitationMade(InvitationPublic):
    code: str = Field(description="shown once; stored only as a digest", examples=["7K3M-P9QX-2T4V-WZ81"])
    link: str = Field(
        description="the code is behind '#': it reaches no server's log",
        examples=["https://zhsq.example/enrol#7K3M-P9QX-2T4V-WZ81"],
    )


@router.post(
    "/estates/{estate}/invitations", status_code=201, dependencies=[ONCE], responses=may_raise("consent-required")
)
def create_invitation(
    estate: str, body: InvitationCreate, who: Inviting, shared: ServicesDep, request: Request
) -> InvitationMade:
    """Make a link and a code by which one resident may enrol, once."""
    may_see(who, estate)
    ends = utc(body.consent_expires_at)
    if ends <= now():
        raise ProblemError("consent-required", "A consent given by this invitation would have expired.")
    with shared.database.session() as session:
        shared.estate(session, estate)
        fields = body.model_dump(exclude={"valid_hours", "consent_expires_at"})
        expires_at = now() + timedelta(hours=body.valid_hours)
        made = Invitation(estate_id=estate, **fields, consent_expires_at=ends, expires_at=expires_at)
        code = invite(session, made)
        record(session, who.actor, "invitation.create", f"{estate}/{made.id}")
        link = f"{str(request.base_url).rstrip('/')}/enrol#{code}"
        return InvitationMade(**_public(made).model_dump(), code=code, link=link)


@router.get("/estates/{estate}/invitations")
def list_invitations(
    estate: str,
    who: Inviting,
    shared: ServicesDep,
    asked: PagingDep,
    reference: Annotated[str | None, Query(max_length=200)] = None,
    state: Annotated[
        InvitationState | None, Query(description="open: may still be used; expired: was not used in time")
    ] = None,
) -> Page[InvitationPublic]:
    """Invitations, newest first; their codes can't be shown again."""
    may_see(who, estate)
    query = narrowed(select(Invitation).where(Invitation.estate_id == estate), {Invitation.reference: reference})
    unused, over = Invitation.used_at.is_(None), Invitation.expires_at <= now()
    states = {"open": and_(unused, ~over), "expired": and_(unused, over), "used": ~unused}
    query = query.where(states[state]) if state else query
    with shared.database.session() as session:
        shared.estate(session, estate)
        record(session, who.actor, "invitation.list", estate)
        return asked.page(session, query, [Invitation.created_at, Invitation.id], _public, descending=True)


@router.delete("/estates/{estate}/invitations/{invitation_id}", status_code=204)
def revoke_invitation(estate: str, invitation_id: str, who: Inviting, shared: ServicesDep) -> None:
    """End an invitation; who enrolled by it stays enrolled."""
    may_see(who, estate)
    with shared.database.session() as session:
        found = session.get(Invitation, invitation_id)
        if found is None or found.estate_id != estate:
            raise ProblemError(
                "not-found",
                "There is no invitation {invitation!r} in {estate!r}.",
                invitation=invitation_id,
                estate=estate,
            )
        session.delete(found)
        record(session, who.actor, "invitation.revoke", f"{estate}/{invitation_id}")


def _public(found: Invitation) -> InvitationPublic:
    return InvitationPublic(
        id=found.id,
        estate=found.estate_id,
        reference=found.reference,
        expires_at=found.expires_at,
        used_at=found.used_at,
    )
