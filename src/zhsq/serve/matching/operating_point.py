"""Which cosine a 1:N match needs, for the people who are enrolled now."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from zhsq.models.bundle import Bundle
from zhsq.models.face.calibration import Calibration, PlannedThreshold
from zhsq.models.face.params import FaceParams


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold, and where it came from.

    Attributes:
        threshold: cosine, -1..1.
        source: in words.
        fpir: the share of strangers who may be named as someone, that it is planned or guessed for.
        planned: with its interval; None for a guess.
    """

    threshold: float
    source: str
    fpir: float
    planned: PlannedThreshold | None = None


def operating_point(bundle: Bundle, people: int, fpir: float, calibration: Calibration | None) -> OperatingPoint:
    """The 1:N threshold for a gallery.

    With a calibration it is the planned one. Without, it is a guess that errs to the strict side: the scores of unlike
    faces are taken as normal, with the mean and spread that the bundle states, and one comparison must then be wrong at
    most f = 1 - (1 - FPIR)^(1/N) of the time (Bolle et al., "Guide to Biometrics", 2004). It is never below the bundle's
    own threshold for 1:1.

    Args:
        bundle: whose templates are compared.
        people: enrolled now, N.
        fpir: target without a calibration, 0..1.
        calibration: of this bundle.
    """
    if calibration is not None:
        planned = calibration.at(people)
        where = f"calibrated on {calibration.data} for FPIR {calibration.fpir:g}, {planned.gallery_size} people"
        return OperatingPoint(planned.value, f"{where}, {planned.method}", calibration.fpir, planned)
    verify = bundle.threshold("verify")
    unlike = FaceParams.model_validate(bundle.spec.params).impostors
    if unlike is None:
        return OperatingPoint(verify.value, f"not calibrated; for 1:1, {verify.protocol}", fpir)
    fmr = float(-np.expm1(np.log1p(-fpir) / max(people, 1)))
    value = unlike.mean + unlike.spread * NormalDist().inv_cdf(1 - fmr)
    source = f"not calibrated; guessed for FPIR {fpir:g} and {people} people from {unlike.source}"
    return OperatingPoint(max(value, verify.value), source, fpir)
