"""Who a probe is: what one transaction compares with, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from zhsq.models.graph import FloatArray
from zhsq.serve.matching.gallery import Gallery, Identification, identify
from zhsq.serve.matching.operating_point import OperatingPoint
from zhsq.serve.privacy.consents import holds
from zhsq.serve.security.template_keys import Space
from zhsq.serve.services import Services
from zhsq.serve.store.tables import Estate, now


@dataclass(frozen=True)
class Sitting:
    """An estate's enrolled people as one transaction compares with them."""

    estate: str
    space: Space
    gallery: Gallery
    point: OperatingPoint
    margin: float
    at: datetime

    @property
    def people(self) -> int:
        """Whose consent holds."""
        return self.gallery.people(self.at)


def sit(session: Session, shared: Services, estate: Estate) -> Sitting:
    """What to compare with in this transaction.

    Raises:
        ProblemError: the templates are not those that were enrolled.
        ZhsqError: the calibration is of another bundle.
    """
    space, at = shared.space(estate), now()
    gallery = shared.gallery(session, estate, space)
    point = shared.operating_point(session, estate.id, gallery.people(at))
    return Sitting(estate.id, space, gallery, point, shared.settings.identify_margin, at)


def name(session: Session, sitting: Sitting, vector: FloatArray | None) -> Identification:
    """Who it is, if anyone.

    Args:
        session: of the sitting's transaction.
        sitting: see there.
        vector: of the probe, not protected, L2-normalised (d,) float32; None for one that was refused.
    """
    unknown = Identification.unknown(sitting.point.threshold, sitting.people)
    if vector is None:
        return unknown
    probe, threshold = sitting.space.guard.rotate(vector), sitting.point.threshold
    found = identify(probe, sitting.gallery, threshold=threshold, margin=sitting.margin, at=sitting.at)
    if found.subject and not holds(session, found.subject, sitting.at):  # ended since the gallery was read
        return unknown
    return found
