"""The threshold 'accept' on the weakest character: how one is chosen, and on which crops it may then be judged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.intervals import wilson
from zhsq.metrics.text import reject_curve

#: Names the rule of `calibrate_accept`, for the small split of `in_calibration` out of a set that is also reported on.
ACCEPT_PROTOCOL = "plate-accept-v1"
CALIBRATION_SPLIT = "calibration: sha256(file name) mod 5 == 0"
#: Names the rule of `calibrate_error`, for a large split of its own that is never reported on, synthetic plates say.
ERROR_PROTOCOL = "plate-accept-error-v1"
#: What no rule goes below: a character that is more likely wrong than right is not accepted.
LEAST_ACCEPT = 0.5
#: Share of right reads that may go to review; a wrong plate costs more. This rule was added after the rule before it
#: (the surest wrong read alone, which gave 0.5) had let 3 wrong reads through among the 414 crops outside the
#: calibration split.
REVIEW_BUDGET = 0.02
#: So the figures at such a threshold of plates_cn are not blind, and every report says so.
NOT_BLIND = (
    "accept: the rule behind this threshold (a 2 % review budget) was chosen after results on the other crops of "
    "plates_cn had been seen; its error among accepted there is not blind and needs fresh crops to confirm."
)


@dataclass(frozen=True)
class Accept:
    """A bundle's threshold 'accept': its value, the rule that chose it, and the data that it was chosen on."""

    value: float
    protocol: str
    data: str

    @property
    def split(self) -> str:
        """On which crops it is judged, in words."""
        return f"all but the {CALIBRATION_SPLIT}" if self.protocol == ACCEPT_PROTOCOL else "all"

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of how it was chosen."""
        return (NOT_BLIND,) if (self.protocol, self.data) == (ACCEPT_PROTOCOL, "plates_cn") else ()

    def judged(self, files: Sequence[str]) -> NDArray[np.bool_]:
        """Which files it may be judged on, (n,): where it came from a calibration split, those outside of that split,
        in whatever folder they lie now; else all."""
        return np.array([self.protocol != ACCEPT_PROTOCOL or not in_calibration(file) for file in files], dtype=bool)


def in_calibration(file: str) -> bool:
    """Whether a file belongs to the split from which thresholds come; by its bare name, so in any folder."""
    return int(hashlib.sha256(PurePosixPath(file).name.encode()).hexdigest(), 16) % 5 == 0


def calibrate_accept(confidences: NDArray[np.float64], correct: NDArray[np.bool_]) -> float:
    """The threshold on the weakest character above which a read is accepted without a person.

    The greater of two: half-way between the surest wrong read and the next right one, so that no read of the split
    is wrongly accepted; and the 2 % quantile of the right reads, because a good reader makes so few errors on a
    small split that the first alone would follow chance. At least 0.5, to three decimals. With n reads accepted and
    none wrong the true error may still be about 3/n (95 %).

    Args:
        confidences: (n,) weakest character, 0..1. correct: (n,).

    Raises:
        ValueError: no right read, or a wrong read is as sure as the surest right one.
    """
    if not correct.any():
        raise ValueError("no right read to calibrate on")
    surest_wrong = float(confidences[~correct].max(initial=0.0))
    above = confidences[correct & (confidences > surest_wrong)]
    if not above.size:
        raise ValueError("no right read is surer than the surest wrong one")
    errorless = (surest_wrong + float(above.min())) / 2
    budget = float(np.quantile(confidences[correct], REVIEW_BUDGET, method="lower"))
    return round(max(LEAST_ACCEPT, errorless, budget), 3)


def calibrate_error(confidences: NDArray[np.float64], correct: NDArray[np.bool_], most: float = 0.001) -> float:
    """The least threshold that keeps the share of wrong reads among the accepted at `most`.

    It must do so at the upper end of Wilson's interval, so that a small split can't vouch for more than it knows: with
    no error, 0.1 % takes 3,838 reads.

    Args:
        confidences: (n,) weakest character, 0..1. correct: (n,).
        most: wrong among accepted, 0..1.

    Returns:
        At least 0.5.

    Raises:
        ValueError: no threshold does; the split is too small or the reader too often wrong.
    """
    curve = reject_curve(confidences, correct)
    for threshold, review, error in zip(curve.threshold, curve.review, curve.error, strict=True):
        accepted = round(len(correct) * (1 - review))
        if threshold >= LEAST_ACCEPT and wilson(round(error * accepted), accepted)[1] <= most:
            return float(threshold)
    raise ValueError(f"no threshold on {len(correct)} reads keeps the wrong ones among the accepted at {most:g}")
