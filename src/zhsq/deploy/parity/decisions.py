"""The second level of parity: what each side decides, and which decisions lie too near their edge to be compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.deploy.parity.precision import coarsest
from zhsq.tracking.parity_limits import ParityLimits, Precision, Unit

#: The error of scores is reported of items within so many bands of the edge: far from it an error decides nothing.
NEAR = 10


@dataclass(frozen=True)
class Band:
    """Half-width of the band around an edge, the unit it is in, and the precision that it is for."""

    width: float
    unit: Unit
    precision: Precision


class Bands:
    """The bands of one comparison.

    Args:
        limits: by precision.
        precisions: of every graph, the coarser of the two sides'.
    """

    def __init__(self, limits: ParityLimits, precisions: Mapping[str, Precision]) -> None:
        self._limits, self._precisions = limits, precisions

    def of(self, unit: Unit, graphs: Iterable[str]) -> Band:
        """The band of decisions that rest on these graphs; those that the bundle lacks are passed over."""
        precision = coarsest(self._precisions[graph] for graph in graphs if graph in self._precisions)
        return Band(self._limits.of(precision).band[unit], unit, precision)


@dataclass(frozen=True)
class Answer:
    """What one side decided of every item, for one kind of decision.

    Attributes:
        kind: of decision, in few words.
        items: what was judged, for messages.
        outcomes: one per item; equal outcomes are equal decisions.
        band: around the edge.
        clear: (n,) bool, False where the item lies in the band.
        scores: (n,) float64 in the band's unit, NaN where there is none; empty for decisions without one score.
        edge: the threshold in the band's unit; NaN where there is none.
    """

    kind: str
    items: tuple[str, ...]
    outcomes: tuple[Hashable, ...]
    band: Band
    clear: NDArray[np.bool_]
    scores: NDArray[np.float64]
    edge: float

    @classmethod
    def by_score(cls, kind: str, items: Sequence[str], scores: Sequence[float], edge: float, band: Band) -> Answer:
        """Decisions `score >= edge`; clear is what lies further from the edge than the band. NaN: nothing to judge."""
        values = np.asarray(scores, np.float64)
        outcomes = tuple("nothing found" if np.isnan(value) else bool(value >= edge) for value in values)
        clear = np.isnan(values) | (np.abs(values - edge) > band.width)
        return cls(kind, tuple(items), outcomes, band, clear, values, edge)

    @classmethod
    def by_moved_edges(
        cls,
        kind: str,
        items: Sequence[str],
        outcomes: Sequence[Hashable],
        moved: Iterable[Sequence[Hashable]],
        band: Band,
    ) -> Answer:
        """Decisions without one score; clear is what stays when the edges behind it are moved by the band.

        Args:
            kind: of decision.
            items: what was judged.
            outcomes: one per item.
            moved: the same outcomes with an edge moved, once for each edge and side.
            band: by which the edges were moved.
        """
        clear = unmoved(outcomes, moved)
        return cls(kind, tuple(items), tuple(outcomes), band, clear, np.empty(0), float("nan"))


@dataclass(frozen=True)
class Decisions:
    """Decisions of one kind, compared.

    Attributes:
        kind: of decision.
        n: outside the band.
        agree: of these, how many are equal.
        in_band: inside the band, counted apart.
        in_band_agree: of these, how many are equal.
        band, unit, precision: half-width of the band, in this unit, for this precision.
        edge: the threshold in that unit, NaN where the kind has none.
        max_error: largest difference of scores near the edge (`NEAR` bands), in the unit; NaN without scores.
        outcomes: different outcomes of the reference; 1 means that all were decided alike.
        examples: the first items outside the band that differ, with both outcomes.
    """

    kind: str
    n: int
    agree: int
    in_band: int
    in_band_agree: int
    band: float
    unit: Unit
    precision: Precision
    edge: float
    max_error: float
    outcomes: int
    examples: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of equal decisions outside the band; 1 where there are none."""
        return self.agree / self.n if self.n else 1.0

    @property
    def in_band_share(self) -> float:
        """Share of all decisions that lie in the band."""
        total = self.n + self.in_band
        return self.in_band / total if total else 0.0


def unmoved(outcomes: Sequence[Hashable], moved: Iterable[Sequence[Hashable]]) -> NDArray[np.bool_]:
    """Which outcomes are the same in every other list, (n,)."""
    same = np.ones(len(outcomes), bool)
    for other in moved:
        same &= np.array([a == b for a, b in zip(outcomes, other, strict=True)], bool)
    return same


def compare_answers(reference: Answer, other: Answer, examples: int = 3) -> Decisions:
    """Compare two sides' decisions of the same items; the reference says what lies in the band."""
    same = np.array([a == b for a, b in zip(reference.outcomes, other.outcomes, strict=True)], bool)
    clear = reference.clear
    return Decisions(
        kind=reference.kind,
        n=int(clear.sum()),
        agree=int((same & clear).sum()),
        in_band=int((~clear).sum()),
        in_band_agree=int((same & ~clear).sum()),
        band=reference.band.width,
        unit=reference.band.unit,
        precision=reference.band.precision,
        edge=reference.edge,
        max_error=_error(reference, other),
        outcomes=len(set(reference.outcomes)),
        examples=tuple(
            f"{reference.items[i]}: {reference.outcomes[i]} became {other.outcomes[i]}"
            for i in np.flatnonzero(clear & ~same)[:examples]
        ),
    )


def _error(reference: Answer, other: Answer) -> float:
    if not reference.scores.size:
        return float("nan")
    near = np.abs(reference.scores - reference.edge) <= NEAR * reference.band.width
    apart = np.abs(reference.scores - other.scores)[near]
    apart = apart[np.isfinite(apart)]
    return float(apart.max()) if apart.size else float("nan")


def log_odds(probability: Any) -> NDArray[np.float64]:
    """ln(p / (1 - p)) of probabilities, cut at 1e-7 from 0 and 1: float32 holds no more near 1."""
    p = np.clip(np.asarray(probability, np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(p) - np.log1p(-p))


def moved(probability: float, by: float) -> float:
    """A probability whose log-odds are moved."""
    return float(1 / (1 + np.exp(-(log_odds(probability) + by))))
