"""Pictures of an alert: attached by cameras and people, shown with faces hidden, and as they came only to who may."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.alerting import evidence
from zhsq.serve.alerting.evidence import PictureKind, Reason
from zhsq.serve.api import bodies
from zhsq.serve.api.bodies import sent, sent_as
from zhsq.serve.api.deps import ServicesDep, require
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.routing import Router
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.store.tables import Alert, Picture, now
from zhsq.serve.times import Utc, utc

router = Router(tags=["alerts"])
HANDLERS = ("guard", "property", "operator", "platform")
#: Who may see a picture in which faces are not hidden.
UNHIDDEN = ("property", "operator")
Handling = Annotated[Caller, Depends(require(*HANDLERS))]
Looking = Annotated[Caller, Depends(require(*UNHIDDEN))]
#: A camera's clock may be so far ahead.
AHEAD = timedelta(minutes=5)
_JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}
#: A picture is shown in the page that asked, and kept nowhere.
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class EvidenceRequest(BaseModel):
    image: bodies.Picture
    kind: PictureKind = "scene"
    taken_at: datetime | None = Field(default=None, description="now where it is not given")


class PicturePublic(BaseModel):
    id: str = Field(examples=["6f1d2c9e0a5b4c3d8e7f6a5b4c3d2e1f"])
    kind: PictureKind
    taken_at: Utc
    added_at: Utc
    by: str = Field(examples=["platform:camera gate:1f0c9a2b"])
    width: int = Field(examples=[1280])
    height: int = Field(examples=[720])
    faces: int = Field(description="found and hidden; a face that the detector missed is not among them", examples=[1])
    original_until: Utc | None = Field(description="until when it can be had as it came; null: never stored, or gone")


class Look(BaseModel):
    reason: Reason = Field(description="why faces must be seen; it stands in the audit")


@router.post(
    "/alerts/{alert_id}/evidence",
    status_code=201,
    dependencies=[ONCE],
    openapi_extra=sent_as(EvidenceRequest),
    responses={
        200: {"model": PicturePublic, "description": "It was there already"},
        **may_raise("bad-image", "too-large", "conflict", "runtime-unavailable"),
    },
)
def add_alert_picture(
    alert_id: str,
    who: Handling,
    asked: Annotated[EvidenceRequest, Depends(sent(EvidenceRequest))],
    shared: ServicesDep,
    response: Response,
) -> PicturePublic:
    """Attach a picture. Its faces are hidden before anything of it is stored; the same bytes again change nothing (200).

    It is scaled to 1920 pixels at most and loses the place and device that a camera wrote into it.
    """
    at, data = _taken(asked.taken_at), asked.image.data
    with shared.database.session() as session:
        known = evidence.there(session, find(session, who, alert_id), data)
        if known is not None:
            response.status_code = 200
            return public(known)
    picture = evidence.fitted(asked.image.photo().pixels)
    hidden = shared.face.hide(picture)
    with shared.database.session() as session:
        alert = find(session, who, alert_id)
        known = evidence.there(session, alert, data)
        if known is not None:  # the same was sent twice at the same moment
            response.status_code = 200
            return public(known)
        row = evidence.add(
            session,
            shared.evidence_sealer,
            alert,
            who.actor,
            data=data,
            picture=picture,
            hidden=hidden,
            kind=asked.kind,
            taken_at=at,
            original_hours=shared.settings.evidence_original_hours,
        )
        return public(row)


@router.get("/alerts/{alert_id}/evidence/{picture_id}", response_class=Response, responses=_JPEG)
def get_alert_picture(alert_id: str, picture_id: str, who: Handling, shared: ServicesDep) -> Response:
    """A picture as JPEG, faces hidden."""
    with shared.database.session() as session:
        alert = find(session, who, alert_id)
        data = evidence.shown(shared.evidence_sealer, _picture(session, alert, picture_id))
        record(session, who.actor, "alert.picture.read", f"{alert.estate_id}/{alert_id}", picture_id[:8])
    return Response(data, media_type="image/jpeg", headers=_HEADERS)


@router.post("/alerts/{alert_id}/evidence/{picture_id}/original", response_class=Response, responses=_JPEG)
def get_alert_original(alert_id: str, picture_id: str, body: Look, who: Looking, shared: ServicesDep) -> Response:
    """The picture as it came, where the site keeps it for a while. The look and its reason are audited."""
    with shared.database.session() as session:
        alert = find(session, who, alert_id)
        data = evidence.original(shared.evidence_sealer, _picture(session, alert, picture_id))
        record(session, who.actor, "alert.original.read", f"{alert.estate_id}/{alert_id}", f"for {body.reason}")
    return Response(data, media_type="image/jpeg", headers=_HEADERS)


def find(session: Session, who: Caller, alert_id: str) -> Alert:
    """An alert that the caller may see.

    Raises:
        ProblemError: there is none.
    """
    alert = session.get(Alert, alert_id)
    if alert is None or who.estate not in (None, alert.estate_id):
        raise ProblemError("not-found", "There is no alert {alert!r}.", alert=alert_id)
    return alert


def pictures(session: Session, alert: Alert) -> list[PicturePublic]:
    """What an alert has, in the order they were taken."""
    query = select(Picture).where(Picture.alert_id == alert.id).order_by(Picture.taken_at, Picture.id)
    return [public(picture) for picture in session.scalars(query)]


def public(row: Picture) -> PicturePublic:
    """A picture as it is told of."""
    names = ("id", "kind", "taken_at", "added_at", "width", "height", "faces")
    until = row.original_until if row.original_until is not None and row.original_until > now() else None
    return PicturePublic(by=row.actor, original_until=until, **{name: getattr(row, name) for name in names})


def _picture(session: Session, alert: Alert, picture_id: str) -> Picture:
    picture = session.get(Picture, picture_id)
    if picture is None or picture.alert_id != alert.id:
        raise ProblemError("not-found", "The alert has no picture {picture!r}.", picture=picture_id)
    return picture


def _taken(given: datetime | None) -> datetime:
    at = now() if given is None else utc(given)
    if at > now() + AHEAD:
        raise ProblemError("invalid-request", "taken_at: the picture was taken in the future.")
    return at
