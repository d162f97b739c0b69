"""Protocol `plate-home-v1`: crops read as at an estate's gate, which knows the provinces of its registered vehicles.

The labels of the split that is set aside for calibration (`plate_accept.in_calibration`) stand for the registered
vehicles: only how many are of each province is taken from them. The other crops are then judged under that prior.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from zhsq.metrics.text import exact
from zhsq.models.plate.provinces import FEW, ProvincePrior
from zhsq.models.plate.types import PlateRead
from zhsq.protocols.plate_accept import CALIBRATION_SPLIT, in_calibration
from zhsq.protocols.plate_reading import Figures, Readings, decided, failures, province_of, rate

ID = "plate-home-v1"
#: Its metrics that hang on the threshold 'accept'.
AT_THRESHOLD = ("home_error_among_accepted", "home_review_share")


def evaluate(
    files: Sequence[str],
    truths: Sequence[str],
    reads: Sequence[PlateRead | None],
    readings: Callable[[Sequence[int], Sequence[PlateRead | None]], Readings],
    accept: float,
) -> Figures:
    """Figures of the protocol; none where fewer crops are set aside than say anything of a gate, or no other is left.

    Args:
        files: as named in the labels. truths: their plates. reads: what was read, None for a broken image.
        readings: what the crops of some indices count as, when read so.
        accept: threshold on the weakest character, 0..1.

    Returns:
        `home_exact_match`, `home_review_share`, and `home_error_among_accepted` where any is accepted.
    """
    aside = [in_calibration(file) for file in files]
    counts = Counter(province_of(truth) for truth, known in zip(truths, aside, strict=True) if known)
    judged = [i for i, known in enumerate(aside) if not known]
    if sum(aside) < FEW or not judged:
        return Figures({}, {})
    prior = ProvincePrior.of(counts)
    chosen = [reads[i] for i in judged]
    alone = readings(judged, chosen)
    found = readings(judged, [None if read is None else prior.apply(read) for read in chosen])
    right, taken = exact(found.truths, found.reads), found.confidences >= accept
    metrics = {"exact_match": rate(right), **decided(taken, right)}
    details: dict[str, Any] = {
        "protocol": ID,
        "provinces": f"of the labels of the {CALIBRATION_SPLIT}, n = {sum(aside)}",
        "counts": dict(counts.most_common()),
        "n": len(judged),
        "exact_match_without": rate(exact(alone.truths, alone.reads)).model_dump(),
        "accepted": int(taken.sum()),
        "wrong_among_accepted": int((~right[taken]).sum()),
        "failures": failures(found, right),
    }
    return Figures({f"home_{name}": value for name, value in metrics.items()}, {"home": details})
