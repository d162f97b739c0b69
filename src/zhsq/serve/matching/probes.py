"""From pictures to what is compared with enrolled people: what a device's policy asks of a probe comes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.errors import ZhsqError
from zhsq.models.face.pipeline import Face
from zhsq.models.face.quality import QualityPolicy, Reason, assess
from zhsq.models.graph import FloatArray
from zhsq.serve.later import Later
from zhsq.serve.looks import look
from zhsq.serve.photos import Photo
from zhsq.serve.problems import ProblemError
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Device

Refusal = Literal["low-quality", "not-live"]
QUALITY = QualityPolicy.probe()


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


def policy_now(shared: Services, estate: str, device: str | None) -> ProbePolicy:
    """As `policy_of`, in a session of its own.

    Raises:
        ProblemError: there is no such estate, or it has no such device.
    """
    with shared.database.reading() as session:
        shared.estate(session, estate)
        return policy_of(session, estate, device)


class Seen:
    """A face that was found in a picture.

    Args:
        photo: the picture.
        face: the face.
    """

    def __init__(self, photo: Photo, face: Face) -> None:
        self.photo, self.face = photo, face
        #: For a thread that has time; see `reasons`.
        self.looked_at = Later(lambda: tuple(QUALITY.reasons(assess(photo.pixels, face))))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What may keep it from matching. Looked for at the latest when it is asked for: a match needs none, and looking costs
        time."""
        return self.looked_at()


@dataclass(frozen=True)
class Probe:
    """What is compared of a picture.

    Attributes:
        seen: the face.
        refused: what the policy asks and it lacks; no template is made of it then.
        vector: not protected, L2-normalised (d,) float32; None when it is refused.
    """

    seen: Seen
    refused: Refusal | None
    vector: FloatArray | None


def probe(shared: Services, photos: Sequence[Photo], policy: Callable[[], ProbePolicy]) -> list[Probe | ZhsqError]:
    """Per photo a probe of its largest face, or why there is none; worked on together.

    Args:
        shared: the app's services.
        photos: what is looked at.
        policy: gives what is required, which nobody needs to know before the faces are found.
    """
    faces = look(shared, photos, "largest")
    required = policy()
    seen = [Seen(photo, face) for photo, face in zip(photos, faces, strict=True) if isinstance(face, Face)]
    refused = [_refusal(shared, required, one) for one in seen]
    crops = [shared.face.align(one.photo.pixels, one.face) for one, no in zip(seen, refused, strict=True) if no is None]
    # Embedders take unequally long: the quicker one's thread looks at the faces, where it would wait.
    vectors = iter(shared.face.embed(crops, [one.looked_at for one in seen]) if crops else ())
    made = iter([Probe(one, no, None if no else next(vectors)) for one, no in zip(seen, refused, strict=True)])
    return [next(made) if isinstance(face, Face) else face for face in faces]


def _refusal(shared: Services, policy: ProbePolicy, seen: Seen) -> Refusal | None:
    if policy.quality and seen.reasons:
        return "low-quality"
    if policy.liveness:  # the model is opened where it is required, and only there
        pipeline = shared.liveness
        if pipeline.score(seen.photo.pixels, seen.face) < pipeline.bundle.threshold("live").value:
            return "not-live"
    return None
