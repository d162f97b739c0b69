"""What a device's policy asks of a probe before it is compared with anyone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.imaging import RGBImage
from zhsq.models.face.liveness import LivenessPipeline
from zhsq.models.face.pipeline import Face
from zhsq.models.face.quality import Reason
from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Device

Refusal = Literal["low-quality", "not-live"]


@dataclass(frozen=True)
class ProbePolicy:
    """What is required; nothing is, unless a device says so."""

    liveness: bool = False
    quality: bool = False


def policy_of(session: Session, estate: str, device: str | None) -> ProbePolicy:
    """The policy of a device, or the strictest of the estate's: who leaves the device out gains nothing.

    Raises:
        ProblemError: the estate has no such device.
    """
    devices = session.scalars(select(Device).where(Device.estate_id == estate)).all()
    if device is not None:
        devices = [found for found in devices if device in (found.id, found.name)]
        if not devices:
            raise ProblemError(
                "not-found", "There is no device {device!r} in {estate!r}.", device=device, estate=estate
            )
    return ProbePolicy(
        liveness=any(found.liveness == "required" for found in devices),
        quality=any(found.quality == "require" for found in devices),
    )


def refusal(
    policy: ProbePolicy,
    reasons: Sequence[Reason],
    liveness: Callable[[], LivenessPipeline],
    picture: RGBImage,
    face: Face,
) -> Refusal | None:
    """Why a probe may not be compared; None when it may.

    Args:
        policy: of the device.
        reasons: of the probe's quality.
        liveness: opens the liveness model; called only where it is required.
        picture: (h, w, 3) uint8 RGB.
        face: the one that is meant.
    """
    if policy.quality and reasons:
        return "low-quality"
    if policy.liveness:
        pipeline = liveness()
        if pipeline.score(picture, face) < pipeline.bundle.threshold("live").value:
            return "not-live"
    return None
