"""What a paired comparison gives: a metric's difference, its interval, a test's p, and what may be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from zhsq.metrics.paired import holm
from zhsq.protocols.report import Estimate

#: Level of every decision: 95 % intervals, p below 0.05.
ALPHA = 0.05
Side = Literal["first", "second"]


@dataclass(frozen=True)
class Difference:
    """second - first of a metric.

    Attributes:
        metric: name.
        estimate: the difference and its 95 % interval.
        p: two-sided p of no difference.
        test: which test gave it, in words.
        n: trials compared.
        lower_is_better: of error rates.
        discordant: of shares, the trials that only the second and only the first run counts (a read plate for exact match, a
            missed pair for FNMR); None where there is no such count.
        corrected_p: p after Holm's correction, None where this is the only question asked.
    """

    metric: str
    estimate: Estimate
    p: float
    test: str
    n: int
    lower_is_better: bool = False
    discordant: tuple[int, int] | None = None
    corrected_p: float | None = None

    @property
    def winner(self) -> Side | None:
        """Which is better beyond chance: the interval leaves out 0, and p (corrected where it is) is below 0.05."""
        e, p = self.estimate, self.p if self.corrected_p is None else self.corrected_p
        if not (e.low > 0 or e.high < 0) or not p < ALPHA:
            return None
        return "second" if (e.value > 0) != self.lower_is_better else "first"

    @property
    def verdict(self) -> str:
        """In words; never that two runs are equal, which no test shows."""
        return f"the {self.winner} is better" if self.winner else "no difference beyond chance was shown"


def corrected(found: Sequence[Difference]) -> list[Difference]:
    """The same with Holm's correction over all of them: for several runs, metrics or slices asked at once."""
    values = holm([item.p for item in found])
    return [replace(item, corrected_p=float(p)) for item, p in zip(found, values, strict=True)]
