"""Pictures of alerts: faces are hidden before anything is stored, and what is stored is encrypted.

The picture as it came is stored only where the site set hours for it (`evidence_original_hours`): it shows people who
never agreed to anything. It goes by itself after these hours, and each look at it is audited with its reason.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Literal

import cv2
import numpy as np
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from zhsq.imaging import RGBImage
from zhsq.models.face.hide import Hidden
from zhsq.models.pixelate import encode_jpeg
from zhsq.serve.alerting import steps
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.sealing import Sealer
from zhsq.serve.store.tables import Alert, Picture, new_id, now

PictureKind = Literal["scene", "plate"]
#: Why someone looks at a picture in which faces are not hidden.
Reason = Literal["incident", "safety", "complaint", "police"]
#: Pictures that one alert may have.
MOST = 20
#: Longer side of what is kept, pixels.
SIDE = 1920
QUALITY = 82


def fitted(picture: RGBImage) -> RGBImage:
    """Scaled down to what is kept, where it is larger."""
    height, width = picture.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    if scale == 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def there(session: Session, alert: Alert, data: bytes) -> Picture | None:
    """The picture that the very same bytes made before.

    Raises:
        ProblemError: it is a new one, and the alert has as many as it may have.
    """
    mine = select(Picture).where(Picture.alert_id == alert.id)
    found = session.scalar(mine.where(Picture.digest == _digest(data)))
    if found is None:
        count = session.scalar(select(func.count()).select_from(Picture).where(Picture.alert_id == alert.id)) or 0
        if count >= MOST:
            raise ProblemError("conflict", "An alert takes {most} pictures at most.", most=MOST)
    return found


def add(
    session: Session,
    sealer: Sealer,
    alert: Alert,
    actor: str,
    *,
    data: bytes,
    picture: RGBImage,
    hidden: Hidden,
    kind: PictureKind,
    taken_at: datetime,
    original_hours: int,
) -> Picture:
    """Store a picture of an alert. Its step is told to who listens; like other evidence it leaves the version as it is.

    Args:
        session: the transaction.
        sealer: of the purpose `EVIDENCE`.
        alert: of this session.
        actor: who sent it, as it stands in the audit.
        data: the bytes that came, of which only the digest is kept.
        picture: decoded and `fitted`.
        hidden: the same without faces.
        kind: what it shows.
        taken_at: UTC.
        original_hours: how long `picture` is kept; 0 where it is not. One without faces is all that is shown anyway.
    """
    kept = original_hours > 0 and hidden.faces > 0
    name, at = new_id(), now()
    shown = sealer.seal_bytes(encode_jpeg(hidden.picture, QUALITY), name)
    row = Picture(
        id=name,
        estate_id=alert.estate_id,
        alert_id=alert.id,
        kind=kind,
        taken_at=taken_at,
        added_at=at,
        actor=actor,
        width=hidden.picture.shape[1],
        height=hidden.picture.shape[0],
        faces=hidden.faces,
        digest=_digest(data),
        key_id=sealer.key_of(shown),
        shown=shown,
        original=sealer.seal_bytes(encode_jpeg(picture, QUALITY), f"{name}/original") if kept else None,
        original_until=at + timedelta(hours=original_hours) if kept else None,
    )
    session.add(row)
    step = {
        "alert_id": alert.id,
        "estate_id": alert.estate_id,
        "at": at,
        "action": "pictured",
        "state": alert.state,
        "version": alert.version,
        "actor": actor,
        "note": "",
    }
    session.flush()
    steps.write(session, [step])
    record(session, actor, "alert.picture", f"{alert.estate_id}/{alert.id}", f"{kind}, {hidden.faces} faces hidden")
    return row


def shown(sealer: Sealer, picture: Picture) -> bytes:
    """The JPEG with faces hidden."""
    return sealer.open_bytes(picture.shown, picture.id)


def original(sealer: Sealer, picture: Picture) -> bytes:
    """The JPEG as it came.

    Raises:
        ProblemError: it is not kept, or not any more.
    """
    if picture.original is None or picture.original_until is None or picture.original_until <= now():
        raise ProblemError("not-found", "The original is not kept: only the picture with faces hidden is.")
    return sealer.open_bytes(picture.original, f"{picture.id}/original")


def let_originals_go(session: Session, at: datetime) -> int:
    """Delete originals whose time is over; what is shown stays. Returns how many."""
    over = (Picture.original_until <= at, Picture.original.is_not(None))
    count = session.scalar(select(func.count()).select_from(Picture).where(*over)) or 0
    if count:
        session.execute(update(Picture).where(*over).values(original=None, original_until=None))
    return count


def reseal(sealer: Sealer, picture: Picture) -> None:
    """Bring both under the active key."""
    data = sealer.open_bytes(picture.shown, picture.id)
    picture.shown = sealer.seal_bytes(data, picture.id)
    if picture.original is not None:
        owner = f"{picture.id}/original"
        picture.original = sealer.seal_bytes(sealer.open_bytes(picture.original, owner), owner)
    picture.key_id = sealer.key_of(picture.shown)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
